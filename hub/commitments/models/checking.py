"""Tables of what others found when they checked a record, and of published lists of members."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import NUMBERS_ONCE, Base, UtcDateTime, pk, utc

SELF, DOCUMENT, PEER, REGISTER = "self", "document", "peer", "register"
TIERS = (DOCUMENT, PEER, REGISTER)  # `self` is what every record is without any of these; never stored
CONFIRMED, REFUSED = "confirmed", "refused"
CHECK, APPEAL = "check", "appeal"
OPEN, DECIDED, WITHDRAWN = "open", "decided", "withdrawn"
PROPOSED, UNMATCHED, ACCEPTED, REJECTED = "proposed", "unmatched", "accepted", "rejected"


class Verification(Base):
    """What someone other than the city found when checking one status record; append-only."""

    __tablename__ = "verification"

    id: Mapped[pk]
    record_id: Mapped[int] = mapped_column(ForeignKey("status_record.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    item_code: Mapped[str] = mapped_column(String(20))
    tier: Mapped[str] = mapped_column(String(20))  # document, peer, register
    result: Mapped[str] = mapped_column(String(20))  # confirmed, refused
    reason: Mapped[str] = mapped_column(Text, default="")  # required when refused; anyone may read it
    conflicts: Mapped[str] = mapped_column(Text, default="")  # what a peer declared; empty: none, said so
    checked_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)  # the last day on which it counts; None when refused
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))  # whose coordinator a peer was
    request_id: Mapped[int | None] = mapped_column(ForeignKey("check_request.id"), index=True)
    register_row_id: Mapped[int | None] = mapped_column(ForeignKey("register_row.id"))
    appeal_of_id: Mapped[int | None] = mapped_column(ForeignKey("verification.id"))  # the refusal looked at again
    recorded_at: Mapped[utc] = mapped_column(index=True)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)


class CheckRequest(Base):
    """A city asks to have a status record checked, or appeals against a refusal."""

    __tablename__ = "check_request"
    __table_args__ = (Index("ix_check_request_state", "state", "asked_at"), NUMBERS_ONCE)

    id: Mapped[pk]
    record_id: Mapped[int] = mapped_column(ForeignKey("status_record.id"), index=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    item_code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))  # check, appeal
    appeal_of_id: Mapped[int | None]  # the verification; no key, as verifications name their requests
    note: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[utc]
    peer_city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"), index=True)  # asked by an organizer
    state: Mapped[str] = mapped_column(String(20), default=OPEN)  # open, decided, withdrawn
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class RegisterList(Base):
    """A list of members that an instrument published, as an organizer brought it in."""

    __tablename__ = "register_list"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    item_code: Mapped[str] = mapped_column(String(20), index=True)
    title: Mapped[str] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column(Date)  # the day it speaks of
    is_complete: Mapped[bool] = mapped_column(Boolean, default=False)  # so that absence from it says something
    sha256: Mapped[str] = mapped_column(String(64))  # of the file, as stored
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]  # bytes
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[utc]


class RegisterRow(Base):
    """One member on such a list, the city it may be, and what an organizer decided."""

    __tablename__ = "register_row"
    __table_args__ = (Index("ix_register_row_list_state", "list_id", "state"), NUMBERS_ONCE)

    id: Mapped[pk]
    list_id: Mapped[int] = mapped_column(ForeignKey("register_list.id"))
    line: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    country: Mapped[str | None] = mapped_column(String(2))
    since_text: Mapped[str] = mapped_column(String(40), default="")
    status_text: Mapped[str] = mapped_column(String(80), default="")  # as the list words it
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))
    match: Mapped[str] = mapped_column(String(20), default="")  # how the city was found: exact, other_name, near
    state: Mapped[str] = mapped_column(String(20))  # proposed, unmatched, accepted, rejected
    record_id: Mapped[int | None] = mapped_column(ForeignKey("status_record.id"))  # what it came to confirm, or added
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
