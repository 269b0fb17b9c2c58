"""A result as a table of cities by the ten principles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.cities.queries import CityLine, by_name, list_cities
from hub.search.criteria import Criteria
from hub.search.index.crossing import Crossed
from hub.search.links import narrowed_url, narrowing, with_principle_url
from hub.vocabularies.queries import vocabulary
from hub.web.locale import in_language, language

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """How many cases, and where they are listed; no address where no list holds just these."""

    count: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One of the ten principles."""

    code: str
    number: int
    label: str
    short: str


@dataclass(frozen=True, slots=True)
class Row:
    """A city with its cases, all of them and by principle."""

    name: str
    all: Cell
    cells: list[Cell]


@dataclass(frozen=True)
class CaseMatrix:
    """Cities by principles; what the cities left out and cases of no city add stands in one row of its own."""

    columns: list[Column]
    rows: list[Row]
    rest: Row | None
    other_cities: int
    of_no_city: int
    total: Row


def chosen_cities(counts: Mapping[str, int]) -> list[CityLine]:
    """Return the cities to show by name: of many those with most of the cases."""
    most = sorted((code for code, number in counts.items() if number), key=lambda code: (-counts[code], code))
    chosen = set(most[:MOST_ROWS])
    return by_name(city for city in list_cities() if city.slug in chosen)


def columns() -> list[Column]:
    """Return the ten principles in their order, in the language of the request."""
    return [
        Column(term.code, term.number or 0, in_language(term.labels), in_language(term.short))
        for term in vocabulary().top("gwangju")
    ]


def case_matrix(
    criteria: Criteria, total: int, counts: Mapping[str, int], cities: list[CityLine], crossed: Crossed
) -> CaseMatrix:
    """Return the table of a result; `counts` are the cases of every city, `crossed` those of the cities shown."""
    principles = columns()
    rows, left = [], dict(crossed.columns)
    city_url = narrowing(criteria, "city")
    for city in cities:
        here, urls = crossed.cells.get(city.slug, {}), _addresses(narrowed_to(criteria, city.slug), principles)
        cells = [_cell(urls, column.code, here.get(column.code, 0)) for column in principles]
        for column, cell in zip(principles, cells, strict=True):
            left[column.code] = left.get(column.code, 0) - cell.count
        rows.append(Row(city.label(language()), Cell(counts[city.slug], city_url((city.slug,))), cells))
    of_no_city = max(0, total - sum(counts.values()))
    unlisted = total - sum(row.all.count for row in rows)
    rest = Row("", Cell(unlisted), [Cell(max(0, left.get(column.code, 0))) for column in principles])
    urls = _addresses(criteria, principles)
    sums = [_cell(urls, column.code, crossed.columns.get(column.code, 0)) for column in principles]
    others = sum(1 for number in counts.values() if number) - len(rows)
    whole = Row("", Cell(total, narrowed_url(criteria)), sums)
    return CaseMatrix(principles, rows, rest if unlisted > 0 else None, others, of_no_city, whole)


def narrowed_to(criteria: Criteria, slug: str) -> Criteria:
    """Return the criteria of one city's part of a result."""
    return criteria.without("city").with_("city", slug)


def _addresses(criteria: Criteria, principles: Sequence[Column]) -> dict[str, str]:
    """Return for each principle the address of the cases of a result that carry it."""
    if criteria.principle:
        return {column.code: with_principle_url(criteria, column.code) for column in principles}
    url = narrowing(criteria, "principle")
    return {column.code: url((column.code,)) for column in principles}


def _cell(urls: Mapping[str, str], code: str, count: int) -> Cell:
    return Cell(count, urls[code] if count else "")
