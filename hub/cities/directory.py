"""The directory of cities as a page and as data: filters, regions, map points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from hub.cities.names import fold
from hub.cities.queries import CityFilter, CityLine
from hub.core.errors import Invalid
from hub.vocabularies.queries import Vocabulary
from hub.web.formats import absolute
from hub.web.locale import country_name, in_language, language, ngettext
from hub.web.locale import gettext as _
from hub.web.maps import cluster, project
from hub.web.params import Query

CASES, COMMITMENTS = "cases", "commitments"
CLUSTER_RADIUS = 28.0  # viewBox units: nearer points would hide each other
NAMED_IN_CLUSTER = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A city, or several that stand too near to each other, on the map."""

    x: float
    y: float
    label: str
    url: str
    count: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter, with how many cities one gets by it."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, with the address of the directory without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Asked:
    """What the query of the directory asks for."""

    narrowed: CityFilter
    having: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query that gives this again."""
        fields = [("q", self.narrowed.text), ("region", self.narrowed.region), ("country", self.narrowed.country)]
        return [pair for pair in fields if pair[1]] + [("with", name) for name in self.having]

    def url(self, path: str) -> str:
        """Return a path with this query."""
        pairs = self.pairs()
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True)
class Directory:
    """What was found, with the counts that stand beside each city."""

    cities: list[CityLine]
    everything: list[CityLine]
    asked: Asked
    cases: Mapping[int, int]
    known: Mapping[int, int]
    regions: list[Option] = field(default_factory=list)
    countries: list[Option] = field(default_factory=list)


def read_asked(query: Query) -> Asked:
    """Read the filters; raises Invalid naming the parameter that holds what it cannot hold."""
    having = query.values("with")
    for name in having:
        if name not in (CASES, COMMITMENTS):
            raise Invalid("with", "Choose one of: %(choices)s.", choices=f"{CASES}, {COMMITMENTS}")
    narrowed = CityFilter(query.text("q", 200), query.text("region", 40), query.text("country", 2).upper())
    return Asked(narrowed, tuple(sorted(having)))


def build(asked: Asked, everything: list[CityLine], cases: Mapping[int, int], known: Mapping[int, int]) -> Directory:
    """Narrow the cities by what was asked, and count what each choice of a filter would give."""
    narrowed = asked.narrowed
    if asked.having:
        kept = {city.id for city in everything}
        for name in asked.having:
            kept &= set(cases if name == CASES else known)
        narrowed = replace(narrowed, ids=frozenset(kept))
    any_region, any_country = replace(narrowed, region=""), replace(narrowed, country="")
    elsewhere = Counter(city.region for city in everything if any_region.takes(city))
    abroad = Counter(city.country for city in everything if any_country.takes(city))
    regions = dict.fromkeys(city.region for city in everything)
    countries = sorted({city.country for city in everything}, key=lambda code: fold(country_name(code)))
    return Directory(
        [city for city in everything if narrowed.takes(city)],
        everything,
        asked,
        cases,
        known,
        [Option(code, code, elsewhere[code]) for code in regions],
        [Option(code, country_name(code), abroad[code]) for code in countries],
    )


def in_words(options: Sequence[Option], terms: Vocabulary) -> list[Option]:
    """Return the choices of the region filter named in the current language."""
    return [replace(option, label=region_name(option.code, terms)) for option in options]


def region_name(code: str, terms: Vocabulary) -> str:
    """Return the name of a region in the current language, the code itself where there is none."""
    term = terms.find("regions", code)
    return in_language(term.labels) if term else code


def chips(asked: Asked, terms: Vocabulary) -> list[Chip]:
    """Return what narrows the directory, each with the address without it."""
    narrowed, found = asked.narrowed, []
    if narrowed.text:
        found.append(Chip(narrowed.text, replace(asked, narrowed=replace(narrowed, text="")).url("/cities/")))
    if narrowed.region:
        label = region_name(narrowed.region, terms)
        found.append(Chip(label, replace(asked, narrowed=replace(narrowed, region="")).url("/cities/")))
    if narrowed.country:
        label = country_name(narrowed.country)
        found.append(Chip(label, replace(asked, narrowed=replace(narrowed, country="")).url("/cities/")))
    for name in asked.having:
        label = _("With a case study") if name == CASES else _("With a commitment on record")
        rest = tuple(other for other in asked.having if other != name)
        found.append(Chip(label, replace(asked, having=rest).url("/cities/")))
    return found


def by_region(cities: Iterable[CityLine]) -> list[tuple[str, list[CityLine]]]:
    """Return the cities region by region, in their order."""
    groups: dict[str, list[CityLine]] = {}
    for city in cities:
        groups.setdefault(city.region, []).append(city)
    return list(groups.items())


def map_points(directory: Directory) -> list[Point]:
    """Return the points of the map; cities without coordinates are in the list only."""
    placed = [
        (city, project(city.lat, city.lon))
        for city in directory.cities
        if city.lat is not None and city.lon is not None
    ]
    points = []
    for group in cluster([point for _city, point in placed], CLUSTER_RADIUS):
        members = [placed[index][0] for index in group.members]
        has_case = any(city.id in directory.cases for city in members)
        points.append(Point(group.x, group.y, *_words(members, directory), group.count, not has_case))
    return points


def _words(members: Sequence[CityLine], directory: Directory) -> tuple[str, str]:
    """Return what a point is called, and where it leads."""
    if len(members) == 1:
        city = members[0]
        name = _("%(city)s, %(country)s", city=city.label(language()), country=country_name(city.country))
        cases = directory.cases.get(city.id, 0)
        return f"{name}: {ngettext('%(num)d case', '%(num)d cases', cases)}" if cases else name, city.url
    names = ", ".join(city.label(language()) for city in members[:NAMED_IN_CLUSTER])
    rest = len(members) - NAMED_IN_CLUSTER
    if rest > 0:
        names = ngettext("%(names)s and %(num)d more", "%(names)s and %(num)d more", rest, names=names)
    label = ngettext("%(num)d local government", "%(num)d local governments", len(members))
    countries = {city.country for city in members}
    if len(countries) == 1 and not directory.asked.narrowed.country:
        narrowed = replace(directory.asked.narrowed, country=countries.pop())
        return f"{label}: {names}", replace(directory.asked, narrowed=narrowed).url("/cities/")
    return f"{label}: {names}", f"#region-{members[0].region}"


def item(city: CityLine, directory: Directory) -> dict[str, Any]:
    """Return a city as an item of the JSON list."""
    return {
        "slug": city.slug,
        "name": city.name,
        "name_native": city.name_native,
        "country": city.country,
        "region": city.region,
        "membership": city.membership,
        "hrc_since": city.hrc_since,
        "cases": directory.cases.get(city.id, 0),
        "commitments_known": directory.known.get(city.id, 0),
        "url": absolute(city.url),
    }


CSV_HEADER = (
    "slug", "name", "name_native", "native_language", "country", "region", "membership", "hrc_since", "lat", "lon",
    "cases", "commitments_known", "url",
)  # fmt: skip


def csv_row(city: CityLine, directory: Directory) -> tuple[Any, ...]:
    """Return a city as a row of the CSV file."""
    return (
        city.slug, city.name, city.name_native, city.native_language, city.country, city.region, city.membership,
        city.hrc_since, city.lat, city.lon, directory.cases.get(city.id, 0), directory.known.get(city.id, 0),
        absolute(city.url),
    )  # fmt: skip
