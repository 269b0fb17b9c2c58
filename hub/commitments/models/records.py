"""Status records of commitments with their evidence; append-only. What checks them stands in `checking`."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.cities.models import City
from hub.core.db import Base, UtcDateTime, pk, utc

LADDER = ("not_started", "pledged", "adopted", "resourced", "operating", "reported")
BESIDE = ("lapsed", "withdrawn", "outside_competence")
STATUSES = LADDER + BESIDE
UNKNOWN = "unknown"  # the absence of a record; stored only where one takes back what was said
CLAIMANTS = CITY, THIRD_PARTY, EDITOR = ("city", "third_party", "editor")
DAY, MONTH, YEAR, RANGE, ABOUT, UNDATED = "day", "month", "year", "range", "about", "unknown"
NO_END = date(9999, 12, 31)
NEVER_SUPERSEDED = datetime(9999, 12, 31, tzinfo=UTC)


class StatusRecord(Base):
    """What a city's status on an item became, from when, and who says so; append-only."""

    __tablename__ = "status_record"
    __table_args__ = (
        Index("ix_status_record_city_item", "city_id", "item_code"),
        Index("ix_status_record_effective", "effective_from"),
    )

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    item_code: Mapped[str] = mapped_column(String(20), index=True)
    status: Mapped[str] = mapped_column(String(30))
    effective_text: Mapped[str] = mapped_column(String(40), default="")  # as the source gives it
    effective_from: Mapped[date | None] = mapped_column(Date)
    effective_to: Mapped[date | None] = mapped_column(Date)
    precision: Mapped[str] = mapped_column(String(10), default=UNDATED)
    claimed_by: Mapped[str] = mapped_column(String(20))  # city, third_party, editor
    legal_reason: Mapped[str | None] = mapped_column(Text)  # required for outside_competence
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc] = mapped_column(index=True)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    seed_key: Mapped[str | None] = mapped_column(String(80), index=True)
    seed_digest: Mapped[str | None] = mapped_column(String(64))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("status_record.id"))  # corrects an earlier record

    city: Mapped[City] = relationship(lazy="joined")
    evidence: Mapped[list[Evidence]] = relationship(
        secondary="status_evidence", order_by="Evidence.id", lazy="selectin"
    )


class Evidence(Base):
    """A document or link that a status rests on; one piece may serve many records of its city."""

    __tablename__ = "evidence"

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str] = mapped_column(String(40))  # a term of evidence_types
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str | None] = mapped_column(String(64))  # an uploaded file, as stored; then `url` is empty
    name: Mapped[str | None] = mapped_column(String(200))
    mime: Mapped[str | None] = mapped_column(String(60))
    size: Mapped[int | None]  # bytes
    is_public: Mapped[bool] = mapped_column(Boolean, default=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc]
    issuer: Mapped[str] = mapped_column(String(200), default="")  # who made it: a council, an office, a network
    issued_text: Mapped[str] = mapped_column(String(40), default="")  # when, as exactly as it is known
    issued_on: Mapped[date | None] = mapped_column(Date)  # the first day that this can mean
    language: Mapped[str | None] = mapped_column(String(20))
    expires_on: Mapped[date | None] = mapped_column(Date)  # the last day on which it shows anything
    link_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    link_failures: Mapped[int] = mapped_column(default=0)  # in a row
    link_error: Mapped[str] = mapped_column(Text, default="")  # what went wrong last, in plain English
    link_broken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was first found broken
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # taken out; title, address and file are gone
    version: Mapped[int] = mapped_column(default=1)  # of what describes it


class StatusEvidence(Base):
    """Which evidence carries which record."""

    __tablename__ = "status_evidence"

    record_id: Mapped[int] = mapped_column(ForeignKey("status_record.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)


class StatusSpan(Base):
    """Which record was in force in a city for an item, from when to when, and since when the hub knew so.

    Derived from the records (`hub commitments rebuild`). Both ends are exclusive; a day asked for and a moment of
    knowing find at most one span of each city and item.
    """

    __tablename__ = "status_span"
    __table_args__ = (
        Index(
            "ix_status_span_shown", "item_code", "status", "known_to", "valid_to", "valid_from", "known_from", "city_id"
        ),
        Index("ix_status_span_city", "city_id", "known_to", "valid_to"),
    )

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    item_code: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int] = mapped_column(ForeignKey("status_record.id"))
    status: Mapped[str] = mapped_column(String(30))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)  # NO_END while nothing follows
    known_from: Mapped[utc]
    known_to: Mapped[utc]  # NEVER_SUPERSEDED while this is what the hub holds true


class EditionSnapshot(Base):
    """What the matrix showed at a forum's end, fixed by a digest that anyone can recompute; append-only."""

    __tablename__ = "edition_snapshot"

    id: Mapped[pk]
    year: Mapped[int] = mapped_column(unique=True)
    as_of: Mapped[date] = mapped_column(Date)
    known_at: Mapped[utc]  # with all that the hub knew then
    cities: Mapped[int]
    records: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # the sha256 of `edition_text`
    fixed_at: Mapped[utc]
