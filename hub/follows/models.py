"""What people follow, what they are told, and how they want to hear of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import NUMBERS_ONCE, Base, JSONDict, UtcDateTime, pk, utc

CITY, CASE, PRINCIPLE, COMMITMENT, SEARCH = "city", "case", "principle", "commitment", "search"
SOURCE, COUNTRY, QUESTION = "source", "country", "question"
KINDS = (CITY, CASE, PRINCIPLE, COMMITMENT, SEARCH, SOURCE, COUNTRY, QUESTION)
OFFICE, ORGANIZERS = "office", "organizers"  # told because it is her work: she coordinates a city, or is an organizer
ASKER = "asker"  # told because she asked the question
AT_ONCE, DAILY, WEEKLY, NEVER = "at_once", "daily", "weekly", "never"
FREQUENCIES = (AT_ONCE, DAILY, WEEKLY, NEVER)
_ONE_READER = "(user_id IS NULL) <> (subscriber_id IS NULL)"


class Subscriber(Base):
    """Someone without an account who confirmed an address and hears by mail; gone when she follows nothing any more."""

    __tablename__ = "subscriber"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    language: Mapped[str] = mapped_column(String(10))
    time_zone: Mapped[str] = mapped_column(String(40))  # an IANA name
    created_at: Mapped[utc]


class SubscriptionWish(Base):
    """A wish to hear by mail, until the address is confirmed; forgotten after three days."""

    __tablename__ = "subscription_wish"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)  # lower case
    language: Mapped[str] = mapped_column(String(10))
    time_zone: Mapped[str] = mapped_column(String(40))
    frequency: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))
    query: Mapped[str] = mapped_column(Text, default="")  # of a search, in its one spelling
    asked_at: Mapped[utc]


class Follow(Base):
    """A person wants to hear what is new about one thing; `key` is its slug or code, its number, or that of a search.

    The person is a member or, by mail alone, a subscriber.
    """

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "key"),
        UniqueConstraint("subscriber_id", "kind", "key"),
        CheckConstraint(_ONE_READER, name="one_reader"),
        Index("ix_follow_kind_key", "kind", "key"),
        NUMBERS_ONCE,
    )

    id: Mapped[pk]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[utc]


class Mute(Base):
    """A person wants to hear nothing of one thing, though other things that she follows may reach it."""

    __tablename__ = "mute"
    __table_args__ = (UniqueConstraint("user_id", "kind", "key"), Index("ix_mute_kind_key", "kind", "key"))

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(20))  # one of KINDS
    key: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[utc]


class SavedSearch(Base):
    """A state of the case list that someone follows, in its one canonical spelling; gone when nobody does."""

    __tablename__ = "saved_search"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the sha256 of the query, in hexadecimal
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[utc]


class Notification(Base):
    """One person told of one entry of the log, once, though several follows match; the words are made when read."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "position"),
        UniqueConstraint("subscriber_id", "position"),
        CheckConstraint(_ONE_READER, name="one_reader"),
        Index("ix_notification_waiting", "mailed_at", "user_id"),
        Index("ix_notification_unread", "user_id", "read_at"),
        Index("ix_notification_thing", "user_id", "thing"),
    )

    id: Mapped[pk]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"))
    position: Mapped[int]  # of the log entry
    event: Mapped[str] = mapped_column(String(80))  # its kind
    topic: Mapped[str] = mapped_column(String(20))  # one of topics.TOPICS
    subject_id: Mapped[int]  # the case, status record, check or other thing it is about
    thing: Mapped[str] = mapped_column(String(80))  # what it belongs to: `case:12`; those of one thing stand together
    because: Mapped[JSONDict]  # the follow that matched first, or her work: {"kind", "key"}
    created_at: Mapped[utc]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it stood on a page that she opened
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # in a digest, or left out of mail


class MailChoice(Base):
    """How often a person wants mail of each topic, and when she had the last; no row means daily of all."""

    __tablename__ = "mail_choice"
    __table_args__ = (CheckConstraint(_ONE_READER, name="one_reader"),)

    id: Mapped[pk]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"), unique=True)
    frequencies: Mapped[JSONDict]  # by topic; what is not named is daily
    daily_on: Mapped[date | None]  # her day of the last daily mail
    weekly_on: Mapped[date | None]
    last_digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # her address refuses mail: nothing more is sent
    paused_why: Mapped[str] = mapped_column(Text, default="")  # what the refusing server said


class Visit(Base):
    """When a member last opened her desk, and the time before: what is new since then stands there."""

    __tablename__ = "visit"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    at: Mapped[utc]
    before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
