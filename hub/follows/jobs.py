"""The daily mail: everything new in what a person follows, in one message, after six in the morning (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from hub.core.db import db, transaction
from hub.core.jobs import Job, Setting
from hub.follows import letters, queries, service
from hub.people.models import User

SENT_AT = 6  # o'clock, UTC
log = structlog.get_logger()


def send_digests(setting: Setting) -> int:
    """Queue the digests that are due: of news from before the last six o'clock. Returns how many were queued."""
    now = setting.clock()
    return send_waiting(now, setting.languages, before=last_sending_hour(now))


def last_sending_hour(now: datetime) -> datetime:
    """Return the last six o'clock (UTC) that has come."""
    today = now.replace(hour=SENT_AT, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def send_waiting(now: datetime, languages: Sequence[str], before: datetime | None = None) -> int:
    """Queue one mail for everyone with unmailed news, older than a moment if one is given; returns how many.

    Each person's mail and its marks are one transaction, so that nothing is mailed twice or lost when this is cut
    off. What goes wrong for one person does not stop the others; it is raised at the end.
    """
    with transaction():
        service.forget_unwanted(now)
    queued, wrong = 0, None
    for user_id in queries.waiting_people(before):
        try:
            queued += _send_one(user_id, now, languages, before)
        except Exception as error:  # whatever one person's mail raises must not keep the others from theirs
            log.error("digest", user_id=user_id, exc_info=error)
            wrong = error
    db.session.rollback()
    if wrong is not None:
        raise wrong
    return queued


def _send_one(user_id: int, now: datetime, languages: Sequence[str], before: datetime | None) -> bool:
    """Queue one person's digest; another worker may have done so meanwhile."""
    with transaction():
        service.one_at_a_time(user_id)
        user = db.session.get(User, user_id)
        if user is None or not user.is_active or not queries.wants_digest(user_id):
            return False
        waiting = queries.list_waiting(user_id)
        if not waiting or (before is not None and min(each.since for each in waiting) >= before):
            return False
        ids = [each.id for each in waiting]
        is_queued = letters.queue_digest(user, ids, languages, now)
        service.note_digest(user_id, ids, now)
        return is_queued


JOBS = {"digest": Job(timedelta(minutes=10), send_digests)}
