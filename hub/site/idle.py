"""Accounts that nobody uses: their people are told by mail, then they are closed as if their people had left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from hub.core.db import db, transaction
from hub.core.jobs import Setting
from hub.core.log import LogEntry, record
from hub.core.outbox import queue_mail
from hub.people.events import IdlePersonTold, SignedIn
from hub.people.models import Membership, User
from hub.site.leaving import leave
from hub.web.letters import write_letter

UNUSED_KEPT = timedelta(days=3 * 365)
TOLD_BEFORE = timedelta(days=30)
BATCH = 200


class Idle(NamedTuple):
    """An account without a role, when it was last used, and when its person was last told so."""

    user_id: int
    used_at: datetime
    told_at: datetime | None


def close_unused(setting: Setting) -> int:
    """Tell the people of accounts without a role that nobody used for long, and close those told long enough ago.

    Returns how many were told or closed.
    """
    now, done, after = setting.clock(), 0, 0
    while some := _without_role(after, now):
        after = some[-1].user_id
        for idle in some:
            if idle.used_at > now - UNUSED_KEPT + TOLD_BEFORE:
                continue
            if idle.told_at is None or idle.told_at <= idle.used_at or idle.told_at > now:
                done += _tell(idle, now)
            elif idle.told_at <= now - TOLD_BEFORE and idle.used_at <= now - UNUSED_KEPT:
                done += _close(idle, now)
    db.session.rollback()
    return done


def _without_role(after: int, now: datetime) -> list[Idle]:
    """Return the next accounts above a number that could be idle: old enough, open, and without any role."""
    old = User.created_at <= now - UNUSED_KEPT + TOLD_BEFORE
    query = select(User.id, User.created_at).where(User.id > after, old, User.is_active, ~User.is_demo)
    query = query.where(~User.is_organizer, User.id.not_in(select(Membership.user_id)))
    made = {user_id: at for user_id, at in db.session.execute(query.order_by(User.id).limit(BATCH))}  # noqa: C416
    used, told = _newest(SignedIn, made), _newest(IdlePersonTold, made)
    return [Idle(user_id, max(at, used.get(user_id, at)), told.get(user_id)) for user_id, at in made.items()]


def _newest(event: type, user_ids: dict[int, datetime]) -> dict[int, datetime]:
    whose = LogEntry.payload["user_id"].as_integer()
    query = select(whose, func.max(LogEntry.recorded_at)).where(
        LogEntry.kind == event.__name__, whose.in_(list(user_ids))
    )
    return {user_id: at for user_id, at in db.session.execute(query.group_by(whose))}  # noqa: C416


def _tell(idle: Idle, now: datetime) -> bool:
    with transaction():
        user = db.session.get(User, idle.user_id, with_for_update=True)
        if user is None or not user.is_active:
            return False
        letter = write_letter("unused", user.language or "en", closes_at=now + TOLD_BEFORE, path="/login")
        queue_mail(
            key=f"unused:{user.id}:{now.isoformat()}", to=user.email, subject=letter.subject, text=letter.text,
            html=letter.html, now=now,
        )  # fmt: skip
        record(IdlePersonTold(user.id), by=None, now=now)
    return True


def _close(idle: Idle, now: datetime) -> bool:
    with transaction():
        user = db.session.get(User, idle.user_id, with_for_update=True)
        is_idle = user is not None and user.is_active and not user.is_organizer and not user.memberships
        if not is_idle or _newest(SignedIn, {idle.user_id: now}).get(idle.user_id, idle.used_at) > idle.used_at:
            return False
        leave(idle.user_id, by=None, language="en", now=now)
    return True
