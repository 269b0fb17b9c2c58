"""Which cities are near to another one in what makes a practice carry over; pure.

The rule: the same country counts 4, the same language 3, a population within a factor of two 3, the same kind of
government 2, the same region of the world 1 where the country is another. The sum only puts neighbours in order; it is
shown nowhere and says nothing about how well a city does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hub.cities.models import City

COUNTRY, LANGUAGE, SIZE, KIND, REGION = "country", "language", "size", "kind", "region"
WEIGHTS = {COUNTRY: 4, LANGUAGE: 3, SIZE: 3, KIND: 2, REGION: 1}
SAME_SIZE = 2.0  # so many times as large at the most

# Kinds of government (terms of government_types) that have much the same tasks.
_KINDS = {
    "part": ("district", "borough", "district_municipality"),
    "metropolis": (
        "metropolitan_city", "metropolitan_municipality", "metropolitan_district", "metropolitan_administration",
        "capital_city_authority", "capital_district", "special_municipality", "city_state", "federal_district",
        "federal_entity",
    ),
    "land": ("province", "department", "region", "regency", "governorate", "county", "capital_province"),
}  # fmt: skip
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}


class Profile(NamedTuple):
    """What is read of a city to tell how near it is, to name it, and whom to ask there."""

    id: int
    slug: str
    name: str
    name_native: str | None
    native_language: str | None  # BCP 47; the language its office works in, as far as the hub knows
    country: str
    region: str
    gov_type: str
    population: int | None  # of a gazetteer, for rough size only
    contact_office: str | None = None
    contact_address: str | None = None
    is_suspended: bool = False


class Nearness(NamedTuple):
    """How near a city is, and what of it is alike: country, language, size, kind, region."""

    score: int
    reasons: tuple[str, ...]


def profile_of(city: City) -> Profile:
    """Return what is read of a city to tell how near it is."""
    return Profile(
        city.id, city.slug, city.name, city.name_native, city.native_language, city.country, city.region, city.gov_type,
        city.population_gazetteer, city.contact_office, city.contact_address, city.is_suspended,
    )  # fmt: skip


def nearness(home: Profile, other: Profile) -> Nearness:
    """Return how near a city is to another one; what is not known of either makes nothing alike."""
    alike = []
    if home.country == other.country:
        alike.append(COUNTRY)
    if spoken(home) and spoken(home) == spoken(other):
        alike.append(LANGUAGE)
    if _ratio(home, other) <= SAME_SIZE:
        alike.append(SIZE)
    if kind_of(home) and kind_of(home) == kind_of(other):
        alike.append(KIND)
    if home.country != other.country and home.region and home.region == other.region:
        alike.append(REGION)
    return Nearness(sum(WEIGHTS[reason] for reason in alike), tuple(alike))


def nearest_first(home: Profile, others: Iterable[Profile]) -> list[tuple[Profile, Nearness]]:
    """Return other cities with how near they are, the nearest first; of two equally near the one nearer in size.

    The city itself is left out, and so are suspended ones: nobody there may answer.
    """
    found = [(other, nearness(home, other)) for other in others if other.id != home.id and not other.is_suspended]
    return sorted(found, key=lambda each: (-each[1].score, _ratio(home, each[0]), each[0].slug))


def spoken(city: Profile) -> str:
    """Return the language that a city's office works in without its region, empty where it is not known."""
    return (city.native_language or "").split("-")[0]


def kind_of(city: Profile) -> str:
    """Return the kind of government, those that have much the same tasks under one name; empty where not known."""
    return _KIND_OF.get(city.gov_type, city.gov_type)


def _ratio(home: Profile, other: Profile) -> float:
    """Return how many times the larger is as large as the smaller; endless where a population is not known."""
    small, large = sorted((home.population or 0, other.population or 0))
    return large / small if small > 0 else float("inf")
