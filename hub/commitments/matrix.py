"""The matrix of cities and items: narrow rows that a template writes out without further thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hub.cities.queries import CityLine
from hub.cities.standing import status_label, year_of
from hub.commitments.models import STATUSES
from hub.commitments.states import Key, StatusLine
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.locale import in_language, language


class Cell(NamedTuple):
    """What is known of one item in one city; where nothing is, the cell is None."""

    code: str
    label: str
    since: str
    item: str
    item_label: str
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A city with its cells in the order of the columns; `runs` has a number where so many unknown ones follow."""

    city: CityLine
    name: str
    cells: list[Cell | None]
    unknown: int
    runs: list[Cell | int]


class Group(NamedTuple):
    """One of the Five Commitments, or the related instruments, over its columns."""

    code: str
    label: str
    items: list[ItemView]


class Standings(NamedTuple):
    """Which cities stand at one status of an item, each with its year where that is known."""

    label: str
    names: list[str]


class Reading(NamedTuple):
    """One column of the matrix read as text."""

    item: ItemView
    standings: list[Standings]
    unknown: int


def groups(terms: Vocabulary, only: str = "") -> list[Group]:
    """Return the groups with the items in use, in order; only one of them when named."""
    found = []
    for term in terms.scheme("commitment-groups"):
        items = [item for item in terms.items_of(term.code) if item.replaced_by is None]
        if items and only in ("", term.code):
            found.append(Group(term.code, in_language(term.labels), items))
    return found


def rows(
    cities: Sequence[CityLine], items: Sequence[ItemView], states: Mapping[Key, StatusLine], terms: Vocabulary
) -> list[Row]:
    """Return the rows of these cities."""
    labels = {code: status_label(code, terms) for code in STATUSES}
    columns = [(item.code, in_language(item.short) or in_language(item.labels)) for item in items]
    shown_in = language()
    made = []
    for city in cities:
        cells: list[Cell | None] = []
        for code, item_label in columns:
            line = states.get((city.id, code))
            if line is None:
                cells.append(None)
            else:
                since = year_of(line.effective_text)
                cells.append(Cell(line.status, labels[line.status], since, code, item_label, line.is_demo))
        made.append(Row(city, city.label(shown_in), cells, cells.count(None), _runs(cells)))
    return made


def _runs(cells: Sequence[Cell | None]) -> list[Cell | int]:
    """Join neighbouring unknown cells, which are most of a page and all alike."""
    runs: list[Cell | int] = []
    for cell in cells:
        if cell is not None:
            runs.append(cell)
        elif runs and isinstance(last := runs[-1], int):
            runs[-1] = last + 1
        else:
            runs.append(1)
    return runs


def by_region(made: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return rows region by region, in their order."""
    regions: dict[str, list[Row]] = {}
    for row in made:
        regions.setdefault(row.city.region, []).append(row)
    return list(regions.items())


def readings(made: Sequence[Row], items: Sequence[ItemView]) -> list[Reading]:
    """Return the same matrix as text, item by item: who stands at which status, and of how many nothing is known."""
    found = []
    for place, item in enumerate(items):
        named: dict[str, Standings] = {}
        for row in made:
            if (cell := row.cells[place]) is not None:
                name = f"{row.name} ({cell.since})" if cell.since else row.name
                named.setdefault(cell.code, Standings(cell.label, [])).names.append(name)
        standings = [named[code] for code in reversed(STATUSES[:6]) if code in named]
        standings += [named[code] for code in STATUSES[6:] if code in named]
        found.append(Reading(item, standings, len(made) - sum(len(status.names) for status in standings)))
    return found
