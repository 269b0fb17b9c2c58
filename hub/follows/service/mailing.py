"""How often people want mail of what, and what needs no mail any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import record
from hub.follows.events import MailChosen
from hub.follows.models import NEVER, MailChoice, Notification
from hub.follows.queries import find_mail_choice, frequencies_of
from hub.follows.service.one import one_at_a_time
from hub.follows.topics import TOPICS

BATCH = 500


def choose_mail(user_id: int, frequencies: Mapping[str, str], now: datetime) -> None:
    """Say how often a member wants mail of these topics, inside `transaction()`; of the others it stays.

    What waits of a topic that she wants no mail of is never mailed. Raises NotFound for a person who is not there.
    """
    if not one_at_a_time(user_id):
        raise NotFound(f"no person {user_id}")
    before = frequencies_of(user_id=user_id)
    after = before | dict(frequencies)
    if after == before:
        return
    choice = mail_choice(user_id=user_id)
    choice.frequencies = after
    for topic, frequency in after.items():
        if frequency == NEVER:
            forget_waiting(user_id, topic, now)
    changes = {f"mail_{topic}": (before[topic], after[topic]) for topic in TOPICS if before[topic] != after[topic]}
    record(MailChosen(user_id), by=user_id, now=now, changes=changes)


def mail_choice(*, user_id: int | None = None, subscriber_id: int | None = None) -> MailChoice:
    """Return the row that says how a reader wants mail, made where there is none, inside `transaction()`."""
    choice = find_mail_choice(user_id=user_id, subscriber_id=subscriber_id)
    if choice is None:
        choice = MailChoice(user_id=user_id, subscriber_id=subscriber_id, frequencies={})
        db.session.add(choice)
    return choice


def forget_waiting(user_id: int, topic: str, now: datetime) -> None:
    """Leave a member's waiting notifications of a topic out of mail; they stay on her page."""
    waiting = (Notification.user_id == user_id, Notification.topic == topic, Notification.mailed_at.is_(None))
    db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def forget_unwanted(now: datetime) -> None:
    """Leave out of mail what waits of topics that people want no mail of, inside `transaction()`."""
    for topic in TOPICS:
        is_never = MailChoice.frequencies[topic].as_string() == NEVER
        for reader, own in (
            (Notification.user_id, MailChoice.user_id),
            (Notification.subscriber_id, MailChoice.subscriber_id),
        ):
            unwanted = select(own).where(own.is_not(None), is_never)
            waiting = (Notification.mailed_at.is_(None), Notification.topic == topic, reader.in_(unwanted))
            db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def note_digest(user_id: int, notification_ids: list[int], now: datetime) -> None:
    """Mark notifications as mailed and remember when, inside the `transaction()` that queues the mail."""
    for start in range(0, len(notification_ids), BATCH):
        part = notification_ids[start : start + BATCH]
        db.session.execute(update(Notification).where(Notification.id.in_(part)).values(mailed_at=now))
    mail_choice(user_id=user_id).last_digest_at = now
