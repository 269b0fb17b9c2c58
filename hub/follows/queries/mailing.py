"""Reads of how people want mail, and of what waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy import func as sql

from hub.cities.models import City
from hub.core.db import db
from hub.core.outbox import OutgoingMail
from hub.follows.models import AT_ONCE, DAILY, MailChoice, Notification, Subscriber
from hub.follows.mornings import Wanted
from hub.follows.topics import TOPICS
from hub.people.models import Membership, User

DIGEST = "digest:"  # how the key of a digest begins in the outbox
UNTOLD = (Notification.mailed_at.is_(None), Notification.seen_at.is_(None), Notification.read_at.is_(None))
_SUBSCRIBER = "s"


class ReaderKey(NamedTuple):
    """Who hears by mail: a member or a subscriber, the other is none."""

    user_id: int | None
    subscriber_id: int | None

    @property
    def name(self) -> str:
        """How the keys of her digests name her."""
        return f"{_SUBSCRIBER}{self.subscriber_id}" if self.user_id is None else str(self.user_id)

    def owns(self, table: Any) -> ColumnElement[bool]:
        """Return the condition that rows of a table are hers."""
        own: ColumnElement[bool] = table.subscriber_id == self.subscriber_id
        if self.user_id is not None:
            own = table.user_id == self.user_id
        return own


@dataclass(frozen=True)
class Reader:
    """A member or a subscriber as mail needs her: where to, in which language, in which zone, by which name."""

    key: ReaderKey
    address: str
    language: str
    zone: str
    name: str  # empty for who has no account
    user: User | None

    @property
    def user_id(self) -> int | None:
        """Her account, none without one."""
        return self.key.user_id

    @property
    def subscriber_id(self) -> int | None:
        """Her number where she has no account."""
        return self.key.subscriber_id


class Waiting(NamedTuple):
    """A notification that no digest has brought yet."""

    id: int
    topic: str
    thing: str
    since: datetime


class Paused(NamedTuple):
    """A reader whose address refuses mail."""

    address: str
    at: datetime
    why: str  # what the refusing server said
    has_account: bool


def find_mail_choice(*, user_id: int | None = None, subscriber_id: int | None = None) -> MailChoice | None:
    """Return the row that says how a reader wants mail; None for who never said."""
    return db.session.scalar(select(MailChoice).where(ReaderKey(user_id, subscriber_id).owns(MailChoice)))


def frequencies_of(*, user_id: int | None = None, subscriber_id: int | None = None) -> dict[str, str]:
    """Return how often a reader wants mail, by topic; what she never said is daily."""
    choice = find_mail_choice(user_id=user_id, subscriber_id=subscriber_id)
    return _of_all_topics(choice.frequencies if choice is not None else {})


def _of_all_topics(said: dict[str, str]) -> dict[str, str]:
    return {topic: said.get(topic, DAILY) for topic in TOPICS}


def find_reader(key: ReaderKey) -> Reader | None:
    """Return someone to whom mail may go; None for who is gone, suspended, unconfirmed, or whose address refuses it."""
    paused = select(MailChoice.id).where(key.owns(MailChoice), MailChoice.paused_at.is_not(None))
    if db.session.scalar(paused) is not None:
        return None
    if key.user_id is None:
        row = db.session.get(Subscriber, key.subscriber_id)
        return Reader(key, row.email, row.language, row.time_zone, "", None) if row is not None else None
    user = db.session.get(User, key.user_id)
    if user is None or not user.is_active or user.confirmed_at is None:
        return None
    return Reader(key, user.email, user.language or "", user.zone, user.name, user)


def waiting_readers() -> list[tuple[ReaderKey, datetime]]:
    """Return for whom something waits that no mail brought and no page showed, with since when; oldest first."""
    oldest = sql.min(Notification.created_at)
    query = select(Notification.user_id, Notification.subscriber_id, oldest).where(*UNTOLD)
    query = query.group_by(Notification.user_id, Notification.subscriber_id)
    query = query.order_by(oldest, Notification.user_id, Notification.subscriber_id)
    return [(ReaderKey(user_id, subscriber_id), since) for user_id, subscriber_id, since in db.session.execute(query)]


def eager_readers() -> set[ReaderKey]:
    """Return who wants mail of some topic at once."""
    wanted = or_(*(MailChoice.frequencies[topic].as_string() == AT_ONCE for topic in TOPICS))
    rows = db.session.execute(select(MailChoice.user_id, MailChoice.subscriber_id).where(wanted))
    return {ReaderKey(user_id, subscriber_id) for user_id, subscriber_id in rows}


def mail_wishes(keys: Sequence[ReaderKey]) -> dict[ReaderKey, Wanted]:
    """Return how these readers want mail, without those to whom none may go (see `find_reader`)."""
    users = [key.user_id for key in keys if key.user_id is not None]
    subscribers = [key.subscriber_id for key in keys if key.user_id is None]
    choices = {
        ReaderKey(each.user_id, each.subscriber_id): each
        for each in db.session.scalars(
            select(MailChoice).where(or_(MailChoice.user_id.in_(users), MailChoice.subscriber_id.in_(subscribers)))
        )
    }
    zones = (_zones_of_members(users) if users else {}) | (_zones_of_subscribers(subscribers) if subscribers else {})
    return {
        key: Wanted(_of_all_topics(choice.frequencies), zone, choice.daily_on, choice.weekly_on)
        if (choice := choices.get(key)) is not None
        else Wanted(_of_all_topics({}), zone, None, None)
        for key, zone in zones.items()
        if key not in choices or choices[key].paused_at is None
    }


def _zones_of_members(ids: Sequence[int | None]) -> dict[ReaderKey, str]:
    """Return the zone of each of these members to whom mail may go, as `User.zone` has it."""
    cities = select(Membership.user_id, City.time_zone).join(City, City.id == Membership.city_id)
    cities = cities.where(Membership.user_id.in_(ids), City.time_zone.is_not(None), City.time_zone != "")
    first: dict[int, str] = {}
    for user_id, zone in db.session.execute(cities.order_by(Membership.id)):
        first.setdefault(user_id, zone or "")
    members = select(User.id, User.time_zone).where(User.id.in_(ids), User.is_active, User.confirmed_at.is_not(None))
    return {ReaderKey(each, None): zone or first.get(each, "") for each, zone in db.session.execute(members)}


def _zones_of_subscribers(ids: Sequence[int | None]) -> dict[ReaderKey, str]:
    rows = db.session.execute(select(Subscriber.id, Subscriber.time_zone).where(Subscriber.id.in_(ids)))
    return {ReaderKey(None, each): zone for each, zone in rows}


def oldest_by_topic(keys: Sequence[ReaderKey]) -> dict[ReaderKey, dict[str, datetime]]:
    """Return since when something of each topic waits for these readers."""
    own = (Notification.user_id, Notification.subscriber_id)
    query = select(*own, Notification.topic, sql.min(Notification.created_at)).where(*UNTOLD)
    query = query.group_by(*own, Notification.topic)
    found: dict[ReaderKey, dict[str, datetime]] = {}
    for place, column in enumerate(own):  # each by its own index
        ids = [key[place] for key in keys if key[place] is not None]
        for user_id, subscriber_id, topic, since in db.session.execute(query.where(column.in_(ids))) if ids else ():
            found.setdefault(ReaderKey(user_id, subscriber_id), {})[topic] = since
    return found


def list_waiting(key: ReaderKey) -> list[Waiting]:
    """Return what no mail brought to a reader and no page showed her, newest first."""
    query = select(Notification.id, Notification.topic, Notification.thing, Notification.created_at)
    query = query.where(key.owns(Notification), *UNTOLD).order_by(Notification.id.desc())
    return [Waiting(*row) for row in db.session.execute(query)]


def unsent_digests() -> list[tuple[ReaderKey, datetime]]:
    """Return for whom a digest is queued and not sent yet, and since when, once for each digest."""
    waits = (OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None))
    query = select(OutgoingMail.key, OutgoingMail.created_at).where(*waits, OutgoingMail.key.startswith(DIGEST))
    rows = db.session.execute(query)
    return [(reader, since) for key, since in rows if (reader := reader_of(key)) is not None]


def given_up_digests() -> list[OutgoingMail]:
    """Return the digests that could not be delivered, oldest first."""
    gone = (OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_not(None))
    query = select(OutgoingMail).where(*gone, OutgoingMail.key.startswith(DIGEST))
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def digest_key(reader: ReaderKey, newest_id: int) -> str:
    """Return the key of a reader's digest; a notification is mailed once, so no two have the same newest one."""
    return f"{DIGEST}{reader.name}:{newest_id}"


def reader_of(key: str) -> ReaderKey | None:
    """Return whose digest has this key; None for a key of another shape."""
    name = key.removeprefix(DIGEST).partition(":")[0]
    number = name.removeprefix(_SUBSCRIBER)
    if not (number.isascii() and number.isdigit()):
        return None
    return ReaderKey(None, int(number)) if name != number else ReaderKey(int(number), None)


def paused_readers(limit: int) -> list[Paused]:
    """Return the readers whose addresses refuse mail, the newest first."""
    query = select(MailChoice.paused_at, MailChoice.paused_why, User.email, Subscriber.email)
    query = query.outerjoin(User, User.id == MailChoice.user_id)
    query = query.outerjoin(Subscriber, Subscriber.id == MailChoice.subscriber_id)
    query = query.where(MailChoice.paused_at.is_not(None)).order_by(MailChoice.paused_at.desc(), MailChoice.id.desc())
    return [
        Paused(member or subscriber, at, why, has_account=member is not None)
        for at, why, member, subscriber in db.session.execute(query.limit(limit))
        if at is not None
    ]


def count_paused() -> int:
    """Return how many readers have an address that refuses mail."""
    return db.session.scalar(select(sql.count()).where(MailChoice.paused_at.is_not(None))) or 0
