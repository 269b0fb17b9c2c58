"""Reads of what people were told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from hub.core.db import db
from hub.core.errors import NotFound
from hub.follows.models import Mute, Notification


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


def get_notification(user_id: int, number: int) -> Notification:
    """Return a notification of a person; raises NotFound for that of another."""
    wanted = select(Notification).where(Notification.id == number, Notification.user_id == user_id)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(f"no notification {number}")
    return found


def newest_position(user_id: int) -> int:
    """Return the log entry of a person's newest notification, 0 for none."""
    query = select(func.max(Notification.position)).where(Notification.user_id == user_id)
    return db.session.scalar(query) or 0


def mutes_of(user_id: int) -> list[Mute]:
    """Return what a person wants to hear nothing of, in the order she said so."""
    return list(db.session.scalars(select(Mute).where(Mute.user_id == user_id).order_by(Mute.id)))


def find_mute(user_id: int, kind: str, key: str) -> Mute | None:
    """Return that a person wants to hear nothing of a thing, if she does."""
    return db.session.scalar(select(Mute).where(Mute.user_id == user_id, Mute.kind == kind, Mute.key == key))
