"""Having seen and read what was new."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from hub.core.db import db
from hub.core.log import record
from hub.follows.events import NotificationsRead
from hub.follows.models import Notification


def mark_all_read(user_id: int, up_to: int, now: datetime) -> None:
    """Mark a person's notifications as read up to the log entry she has seen, inside `transaction()`.

    What was read here needs no mail any more.
    """
    _mark_read(user_id, (Notification.user_id == user_id, Notification.position <= up_to), up_to, now)


def mark_thing_read(user_id: int, thing: str, now: datetime) -> None:
    """Mark as read all that a person was told of one thing, inside `transaction()`; it needs no mail any more."""
    hers = (Notification.user_id == user_id, Notification.thing == thing)
    newest = db.session.scalar(select(func.max(Notification.position)).where(*hers)) or 0
    _mark_read(user_id, hers, newest, now)


def mark_seen(user_id: int, numbers: Collection[int], now: datetime) -> None:
    """Note that notifications stood on a page that a person opened, inside `transaction()`.

    It leaves no entry in the log, as it is no record: it only keeps mail from saying it again.
    """
    hers = (Notification.user_id == user_id, Notification.id.in_(numbers), Notification.seen_at.is_(None))
    db.session.execute(update(Notification).where(*hers).values(seen_at=now))


def _mark_read(user_id: int, which: Collection[ColumnElement[bool]], up_to: int, now: datetime) -> None:
    read = update(Notification).where(*which, Notification.read_at.is_(None)).values(read_at=now)
    number = int(getattr(db.session.execute(read), "rowcount", 0))
    db.session.execute(update(Notification).where(*which, Notification.mailed_at.is_(None)).values(mailed_at=now))
    if number:
        record(NotificationsRead(user_id, up_to), by=user_id, now=now, changes={"unread": (number, 0)})
