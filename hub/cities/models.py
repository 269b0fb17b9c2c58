"""Local governments of any size, how they join the hub, and the organisations around them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import NUMBERS_ONCE, Base, JSONDict, JSONList, UtcDateTime, pk, utc
from hub.people.models import User

ON_RECORD, MEMBER, SUSPENDED = "on_record", "member", "suspended"
UNCONFIRMED, WAITING, ADMITTED, DECLINED = "unconfirmed", "waiting", "admitted", "declined"
PROFILE = (
    "name", "name_native", "native_language", "country", "region", "coalition", "lat", "lon", "geo_source",
    "time_zone", "population_gazetteer", "gov_type", "website", "hrc_since", "hrc_basis", "hrc_source",
    "forum_editions", "forum_source", "notes", "contact_office", "contact_address",
)  # fmt: skip


class City(Base):
    """A local government of any size: town, district, city, county, region (Gwangju Declaration, note 1)."""

    __tablename__ = "city"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_native: Mapped[str | None] = mapped_column(String(160))
    native_language: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2), index=True)  # ISO 3166 alpha-2
    region: Mapped[str] = mapped_column(String(40), index=True)
    coalition: Mapped[str | None] = mapped_column(String(20))  # the ICCAR coalition of its region, not membership
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    geo_source: Mapped[str | None] = mapped_column(String(80))
    time_zone: Mapped[str | None] = mapped_column(String(40))  # an IANA name
    population_gazetteer: Mapped[int | None]  # for rough size classes; not a fact to show
    gov_type: Mapped[str] = mapped_column(String(60))
    website: Mapped[str | None] = mapped_column(Text)
    hrc_since: Mapped[int | None]  # year of the act named in hrc_basis
    hrc_basis: Mapped[str | None] = mapped_column(Text)
    hrc_source: Mapped[str | None] = mapped_column(Text)
    forum_editions: Mapped[str | None] = mapped_column(String(80))
    forum_source: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    contact_office: Mapped[str | None] = mapped_column(String(200))  # whom to ask: an office, not a person
    contact_address: Mapped[str | None] = mapped_column(String(500))  # its public e-mail or web address
    has_second_reader: Mapped[bool] = mapped_column(Boolean, default=False)  # nobody publishes what she wrote herself
    membership: Mapped[str] = mapped_column(String(20), default=ON_RECORD)
    membership_before: Mapped[str | None] = mapped_column(String(20))  # what a suspension goes back to
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[utc]
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_suspended(self) -> bool:
        """Whether organizers have stopped the city's people from writing; what it published stays."""
        return self.membership == SUSPENDED

    def profile(self) -> dict[str, Any]:
        """Return what a revision keeps of the city."""
        return {name: getattr(self, name) for name in PROFILE}


class CityRevision(Base):
    """A version of a city's profile, with who made it; append-only. No author means the seed files."""

    __tablename__ = "city_revision"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    id: Mapped[pk]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    number: Mapped[int]
    content: Mapped[JSONDict]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[utc]


class CityApplication(Base):
    """A city's wish to join, from the form to the organizers' answer; the applicant follows it by a mailed address."""

    __tablename__ = "city_application"
    __table_args__ = NUMBERS_ONCE

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=UNCONFIRMED)  # unconfirmed, waiting, admitted, declined
    city_name: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))  # the city on record that it is, once known
    person_name: Mapped[str] = mapped_column(String(120))
    person_role: Mapped[str] = mapped_column(String(160))  # the person's office in the city
    email: Mapped[str] = mapped_column(String(254))  # lower case
    language: Mapped[str] = mapped_column(String(10), default="en")
    message: Mapped[str] = mapped_column(Text, default="")
    letter_sha256: Mapped[str | None] = mapped_column(String(64))  # the letter of the mayor, as stored
    letter_name: Mapped[str | None] = mapped_column(String(200))
    letter_mime: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[utc]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was declined, as the applicant reads it
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    city: Mapped[City | None] = relationship()
    decider: Mapped[User | None] = relationship()


class Organisation(Base):
    """A network, a UN body, a centre or a civil-society group to follow; public, without an account."""

    __tablename__ = "organisation"

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    homepage: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    languages: Mapped[JSONList] = mapped_column(JSON, default=list)
    note: Mapped[str | None] = mapped_column(Text)
    feed_address: Mapped[str | None] = mapped_column(Text)
    seed_digest: Mapped[str | None] = mapped_column(String(64))
