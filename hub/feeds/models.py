"""News sources and their entries, and the forum's editions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, JSONDict, JSONList, UtcDateTime, pk, utc

NEW, ACTIVE, BACKOFF, FAILING, PAUSED, GONE = "new", "active", "backoff", "failing", "paused", "gone"
LONGEST = timedelta(hours=24)  # between two checks of a source

STORY = (  # what people read of an entry
    "url", "title", "summary_html", "language", "published_at", "date_text", "principle_codes", "city_slugs",
)  # fmt: skip


class FeedSource(Base):
    """Where news comes from; `address` is empty for the feed that the hub's own seed files hold."""

    __tablename__ = "feed_source"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(Text)
    address_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # hash of it in its plainest spelling
    homepage: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=ACTIVE)  # new, active, backoff, failing, paused, gone
    language: Mapped[str | None] = mapped_column(String(20))
    principle_codes: Mapped[JSONList] = mapped_column(JSON, default=list)  # what its entries are tied to
    city_slugs: Mapped[JSONList] = mapped_column(JSON, default=list)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(String(200))
    content_hash: Mapped[str | None] = mapped_column(String(64))  # sha256 of the bytes last read
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    error: Mapped[str] = mapped_column(Text, default="")  # what went wrong last, in plain English
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)  # of what organizers edit: title, tags, state
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class FeedSync(Base):
    """One check of a source and what came of it."""

    __tablename__ = "feed_sync"

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey("feed_source.id"), index=True)
    started_at: Mapped[utc]
    ended_at: Mapped[utc]
    outcome: Mapped[str] = mapped_column(String(20))  # stored, unchanged, failed
    status: Mapped[int | None]  # of the answer, when there was one
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class FeedEntry(Base):
    """One story of a source, cleaned when it came in."""

    __tablename__ = "feed_entry"
    __table_args__ = (UniqueConstraint("source_id", "guid"), Index("ix_feed_entry_published", "published_at"))

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey("feed_source.id"))
    guid: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(Text)
    url_key: Mapped[str | None] = mapped_column(String(64), index=True)  # hash of it in its plainest spelling
    title: Mapped[str] = mapped_column(Text)
    summary_html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[utc]
    date_text: Mapped[str | None] = mapped_column(String(40))  # the date as precise as it is known: 2012, 2012-05
    updated_at: Mapped[utc]
    principle_codes: Mapped[JSONList] = mapped_column(JSON, default=list)
    city_slugs: Mapped[JSONList] = mapped_column(JSON, default=list)
    content_hash: Mapped[str | None] = mapped_column(String(64))  # what tells an edit
    first_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    source: Mapped[FeedSource] = relationship(lazy="joined")


class ForumEdition(Base):
    """One World Human Rights Cities Forum."""

    __tablename__ = "forum_edition"

    id: Mapped[pk]
    number: Mapped[int] = mapped_column(unique=True)
    year: Mapped[int]
    city_slug: Mapped[str] = mapped_column(String(80))
    starts: Mapped[str] = mapped_column(String(10))  # as precise as it is known: 2012-05 or 2011-05-16
    ends: Mapped[str | None] = mapped_column(String(10))
    held: Mapped[str] = mapped_column(String(20))  # in_person, online, hybrid
    place: Mapped[JSONDict]  # texts by language, as all that follow
    theme: Mapped[JSONDict]
    theme_status: Mapped[JSONDict]
    outcome: Mapped[JSONDict]
    participation: Mapped[JSONDict]
    note: Mapped[JSONDict]
    sources: Mapped[JSONList]  # [{"url", "title"}]
    confidence: Mapped[str] = mapped_column(String(20))
    updated_at: Mapped[utc]
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    @property
    def start_on(self) -> date | None:
        """The first day, where the day is known."""
        return date.fromisoformat(self.starts) if len(self.starts) == 10 else None

    @property
    def end_on(self) -> date | None:
        """The last day, where the day is known."""
        return date.fromisoformat(self.ends) if self.ends and len(self.ends) == 10 else None
