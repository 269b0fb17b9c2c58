"""The matrix of cities and items: narrow rows that a template writes out without further thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from hub.cities.queries import CityLine
from hub.cities.standing import status_label, year_of
from hub.commitments.models import STATUSES
from hub.commitments.queries import Stand
from hub.commitments.states import Key
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.locale import in_language, language


@dataclass(frozen=True, slots=True)
class Row:
    """A city with where it stands on the items shown, by code; what is unknown is missing."""

    city: CityLine
    name: str
    stands: Mapping[str, Stand]
    unknown: int


class Group(NamedTuple):
    """One of the Five Commitments, or the related instruments, over its columns."""

    code: str
    label: str
    items: list[ItemView]


class Standings(NamedTuple):
    """Which cities stand at one status of an item, each with its year where that is known; `names` is HTML."""

    label: str
    names: Markup


class Reading(NamedTuple):
    """One column of the matrix read as text."""

    item: ItemView
    standings: list[Standings]
    unknown: int


def groups(terms: Vocabulary, only: str = "", item: str = "") -> list[Group]:
    """Return the groups with the items in use, in order; only one of them, or one item, when named.

    An item that is named may also be a point of another, or one that was replaced.
    """
    if item and (named := terms.find_item(item)) is not None:
        group = terms.find("commitment-groups", named.group_code)
        return [] if group is None else [Group(group.code, in_language(group.labels), [named])]
    found = []
    for term in terms.scheme("commitment-groups"):
        items = [item for item in terms.items_of(term.code) if item.replaced_by is None]
        if items and only in ("", term.code):
            found.append(Group(term.code, in_language(term.labels), items))
    return found


def rows(cities: Sequence[CityLine], items: Sequence[ItemView], stands: Mapping[Key, Stand]) -> list[Row]:
    """Return the rows of these cities."""
    by_city: dict[int, dict[str, Stand]] = {}
    for (city_id, item), stand in stands.items():
        by_city.setdefault(city_id, {})[item] = stand
    shown_in, none = language(), dict[str, Stand]()
    return [
        Row(city, city.label(shown_in), there := by_city.get(city.id, none), len(items) - len(there)) for city in cities
    ]


def by_region(made: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return rows region by region, in their order."""
    regions: dict[str, list[Row]] = {}
    for row in made:
        regions.setdefault(row.city.region, []).append(row)
    return list(regions.items())


def readings(made: Sequence[Row], items: Sequence[ItemView], terms: Vocabulary) -> list[Reading]:
    """Return the same matrix as text, item by item: who stands at which status, and of how many nothing is known."""
    found = []
    order = [(code, status_label(code, terms)) for code in (*reversed(STATUSES[:6]), *STATUSES[6:])]
    names = [str(escape(row.name)) for row in made]  # once, not once for each item
    for item in items:
        named: dict[str, list[str]] = {}
        for row, name in zip(made, names, strict=True):
            if (stand := row.stands.get(item.code)) is not None:
                since = year_of(stand.effective_text)
                named.setdefault(stand.status, []).append(f"{name} ({since})" if since else name)
        standings = [
            Standings(label, Markup(", ".join(named[code])))  # noqa: S704  # nosec B704
            for code, label in order
            if code in named
        ]
        found.append(Reading(item, standings, len(made) - sum(map(len, named.values()))))
    return found
