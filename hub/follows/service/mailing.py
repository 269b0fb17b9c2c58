"""How often people want mail of what, what needs no mail any more, and who is to have none for now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import Changes, record
from hub.core.outbox import OutgoingMail, cancel_mail
from hub.follows.events import MailChosen, MailPaused, MailResumed, SubscriptionChanged
from hub.follows.models import NEVER, MailChoice, Notification, Subscriber
from hub.follows.queries import ReaderKey, find_mail_choice, frequencies_of
from hub.follows.queries.mailing import DIGEST
from hub.follows.service.one import one_at_a_time
from hub.follows.topics import TOPICS

BATCH = 500
LONGEST_REASON = 500


def choose_mail(user_id: int, frequencies: Mapping[str, str], now: datetime) -> None:
    """Say how often a member wants mail of these topics, inside `transaction()`; of the others it stays.

    What waits of a topic that she wants no mail of is never mailed. Raises NotFound for a person who is not there.
    """
    if not one_at_a_time(user_id):
        raise NotFound(f"no person {user_id}")
    changes = set_frequencies(ReaderKey(user_id, None), frequencies, now)
    if changes:
        record(MailChosen(user_id), by=user_id, now=now, changes=changes)


def set_frequencies(reader: ReaderKey, frequencies: Mapping[str, str], now: datetime) -> Changes:
    """Set how often a reader is mailed of these topics, inside `transaction()`; returns what changed.

    What waits of a topic that she wants, or wanted, no mail of is never mailed.
    """
    before = frequencies_of(user_id=reader.user_id, subscriber_id=reader.subscriber_id)
    after = before | dict(frequencies)
    if after == before:
        return {}
    mail_choice(user_id=reader.user_id, subscriber_id=reader.subscriber_id).frequencies = after
    changed = [topic for topic in TOPICS if before[topic] != after[topic]]
    for topic in changed:
        if NEVER in (before[topic], after[topic]):
            forget_waiting(reader, topic, now)
    return {f"mail_{topic}": (before[topic], after[topic]) for topic in changed}


def mail_choice(*, user_id: int | None = None, subscriber_id: int | None = None) -> MailChoice:
    """Return the row that says how a reader wants mail, made where there is none, inside `transaction()`."""
    choice = find_mail_choice(user_id=user_id, subscriber_id=subscriber_id)
    if choice is None:
        choice = MailChoice(user_id=user_id, subscriber_id=subscriber_id, frequencies={})
        db.session.add(choice)
    return choice


def hold_reader(reader: ReaderKey) -> bool:
    """Let one transaction at a time mail a reader; False when she is gone."""
    if reader.user_id is not None:
        return one_at_a_time(reader.user_id)
    locked = select(Subscriber.id).where(Subscriber.id == reader.subscriber_id).with_for_update(key_share=True)
    return db.session.scalar(locked) is not None


def forget_waiting(reader: ReaderKey, topic: str, now: datetime) -> None:
    """Leave a reader's waiting notifications of a topic out of mail; they stay on her page."""
    waiting = (reader.owns(Notification), Notification.topic == topic, Notification.mailed_at.is_(None))
    db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def forget_unwanted(now: datetime) -> None:
    """Leave out of mail what people saw here, and what is of topics they want no mail of, inside `transaction()`."""
    seen = or_(Notification.seen_at.is_not(None), Notification.read_at.is_not(None))
    db.session.execute(update(Notification).where(Notification.mailed_at.is_(None), seen).values(mailed_at=now))
    for topic in TOPICS:
        is_never = MailChoice.frequencies[topic].as_string() == NEVER
        for reader, own in (
            (Notification.user_id, MailChoice.user_id),
            (Notification.subscriber_id, MailChoice.subscriber_id),
        ):
            unwanted = select(own).where(own.is_not(None), is_never)
            waiting = (Notification.mailed_at.is_(None), Notification.topic == topic, reader.in_(unwanted))
            db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def note_digest(
    reader: ReaderKey, ids: Sequence[int], now: datetime, *, daily_on: date | None = None, weekly_on: date | None = None
) -> None:
    """Mark notifications as mailed, inside the `transaction()` that queues the mail.

    Also remembers when that was, and of which of the reader's days the mail is (none: of no day).
    """
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        db.session.execute(update(Notification).where(Notification.id.in_(part)).values(mailed_at=now))
    choice = mail_choice(user_id=reader.user_id, subscriber_id=reader.subscriber_id)
    choice.last_digest_at = now
    choice.daily_on = daily_on or choice.daily_on
    choice.weekly_on = weekly_on or choice.weekly_on


def take_back(mail: OutgoingMail, reader: ReaderKey) -> None:
    """Delete a digest that could not be delivered; what it told waits for mail again. Inside `transaction()`."""
    told = (reader.owns(Notification), Notification.mailed_at == mail.created_at)
    db.session.execute(update(Notification).where(*told).values(mailed_at=None))
    db.session.delete(mail)


def pause_mail(reader: ReaderKey, why: str, now: datetime) -> None:
    """Send a reader nothing more, as her address refuses it, inside `transaction()`; `why` is what its server said."""
    choice = mail_choice(user_id=reader.user_id, subscriber_id=reader.subscriber_id)
    if choice.paused_at is None:
        choice.paused_at, choice.paused_why = now, why[:LONGEST_REASON]
        record(MailPaused(reader.user_id, reader.subscriber_id), by=None, now=now)


def resume_mail(*, user_id: int | None = None, subscriber_id: int | None = None, now: datetime) -> None:
    """Try the address of a reader again, inside `transaction()`; where mail is not paused nothing happens.

    Raises NotFound for who is not there.
    """
    reader = ReaderKey(user_id, subscriber_id)
    if not hold_reader(reader):
        raise NotFound("no such reader")
    choice = find_mail_choice(user_id=user_id, subscriber_id=subscriber_id)
    if choice is None or choice.paused_at is None:
        return
    choice.paused_at, choice.paused_why = None, ""
    if user_id is not None:
        record(MailResumed(user_id), by=user_id, now=now)
    elif subscriber_id is not None:
        record(SubscriptionChanged(subscriber_id), by=None, now=now)


def cancel_digests(reader: ReaderKey) -> None:
    """Drop the digests of a reader that are queued and not sent yet, inside `transaction()`."""
    mine = OutgoingMail.key.startswith(f"{DIGEST}{reader.name}:")
    cancel_mail(list(db.session.scalars(select(OutgoingMail.key).where(mine, OutgoingMail.sent_at.is_(None)))))
