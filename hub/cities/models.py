"""Local governments of any size, who works for them in the hub, and the organisations around them."""

from __future__ import annotations

from sqlalchemy import JSON, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.core.db import Base, JSONDict, JSONList, pk, utc

COORDINATOR, CONTRIBUTOR = "coordinator", "contributor"
ON_RECORD, MEMBER = "on_record", "member"


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
    population_gazetteer: Mapped[int | None]  # for rough size classes; not a fact to show
    gov_type: Mapped[str] = mapped_column(String(60))
    website: Mapped[str | None] = mapped_column(Text)
    hrc_since: Mapped[int | None]  # year of the act named in hrc_basis
    hrc_basis: Mapped[str | None] = mapped_column(Text)
    hrc_source: Mapped[str | None] = mapped_column(Text)
    forum_editions: Mapped[str | None] = mapped_column(String(80))
    forum_source: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    membership: Mapped[str] = mapped_column(String(20), default=ON_RECORD)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[utc]
    seed_digest: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = {"version_id_col": version}


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


class Membership(Base):
    """Who works for which city in the hub, and as what."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "city_id"),)

    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    role: Mapped[str] = mapped_column(String(20))
    since_at: Mapped[utc]

    city: Mapped[City] = relationship()


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
