"""Readers without an account: following by mail, and no trace when it ends."""

from __future__ import annotations

from sqlalchemy import delete, select

from hub.core.db import db
from hub.follows.models import SEARCH, Follow, MailChoice, Notification, Subscriber
from hub.follows.service.following import drop_searches


def drop_subscriber(subscriber_id: int) -> None:
    """Delete a subscriber with all that she follows and was told, inside `transaction()`; nothing of her is kept."""
    mine = Follow.subscriber_id == subscriber_id
    searches = list(db.session.scalars(select(Follow.key).where(mine, Follow.kind == SEARCH)))
    for table in (Follow, Notification, MailChoice):
        db.session.execute(delete(table).where(table.subscriber_id == subscriber_id))
    db.session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
    drop_searches(searches)
