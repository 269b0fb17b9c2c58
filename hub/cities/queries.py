"""Reading cities: one profile, the directory and what its filters hold, what stands near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy import case as sql_case

from hub.cities.events import CitySuspended
from hub.cities.models import ON_RECORD, UNCONFIRMED, WAITING, City, CityApplication, CityRevision
from hub.cities.names import fold, is_found
from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import VALUES, LogEntry, LogPersonal
from hub.core.tokens import hash_token
from hub.people.models import Membership, User
from hub.vocabularies.queries import vocabulary


class CityLine(NamedTuple):
    """A city as lists show it."""

    id: int
    slug: str
    name: str
    name_native: str | None
    native_language: str | None
    country: str
    region: str
    membership: str
    lat: float | None
    lon: float | None
    hrc_since: int | None
    updated_at: datetime
    coalition: str | None = None  # of ICCAR, as on record; see coalitions.coalition_for

    @property
    def url(self) -> str:
        """The path of the city's page."""
        return f"/cities/{self.slug}"

    def label(self, language: str) -> str:
        """Return the name as readers of a language write it: the native one where that is their language."""
        return label_of(self.name, self.name_native, self.native_language, language)

    def other_name(self, language: str) -> tuple[str, str]:
        """Return the city's other name and its language, where it says more than the label does; else empty texts."""
        return other_name_of(self.name, self.name_native, self.native_language, language)


class Managed(NamedTuple):
    """A city that takes part, or did, as organizers list it."""

    id: int
    slug: str
    name: str
    country: str
    membership: str
    people: int


class Suspension(NamedTuple):
    """Since when a city is suspended, and why, where that is still on record."""

    since_at: datetime
    reason: str


@dataclass(frozen=True)
class CityFilter:
    """What narrows the directory; an empty field narrows nothing, `ids` of None neither."""

    text: str = ""
    region: str = ""
    country: str = ""
    ids: frozenset[int] | None = None

    def takes(self, city: CityLine) -> bool:
        """Tell whether a city is among those asked for."""
        if self.region and city.region != self.region:
            return False
        if self.country and city.country != self.country:
            return False
        if self.ids is not None and city.id not in self.ids:
            return False
        return not self.text or is_found(self.text, city.name, city.name_native, city.slug)


def label_of(name: str, native: str | None, native_language: str | None, language: str) -> str:
    """Return which of a city's names readers of a language know it by; `name` is the one in English."""
    if language == "en" or not native or not native_language:
        return name
    return native if native_language.split("-")[0] == language else name


def other_name_of(name: str, native: str | None, native_language: str | None, language: str) -> tuple[str, str]:
    """Return the name that `label_of` leaves out and its language, where it says more; else empty texts."""
    label = label_of(name, native, native_language, language)
    other, other_language = (native or "", native_language or "") if label == name else (name, "en")
    if not other or fold(other) in fold(label) or fold(label) in fold(other):
        return "", ""
    return other, other_language


def get_city(slug: str) -> City:
    """Return a city by its slug; raises NotFound."""
    city = find_city(slug)
    if city is None:
        raise NotFound(f"no city {slug}")
    return city


def find_city(slug: str) -> City | None:
    """Return a city by its slug."""
    return db.session.scalars(select(City).where(City.slug == slug)).first()


def list_cities(narrowed: CityFilter | None = None) -> list[CityLine]:
    """Return the cities asked for, by name within region, regions in the order of the vocabulary."""
    wanted = select(
        City.id, City.slug, City.name, City.name_native, City.native_language, City.country, City.region,
        City.membership, City.lat, City.lon, City.hrc_since, City.updated_at, City.coalition,
    )  # fmt: skip
    if narrowed is not None and narrowed.ids is not None:
        wanted = wanted.where(City.id.in_(narrowed.ids))
    found = [CityLine._make(row) for row in db.session.execute(wanted)]
    if narrowed is not None:
        found = [city for city in found if narrowed.takes(city)]
    places = _places()
    return sorted(found, key=lambda city: _order(city.region, city.name, city.slug, places))


def list_city_ids(region: str = "") -> list[int]:
    """Return the ids of the cities, of one region where it is named, in the order of `list_cities`."""
    wanted = select(City.id, City.region, City.name, City.slug)
    if region:
        wanted = wanted.where(City.region == region)
    places = _places()
    return [
        row[0] for row in sorted(db.session.execute(wanted), key=lambda row: _order(row[1], row[2], row[3], places))
    ]


