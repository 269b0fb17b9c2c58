"""Which city on record a line of a published list is: by its name in any language and its country; pure.

A match is exact only where the country agrees, the name is the city's own or its English one, and no other city, and no
other line, fits as well. Whatever leaves a doubt is near, and for a person to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from hub.cities.names import fold
from hub.commitments.registers.reading import Listed, bare_name

EXACT, OTHER_NAME, NEAR = "exact", "other_name", "near"
CLOSE = 88.0  # of 100; in ten letters one may differ
SHORTEST = 4  # letters of a Latin name below which a likeness says nothing
_AROUND = frozenset(
    fold(word) for word in (
        "city of", "town of", "municipality of", "metropolitan city", "city", "municipality", "metropolitan government",
        "stadt", "landeshauptstadt", "gemeente", "kommune", "ville de", "commune de", "mairie de", "ciudad de",
        "municipio de", "ayuntamiento de", "alcaldia de", "comune di", "prefeitura de", "camara municipal de",
        "buyuksehir", "belediyesi", "buyuksehir belediyesi", "kota", "kabupaten",
    )
)  # fmt: skip
_KOREAN_ENDINGS = ("특별자치시", "특별시", "광역시", "특별자치도", "시", "군", "구", "도")


class Names(NamedTuple):
    """What a city is called: its English and its own name, those in other languages, and its country."""

    city_id: int
    country: str
    own: tuple[str, ...]
    others: tuple[str, ...] = ()


class Match(NamedTuple):
    """Which city a line is, how that was found, and all that fit it; no city where none or more than one fits."""

    city_id: int | None = None
    how: str = ""  # exact, other_name, near; empty where none fits
    fitting: tuple[int, ...] = ()


class _Index(NamedTuple):
    own: dict[tuple[str, str], set[int]]  # (country, folded name) -> cities
    others: dict[tuple[str, str], set[int]]
    loose: dict[tuple[str, str], set[int]]  # by the name without what stands around it
    anywhere: dict[str, set[int]]  # own and other names, whatever the country
    by_country: dict[str, dict[str, int]]  # country -> loose name -> a city


def match_lines(lines: Sequence[Listed], cities: Iterable[Names]) -> list[Match]:
    """Return the match of every line, in their order."""
    index = _index(cities)
    found = [_match(line, index) for line in lines]
    taken = Counter(match.city_id for match in found if match.city_id is not None)
    return [
        match._replace(how=NEAR) if match.city_id is not None and taken[match.city_id] > 1 else match for match in found
    ]


def _match(line: Listed, index: _Index) -> Match:
    name = fold(bare_name(line.name))
    if not line.country:
        return _only(index.anywhere.get(name, set()), NEAR)
    key = (line.country, name)
    same, other = index.own.get(key, set()), index.others.get(key, set())
    fitting = same | other
    if len(fitting) > 1:
        return _only(fitting, NEAR)
    if fitting:
        return _only(fitting, EXACT if same else OTHER_NAME)
    loose = _loose(name)
    if alike := index.loose.get((line.country, loose), set()):
        return _only(alike, NEAR)
    return _close(loose, index.by_country.get(line.country, {}))


def _only(fitting: set[int], how: str) -> Match:
    if not fitting:
        return Match()
    return Match(next(iter(fitting)) if len(fitting) == 1 else None, how, tuple(sorted(fitting)))


def _close(name: str, names: dict[str, int]) -> Match:
    """Return the city of the country whose name is nearly the same, where there is one."""
    if len(name) < SHORTEST or not name.isascii():
        return Match()
    found = process.extract(name, list(names), scorer=fuzz.ratio, score_cutoff=CLOSE, limit=5)
    return _only({names[each[0]] for each in found}, NEAR)


def _index(cities: Iterable[Names]) -> _Index:
    index = _Index(defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(dict))
    for city in cities:
        for place, names in ((index.own, city.own), (index.others, city.others)):
            for name in filter(None, map(fold, names)):
                place[city.country, name].add(city.city_id)
                index.anywhere[name].add(city.city_id)
                index.loose[city.country, _loose(name)].add(city.city_id)
                index.by_country[city.country][_loose(name)] = city.city_id
    return index


@lru_cache(maxsize=16_384)
def _loose(name: str) -> str:
    """Return a folded name without “City of”, “Stadt”, 광역시 and the like, its umlauts written as one letter."""
    words = name.split()
    for size in (3, 2, 1):
        if len(words) > size and " ".join(words[:size]) in _AROUND:
            words = words[size:]
        if len(words) > size and " ".join(words[-size:]) in _AROUND:
            words = words[:-size]
    bare = " ".join(words)
    for ending in _KOREAN_ENDINGS:
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            bare = bare.removesuffix(ending)
            break
    for pair, letter in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s")):
        bare = bare.replace(pair, letter)
    return bare
