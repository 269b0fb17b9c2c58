"""Having read what was new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from hub.core.db import db
from hub.core.log import record
from hub.follows.events import NotificationsRead
from hub.follows.models import Notification


def mark_all_read(user_id: int, up_to: int, now: datetime) -> None:
    """Mark a person's notifications as read up to the log entry she has seen, inside `transaction()`.

    What was read here needs no mail any more.
    """
    seen = (Notification.user_id == user_id, Notification.position <= up_to)
    read = update(Notification).where(*seen, Notification.read_at.is_(None)).values(read_at=now)
    number = int(getattr(db.session.execute(read), "rowcount", 0))
    db.session.execute(update(Notification).where(*seen, Notification.mailed_at.is_(None)).values(mailed_at=now))
    if number:
        record(NotificationsRead(user_id, up_to), by=user_id, now=now, changes={"unread": (number, 0)})
