"""News sources and their entries, and the forum's editions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, JSONDict, JSONList, pk, utc


class FeedSource(Base):
    """Where news comes from; `address` is empty for the feed that the hub's own seed files hold."""

    __tablename__ = "feed_source"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(Text)
    homepage: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="active")
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class FeedEntry(Base):
    """One story of a source, cleaned when it came in."""

    __tablename__ = "feed_entry"
    __table_args__ = (UniqueConstraint("source_id", "guid"), Index("ix_feed_entry_published", "published_at"))

    id: Mapped[pk]
    source_id: Mapped[int] = mapped_column(ForeignKey("feed_source.id"))
    guid: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary_html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(20))
    published_at: Mapped[utc]
    date_text: Mapped[str | None] = mapped_column(String(40))  # the date as precise as it is known: 2012, 2012-05
    updated_at: Mapped[utc]
    principle_codes: Mapped[JSONList] = mapped_column(JSON, default=list)
    city_slugs: Mapped[JSONList] = mapped_column(JSON, default=list)
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
