"""Mail about what is new, when each reader wants it; readers whose address refuses mail; old news forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from hub.core.db import db, transaction
from hub.core.jobs import Job, Kept, Setting
from hub.core.log import record
from hub.core.outbox import OutgoingMail, forget_mail_to, refusal_of
from hub.core.text import N_
from hub.follows import letters, queries, service
from hub.follows.events import SubscriptionsForgotten
from hub.follows.models import DAILY, NEVER, WEEKLY, MailChoice, Notification, Subscriber
from hub.follows.mornings import MONDAY, Wanted, due_topics, last_morning
from hub.follows.queries import ReaderKey
from hub.follows.queries.subscribing import WISH_KEPT

NOTIFICATIONS_KEPT = timedelta(days=365)
PAUSED_KEPT = timedelta(days=30)
BATCH = 500
MOST_QUEUED = 500  # digests that wait to be sent; the others are made when these went out
FRESH = timedelta(hours=12)  # mail that is away for longer does not hold up the next day's
log = structlog.get_logger()


def send_digests(setting: Setting) -> int:
    """Queue the digests that are due, each at its reader's hour. Returns how many were queued."""
    now = setting.clock()
    settle_refused(now)
    return send_waiting(now, setting.languages)


def send_waiting(now: datetime, languages: Sequence[str], *, whatever_the_hour: bool = False) -> int:
    """Queue one mail for everyone for whom news is due, as long as there is room in the queue; returns how many.

    Who has a fresh one in the queue waits until it went out. Each reader's mail and its marks are one transaction, so
    that nothing is mailed twice or lost when this is cut off. What goes wrong for one reader does not stop the others;
    it is raised at the end.
    """
    unsent = queries.unsent_digests()
    busy = {reader for reader, since in unsent if since > now - FRESH}
    queued, wrong = 0, None
    for reader in _due_readers(now, busy, whatever_the_hour=whatever_the_hour):
        if len(unsent) + queued >= MOST_QUEUED:
            break
        try:
            queued += _send_one(reader, now, languages, whatever_the_hour=whatever_the_hour)
        except Exception as error:  # whatever one reader's mail raises must not keep the others from theirs
            log.error("digest", reader=reader.name, exc_info=error)
            wrong = error
    db.session.rollback()
    if wrong is not None:
        raise wrong
    return queued


def _due_readers(now: datetime, busy: set[ReaderKey], *, whatever_the_hour: bool) -> Iterator[ReaderKey]:
    """Give the readers for whom a mail is due, in a few questions for all: who waits longest comes first.

    Those who want some mail at once need not wait for everyone's morning.
    """
    eager = queries.eager_readers()
    waiting = [(key, since) for key, since in queries.waiting_readers() if key not in busy]
    waiting.sort(key=lambda each: each[0] not in eager)
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        wishes = queries.mail_wishes([key for key, _since in part])
        likely = [
            key for key, since in part if key in wishes and (whatever_the_hour or _may_be(wishes[key], since, now))
        ]
        oldest = queries.oldest_by_topic(likely)
        yield from [key for key in likely if _due(wishes[key], oldest.get(key, {}), now, whatever_the_hour)]


def _may_be(wanted: Wanted, since: datetime, now: datetime) -> bool:
    """Tell whether mail of any topic could be due, given since when something waits."""
    return bool(due_topics(wanted, dict.fromkeys(wanted.frequencies, since), now))


def _due(wanted: Wanted, oldest: dict[str, datetime], now: datetime, whatever_the_hour: bool) -> frozenset[str]:
    if whatever_the_hour:
        return frozenset(topic for topic in oldest if wanted.frequencies.get(topic) != NEVER)
    return due_topics(wanted, oldest, now)


def _send_one(key: ReaderKey, now: datetime, languages: Sequence[str], *, whatever_the_hour: bool) -> bool:
    """Queue one reader's digest; another worker may have done so meanwhile, or she changed what she wants."""
    with transaction():
        wanted = queries.mail_wishes([key]).get(key) if service.hold_reader(key) else None
        reader = queries.find_reader(key)
        if wanted is None or reader is None:
            return False
        waiting = queries.list_waiting(key)
        oldest = {each.topic: each.since for each in waiting}  # the newest come first
        topics = _due(wanted, oldest, now, whatever_the_hour)
        waiting = [each for each in waiting if each.topic in topics]
        if not waiting:
            return False
        is_queued = letters.queue_digest(reader, waiting, languages, now)
        often = {wanted.frequencies[topic] for topic in topics}
        service.note_digest(
            key, [each.id for each in waiting], now,
            daily_on=last_morning(now, wanted.zone).day if DAILY in often else None,
            weekly_on=last_morning(now, wanted.zone, MONDAY).day if WEEKLY in often else None,
        )  # fmt: skip
        return is_queued


def settle_refused(now: datetime) -> int:
    """Take back the digests that could not be delivered; returns how many.

    Where the mail server refused the address or the mail, its reader gets nothing more until she asks for it; where
    the trouble was another, it is told in her next digest.
    """
    refused = [(each.id, queries.reader_of(each.key)) for each in queries.given_up_digests()]
    for mail_id, key in refused:
        with transaction():
            is_there = key is not None and service.hold_reader(key)
            mail = db.session.get(OutgoingMail, mail_id, with_for_update=True)
            if mail is None:
                continue  # another worker was first
            why = refusal_of(mail)
            if key is None or not is_there:
                db.session.delete(mail)
                continue
            service.take_back(mail, key)
            if why:
                service.pause_mail(key, why, now)
    return len(refused)


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


def forget_refusing(setting: Setting) -> int:
    """Delete the subscribers whose address has refused mail for long, with all that they follow; return how many."""
    now, total, done = setting.clock(), 0, BATCH
    old = select(Subscriber.id, Subscriber.email).join(MailChoice, MailChoice.subscriber_id == Subscriber.id)
    old = old.where(MailChoice.paused_at <= now - PAUSED_KEPT).order_by(Subscriber.id).limit(BATCH)
    while done == BATCH:
        with transaction():
            gone = [(number, email) for number, email in db.session.execute(old)]
            for number, _email in gone:
                service.drop_subscriber(number)
            forget_mail_to([email for _number, email in gone])
            if gone:
                record(SubscriptionsForgotten(len(gone)), by=None, now=now)
        done = len(gone)
        total += done
    return total


def forget_wishes(setting: Setting) -> int:
    """Delete the wishes to hear by mail that nobody confirmed in time; return how many."""
    with transaction():
        return service.forget_wishes(setting.clock())


def leave_out(setting: Setting) -> None:
    """Leave out of mail what its readers saw here already, or want no mail of."""
    with transaction():
        service.forget_unwanted(setting.clock())


JOBS: dict[str, Job] = {
    "digest": Job(timedelta(minutes=1), send_digests),
    "leave out of mail": Job(timedelta(hours=1), leave_out),
    "forget notifications": Job(timedelta(days=1), forget_notifications),
    "forget wishes": Job(timedelta(hours=6), forget_wishes),
    "forget refusing addresses": Job(timedelta(hours=12), forget_refusing),
}

RETENTION: tuple[Kept, ...] = (
    Kept(N_("What you were told about what you follow"), N_("since you were told"), NOTIFICATIONS_KEPT, N_("deleted")),
    Kept(N_("A wish to hear by mail that nobody confirmed"), N_("since it was sent"), WISH_KEPT, N_("deleted")),
    Kept(
        N_("The address of a reader without an account that refuses mail, with what she follows"),
        N_("since mail to it was paused"), PAUSED_KEPT, N_("deleted"),
    ),
)  # fmt: skip
