"""Reads of what people were told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from hub.core.db import db
from hub.follows.models import Notification


def unread_count(user_id: int) -> int:
    """Return how many notifications a person has not read."""
    unread = select(func.count()).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    return db.session.scalar(unread) or 0


def count_notifications(user_id: int) -> int:
    """Return how many notifications a person has."""
    return db.session.scalar(select(func.count()).where(Notification.user_id == user_id)) or 0


def newest_notifications(user_id: int, limit: int, offset: int = 0) -> list[Notification]:
    """Return a person's notifications, newest first."""
    query = select(Notification).where(Notification.user_id == user_id).order_by(Notification.position.desc())
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def notifications_by_id(ids: Sequence[int]) -> list[Notification]:
    """Return notifications in the order of their ids as given."""
    found = {row.id: row for row in db.session.scalars(select(Notification).where(Notification.id.in_(ids)))}
    return [found[each] for each in ids if each in found]