def list_ids_by_name() -> list[int]:
    """Return the ids of all cities in the order of `by_name`."""
    found = db.session.execute(select(City.id, City.name, City.slug))
    return [row[0] for row in sorted(found, key=lambda row: (fold(row[1]), row[2]))]


def _places() -> dict[str, int]:
    return {region.code: place for place, region in enumerate(vocabulary().scheme("regions"))}


def _order(region: str, name: str, slug: str, places: Mapping[str, int]) -> tuple[int, str, str, str]:
    return places.get(region, len(places)), region, fold(name), slug


def by_name(cities: Iterable[CityLine]) -> list[CityLine]:
    """Return cities in the order of their names, whatever their region."""
    return sorted(cities, key=lambda city: (fold(city.name), city.slug))


def list_neighbours(city: City) -> list[CityLine]:
    """Return the other cities of its country, by name."""
    return by_name(other for other in list_cities(CityFilter(country=city.country)) if other.id != city.id)


def find_city_called(name: str, country: str) -> City | None:
    """Return the city of a country that goes by this name, in English or its own language, however it is typed."""
    wanted = fold(name)
    cities = db.session.scalars(select(City).where(City.country == country).order_by(City.id)) if wanted else ()
    return next((city for city in cities if wanted in (fold(city.name), fold(city.name_native or ""))), None)


def profile_version(city_id: int) -> int:
    """Return the number of the newest version of a city's profile, 0 when there is none."""
    return db.session.scalar(select(func.max(CityRevision.number)).where(CityRevision.city_id == city_id)) or 0


def get_application_of(token: str) -> CityApplication:
    """Return the application that a mailed token opens; raises NotFound."""
    wanted = select(CityApplication).where(CityApplication.token_hash == hash_token(token))
    application = db.session.scalar(wanted)
    if application is None:
        raise NotFound("no such application")
    return application


def get_application(application_id: int) -> CityApplication:
    """Return a confirmed application; raises NotFound, also for one whose address is not confirmed."""
    application = db.session.get(CityApplication, application_id)
    if application is None or application.state == UNCONFIRMED:
        raise NotFound("no such application")
    return application


def list_applications(limit: int, offset: int = 0) -> list[CityApplication]:
    """Return the confirmed applications: those that wait, longest first, then those decided, newest first."""
    waits = CityApplication.state == WAITING
    query = select(CityApplication).where(CityApplication.state != UNCONFIRMED)
    query = query.order_by(
        sql_case((waits, 0), else_=1),
        sql_case((waits, CityApplication.confirmed_at)),
        CityApplication.decided_at.desc(),
        CityApplication.id.desc(),
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def count_applications() -> int:
    """Return how many applications were confirmed, decided or not."""
    query = select(func.count()).select_from(CityApplication).where(CityApplication.state != UNCONFIRMED)
    return db.session.scalar(query) or 0


def waiting_applications() -> int:
    """Return how many applications wait for an organizer."""
    query = select(func.count()).select_from(CityApplication).where(CityApplication.state == WAITING)
    return db.session.scalar(query) or 0


def newest_waiting(limit: int) -> list[CityApplication]:
    """Return the applications that wait for an organizer, the newest first."""
    query = select(CityApplication).where(CityApplication.state == WAITING)
    query = query.order_by(CityApplication.confirmed_at.desc(), CityApplication.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def list_managed() -> list[Managed]:
    """Return the cities that are members, have people here, or are suspended, by name."""
    people = func.count(User.id)
    query = (
        select(City.id, City.slug, City.name, City.country, City.membership, people)
        .outerjoin(Membership, Membership.city_id == City.id)
        .outerjoin(User, and_(User.id == Membership.user_id, User.is_active))
        .group_by(City.id)
        .having(or_(City.membership != ON_RECORD, people > 0))
    )
    return sorted((Managed(*row) for row in db.session.execute(query)), key=lambda city: (fold(city.name), city.slug))


def suspensions() -> dict[int, Suspension]:
    """Return for every city that was suspended when it was last, and why, as the log has it."""
    query = (
        select(LogEntry.payload, LogEntry.recorded_at, LogPersonal.content)
        .outerjoin(LogPersonal, (LogPersonal.position == LogEntry.position) & (LogPersonal.part == VALUES))
        .where(LogEntry.kind == CitySuspended.__name__)
        .order_by(LogEntry.position)
    )
    return {
        payload["city_id"]: Suspension(recorded_at, str((content or {}).get("reason", "")))
        for payload, recorded_at, content in db.session.execute(query)
    }
