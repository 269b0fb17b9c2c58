"""The coalitions through which cities join ICCAR (item C4.1): which one is a city's, and the cities of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from hub.cities.coalitions import choices_of, coalition_for, coalition_of
from hub.cities.profile import Link, link
from hub.cities.queries import CityLine
from hub.cities.standing import status_label
from hub.commitments.models import UNKNOWN
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import partial_date
from hub.web.locale import gettext as _
from hub.web.locale import in_language

__all__ = [
    "ITEM",
    "Coalition",
    "CoalitionCities",
    "MemberCity",
    "by_coalition",
    "choices_of",
    "city_coalition",
    "coalition_for",
    "coalition_of",
    "coalition_view",
]  # fmt: skip

ITEM = "C4.1"  # joining ICCAR through one's coalition (Gwangju Declaration, the Five Commitments)


class Placed(Protocol):
    """What is read of a city."""

    @property
    def coalition(self) -> str | None: ...
    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str: ...


class Coalition(NamedTuple):
    """A coalition in the current language, its own name as it writes it; texts are empty where nothing is known."""

    code: str
    label: str
    official_name: str
    founded: str
    instrument: str  # what its members adopt
    home: Link | None


class MemberCity(NamedTuple):
    """A city of a coalition's area and where it stands on the item; the word for unknown where nobody has told."""

    city: CityLine
    status: str
    label: str


class CoalitionCities(NamedTuple):
    """A coalition with the cities of its area on record here; `coalition` is None for those that have yet to choose."""

    coalition: Coalition | None
    cities: list[MemberCity]
    known: int  # of how many of them something is on record

    @property
    def told(self) -> list[MemberCity]:
        """The cities of which something is on record."""
        return [each for each in self.cities if each.status != UNKNOWN]

    @property
    def unknown(self) -> list[MemberCity]:
        """The cities of which nothing is."""
        return [each for each in self.cities if each.status == UNKNOWN]


def coalition_view(code: str | None, terms: Vocabulary) -> Coalition | None:
    """Return a coalition in words, None where there is none of this code."""
    term = terms.find("coalitions", code or "")
    if term is None:
        return None
    facts = term.extra
    return Coalition(
        term.code, in_language(term.labels), facts.get("official_name") or "", partial_date(facts.get("founded")),
        in_language(facts.get("instrument") or {}), link(facts.get("home")),
    )  # fmt: skip


def city_coalition(city: Placed, terms: Vocabulary) -> Coalition | None:
    """Return the coalition through which a city joins ICCAR, None where it has yet to choose."""
    return coalition_view(coalition_for(city.coalition, city.country, city.region), terms)


def by_coalition(cities: Iterable[CityLine], statuses: Mapping[int, str], terms: Vocabulary) -> list[CoalitionCities]:
    """Return the cities by coalition in the order of the list, those without one last.

    `statuses` holds the status in force on the item by city id; a city that is missing there is unknown.
    """
    groups: dict[str | None, list[MemberCity]] = {term.code: [] for term in terms.scheme("coalitions")}
    labels = {status: status_label(status, terms) for status in {*statuses.values()}} | {UNKNOWN: _("Unknown")}
    for city in cities:
        code = coalition_for(city.coalition, city.country, city.region)
        status = statuses.get(city.id, UNKNOWN)
        groups.setdefault(code if code in groups else None, []).append(MemberCity(city, status, labels[status]))
    return [
        CoalitionCities(coalition_view(code, terms), found, sum(each.status != UNKNOWN for each in found))
        for code, found in groups.items()
        if found
    ]
