"""News sources and their entries, the forum's editions, and other events."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, JSONDict, JSONList, UtcDateTime, pk, utc

NEW, ACTIVE, BACKOFF, FAILING, PAUSED, GONE = "new", "active", "backoff", "failing", "paused", "gone"
LONGEST = timedelta(hours=24)  # between two checks of a source

STORY = (  # what people read of an entry
    "url", "title", "summary_html", "body_html", "language", "published_at", "date_text", "enclosures",
    "principle_codes", "city_slugs",
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
    organisation_slug: Mapped[str | None] = mapped_column(String(80), index=True)  # whose news these are
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the site last gave its content, not just a 304
    pace_minutes: Mapped[int | None]  # half the usual time between its stories, or longer where the feed asks for that
    moved_to: Mapped[str | None] = mapped_column(Text)  # where it says that it has moved for good
    moved_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it said so first
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was last counted
    moved_times: Mapped[int] = mapped_column(default=0)
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class FeedHost(Base):
    """A host and port that sources are read from: whom it asked to stay away, and who is asking it now."""

    __tablename__ = "feed_host"

    pair: Mapped[str] = mapped_column(String(260), primary_key=True)  # host:port, as in HUB_FETCH_ALLOW
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it said 429 and asked for patience
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # one question at a time, and a rest after it
    busy_by: Mapped[str | None] = mapped_column(String(80))


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
    __table_args__ = (
        UniqueConstraint("source_id", "guid"),
        Index("ix_feed_entry_published", "published_at"),
        Index("ix_feed_entry_guid_alt", "source_id", "guid_alt"),
    )

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey("feed_source.id"))
    guid: Mapped[str] = mapped_column(String(500))
    guid_alt: Mapped[str | None] = mapped_column(
        String(64)
    )  # hash of it without scheme and host, where it is an address
    url: Mapped[str] = mapped_column(Text)
    url_key: Mapped[str | None] = mapped_column(String(64), index=True)  # hash of it in its plainest spelling
    title: Mapped[str] = mapped_column(Text)
    summary_html: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")  # the whole text, only where the feed gives it
    words: Mapped[str] = mapped_column(Text, default="")  # title and summary as they are compared with what one seeks
    enclosures: Mapped[JSONList] = mapped_column(JSON, default=list)  # [{"url", "type", "bytes"}]
    language: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[utc]
    date_text: Mapped[str | None] = mapped_column(String(40))  # the date as precise as it is known: 2012, 2012-05
    updated_at: Mapped[utc]
    principle_codes: Mapped[JSONList] = mapped_column(JSON, default=list)
    city_slugs: Mapped[JSONList] = mapped_column(JSON, default=list)
    is_tied_by_hand: Mapped[bool] = mapped_column(default=False)  # its ties are its own, not its source's
    content_hash: Mapped[str | None] = mapped_column(String(64))  # what tells an edit
    first_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its site last changed what stood here
    pinned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # its texts are gone; its names stay, lest it return
    version: Mapped[int] = mapped_column(default=1)  # of what organizers decide about it
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


class CalendarEvent(Base):
    """An event around human rights cities that an organizer entered."""

    __tablename__ = "calendar_event"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(20))  # of title and summary
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date] = mapped_column(Date)
    starts_at_time: Mapped[str | None] = mapped_column(String(5))  # 09:30, at the place's own clock; none: whole days
    ends_at_time: Mapped[str | None] = mapped_column(String(5))
    time_zone: Mapped[str | None] = mapped_column(String(40))
    held: Mapped[str] = mapped_column(String(20))  # in_person, online, hybrid
    place: Mapped[str] = mapped_column(String(200), default="")
    organiser: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str | None] = mapped_column(Text)
    city_slugs: Mapped[JSONList] = mapped_column(JSON, default=list)
    principle_codes: Mapped[JSONList] = mapped_column(JSON, default=list)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # entered by mistake; calendars are told
    version: Mapped[int] = mapped_column(default=1)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[utc]
    updated_at: Mapped[utc]
