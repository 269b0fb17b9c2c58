"""What people follow, what they are told, and how they want to hear of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import NUMBERS_ONCE, Base, JSONDict, UtcDateTime, pk, utc

CITY, CASE, PRINCIPLE, COMMITMENT, SEARCH = "city", "case", "principle", "commitment", "search"
KINDS = (CITY, CASE, PRINCIPLE, COMMITMENT, SEARCH)
OFFICE, ORGANIZERS = "office", "organizers"  # told because it is her work: she coordinates a city, or is an organizer


class Follow(Base):
    """A person wants to hear what is new about one thing; `key` is its slug or code, or that of a saved search."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "key"),
        Index("ix_follow_kind_key", "kind", "key"),
        NUMBERS_ONCE,
    )

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(20))
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
        Index("ix_notification_waiting", "mailed_at", "user_id"),
        Index("ix_notification_unread", "user_id", "read_at"),
    )

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    position: Mapped[int]  # of the log entry
    event: Mapped[str] = mapped_column(String(80))  # its kind
    subject_id: Mapped[int]  # the case, status record, check or other thing it is about
    because: Mapped[JSONDict]  # the follow that matched first, or her work: {"kind", "key"}
    created_at: Mapped[utc]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # in a digest, or left out of mail on wish


class MailChoice(Base):
    """Whether a person wants the daily digest, and when the last one was made; no row means yes."""

    __tablename__ = "mail_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    wants_digest: Mapped[bool] = mapped_column(Boolean, default=True)
    last_digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
