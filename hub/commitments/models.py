"""Status records of commitments with their evidence; append-only."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.cities.models import City
from hub.core.db import Base, pk, utc

LADDER = ("not_started", "pledged", "adopted", "resourced", "operating", "reported")
BESIDE = ("lapsed", "withdrawn", "outside_competence")
STATUSES = LADDER + BESIDE
UNKNOWN = "unknown"  # the absence of a record; never stored
DAY, MONTH, YEAR, RANGE, ABOUT, UNDATED = "day", "month", "year", "range", "about", "unknown"


class StatusRecord(Base):
    """What a city's status on an item became, from when, and who says so; append-only."""

    __tablename__ = "status_record"
    __table_args__ = (Index("ix_status_record_city_item", "city_id", "item_code"),)

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


class StatusEvidence(Base):
    """Which evidence carries which record."""

    __tablename__ = "status_evidence"

    record_id: Mapped[int] = mapped_column(ForeignKey("status_record.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
