"""The daily mail: everything new in what a person follows, in one message, after six in the morning (UTC).

And old news forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from hub.core.db import db, transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.text import N_
from hub.follows import letters, queries, service
from hub.follows.models import Notification
from hub.people.models import User

SENT_AT = 6  # o'clock, UTC
NOTIFICATIONS_KEPT = timedelta(days=365)
BATCH = 500
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
        if user is None or not user.is_active:
            return False
        waiting = queries.list_waiting(user_id)
        if not waiting or (before is not None and min(each.since for each in waiting) >= before):
            return False
        ids = [each.id for each in waiting]
        is_queued = letters.queue_digest(user, ids, languages, now)
        service.note_digest(user_id, ids, now)
        return is_queued


def forget_notifications(setting: Setting) -> int:
    """Delete what people were told long ago, read or not; return how many."""
    total, done = 0, BATCH
    while done == BATCH:
        with transaction():
            old = select(Notification.id).where(Notification.created_at <= setting.clock() - NOTIFICATIONS_KEPT)
            ids = list(db.session.scalars(old.order_by(Notification.id).limit(BATCH)))
            db.session.execute(delete(Notification).where(Notification.id.in_(ids)))
        done = len(ids)
        total += done
    return total


JOBS: dict[str, Job] = {
    "digest": Job(timedelta(minutes=10), send_digests),
    "forget notifications": Job(timedelta(days=1), forget_notifications),
}

RETENTION: tuple[Kept, ...] = (
    Kept(N_("What you were told about what you follow"), N_("since you were told"), NOTIFICATIONS_KEPT, N_("deleted")),
)
