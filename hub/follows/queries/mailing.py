"""Reads of how people want mail, and of what waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from hub.core.db import db
from hub.follows.models import DAILY, MailChoice, Notification
from hub.follows.topics import TOPICS
from hub.people.models import User


class Waiting(NamedTuple):
    """A notification that no digest has brought yet."""

    id: int
    since: datetime


def find_mail_choice(*, user_id: int | None = None, subscriber_id: int | None = None) -> MailChoice | None:
    """Return the row that says how a reader wants mail; None for who never said."""
    own = MailChoice.user_id == user_id if user_id is not None else MailChoice.subscriber_id == subscriber_id
    return db.session.scalar(select(MailChoice).where(own))


def frequencies_of(*, user_id: int | None = None, subscriber_id: int | None = None) -> dict[str, str]:
    """Return how often a reader wants mail, by topic; what she never said is daily."""
    choice = find_mail_choice(user_id=user_id, subscriber_id=subscriber_id)
    said = choice.frequencies if choice is not None else {}
    return {topic: said.get(topic, DAILY) for topic in TOPICS}


def waiting_people(before: datetime | None) -> list[int]:
    """Return the ids of active people with a confirmed address and unmailed news.

    Only news older than a moment if one is given. Lowest ids first.
    """
    query = (
        select(Notification.user_id)
        .join(User, User.id == Notification.user_id)
        .where(
            Notification.mailed_at.is_(None),
            User.is_active,
            User.confirmed_at.is_not(None),
        )
    )
    if before is not None:
        query = query.where(Notification.created_at < before)
    return list(db.session.scalars(query.distinct().order_by(Notification.user_id)))


def list_waiting(user_id: int) -> list[Waiting]:
    """Return a person's unmailed notifications, newest first."""
    query = select(Notification.id, Notification.created_at)
    query = query.where(Notification.user_id == user_id, Notification.mailed_at.is_(None))
    return [Waiting(*row) for row in db.session.execute(query.order_by(Notification.id.desc()))]
