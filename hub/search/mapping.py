"""A result on the map: how many of its cases each city has, and how many are of no city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import format_compact_decimal
from markupsafe import Markup

from hub.cities.queries import CityLine, by_name, list_cities
from hub.search.criteria import MOST_VALUES, Criteria
from hub.search.links import list_url, narrowing
from hub.search.results import CaseResults
from hub.web.locale import country_name, language, ngettext
from hub.web.locale import gettext as _
from hub.web.maps import Cluster, cluster, project

RADIUS = 28.0  # viewBox units: nearer points would hide each other
MOST_NAMED = 6
MOST_CITIES = 200  # rows of the table; beyond them it has countries
TABLE = "#places"

project_once = lru_cache(maxsize=4096)(project)


@dataclass(frozen=True, slots=True)
class Point:
    """A city with cases, or several that stand too near to each other; `shown` is the number drawn in it."""

    x: float
    y: float
    label: str
    url: str
    count: int
    shown: str


@dataclass(frozen=True)
class CaseMap:
    """The points, the same as a table, and what has no point: cases of no city, cities of no known place."""

    points: list[Point]
    head: list[str]
    rows: list[tuple[Markup | str | int, ...]]
    cities: int
    of_no_city: int
    of_no_city_by_country: str
    unplaced: int


def case_map(results: CaseResults, criteria: Criteria) -> CaseMap:
    """Return the map of a result from its facet counts; no case is loaded for it."""
    counts = own_counts(results.facets, "city", criteria)
    cities = [city for city in list_cities() if counts.get(city.slug)]
    placed = [city for city in cities if city.lat is not None and city.lon is not None]
    of_no_city = max(0, results.total - sum(counts.values()))
    by_country = _of_no_city(cities, counts, own_counts(results.facets, "country", criteria), of_no_city)
    head, rows = _table(cities, counts, criteria)
    rows += [(_("National programme, of no city"), country_name(code), n) for code, n in by_country]
    return CaseMap(
        _points(placed, counts, criteria), head, rows, len(cities), of_no_city,
        ", ".join(f"{country_name(code)} ({number})" for code, number in by_country), len(cities) - len(placed),
    )  # fmt: skip


def own_counts(facets: Mapping[str, Mapping[str, int]], name: str, criteria: Criteria) -> dict[str, int]:
    """Return the counts of a facet among the hits themselves: a facet's own selection shrinks these."""
    chosen = getattr(criteria, name)
    return {code: number for code, number in facets.get(name, {}).items() if not chosen or code in chosen}


def _of_no_city(
    cities: Sequence[CityLine], counts: Mapping[str, int], countries: Mapping[str, int], total: int
) -> list[tuple[str, int]]:
    left = Counter(countries)
    for city in cities:
        left[city.country] -= counts[city.slug]
    found = sorted(((code, number) for code, number in left.items() if number > 0), key=lambda p: country_name(p[0]))
    return found if sum(number for _, number in found) == total else []


def _points(cities: Sequence[CityLine], counts: Mapping[str, int], criteria: Criteria) -> list[Point]:
    points = []
    url_of = narrowing(criteria, "city")
    for group in _clusters(tuple(project_once(city.lat or 0.0, city.lon or 0.0) for city in cities)):
        members = [cities[index] for index in group.members]
        number = sum(counts[city.slug] for city in members)
        shown = format_compact_decimal(number, locale=language()) if number > 999 else str(number)
        label, url = _point_words(members, number), _point_url(members, criteria, url_of)
        points.append(Point(group.x, group.y, label, url, number, shown))
    return points


@lru_cache(maxsize=64)
def _clusters(places: tuple[tuple[float, float], ...]) -> list[Cluster]:
    return cluster(places, RADIUS)


def _point_words(members: Sequence[CityLine], number: int) -> str:
    cases = ngettext("%(num)d case", "%(num)d cases", number)
    if len(members) == 1:
        city = members[0]
        place = _("%(city)s, %(country)s", city=city.label(language()), country=country_name(city.country))
        return f"{place}: {cases}"
    names = ", ".join(city.label(language()) for city in members[:MOST_NAMED])
    rest = len(members) - MOST_NAMED
    if rest > 0:
        names = ngettext("%(names)s and %(num)d more", "%(names)s and %(num)d more", rest, names=names)
    return f"{ngettext('%(num)d city', '%(num)d cities', len(members))}, {cases}: {names}"


def _point_url(members: Sequence[CityLine], criteria: Criteria, url_of: Callable[[Sequence[str]], str]) -> str:
    if len(members) <= MOST_VALUES:
        return url_of(sorted(city.slug for city in members))
    countries = {city.country for city in members}
    if len(countries) == 1 and criteria.country != (code := tuple(countries)):
        return list_url(criteria.without("country").with_("country", code[0]))
    return TABLE


def _table(
    cities: Sequence[CityLine], counts: Mapping[str, int], criteria: Criteria
) -> tuple[list[str], list[tuple[Markup | str | int, ...]]]:
    """Return the head and rows of the table: the cities by name, or where they are many their countries."""
    rows: list[tuple[Markup | str | int, ...]] = []
    if len(cities) <= MOST_CITIES:
        url_of = narrowing(criteria, "city")
        for city in by_name(cities):
            link = _link(url_of((city.slug,)), city.label(language()))
            rows.append((link, country_name(city.country), counts[city.slug]))
        return [_("City"), _("Country"), _("Cases")], rows
    by_country: dict[str, list[CityLine]] = {}
    for city in cities:
        by_country.setdefault(city.country, []).append(city)
    for code in sorted(by_country, key=country_name):
        members = by_country[code]
        url = list_url(criteria.without("country").with_("country", code))
        number = ngettext("%(num)d city", "%(num)d cities", len(members))
        rows.append((_link(url, country_name(code)), number, sum(counts[city.slug] for city in members)))
    return [_("Country"), _("Cities"), _("Cases")], rows


def _link(url: str, words: str) -> Markup:
    return Markup('<a href="{}" rel="nofollow">{}</a>').format(url, words)
