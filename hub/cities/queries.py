"""Reading cities: one profile, the directory and what its filters hold, what stands near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from hub.cities.models import City
from hub.cities.names import fold, is_found
from hub.core.db import db
from hub.core.errors import NotFound
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
        City.membership, City.lat, City.lon, City.hrc_since, City.updated_at,
    )  # fmt: skip
    found = [CityLine._make(row) for row in db.session.execute(wanted)]
    if narrowed is not None:
        found = [city for city in found if narrowed.takes(city)]
    places = {region.code: place for place, region in enumerate(vocabulary().scheme("regions"))}
    return sorted(
        found, key=lambda city: (places.get(city.region, len(places)), city.region, fold(city.name), city.slug)
    )


def by_name(cities: Iterable[CityLine]) -> list[CityLine]:
    """Return cities in the order of their names, whatever their region."""
    return sorted(cities, key=lambda city: (fold(city.name), city.slug))


def list_neighbours(city: City) -> list[CityLine]:
    """Return the other cities of its country, by name."""
    return by_name(other for other in list_cities(CityFilter(country=city.country)) if other.id != city.id)
