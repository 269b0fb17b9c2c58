"""Countries and languages to choose from, named in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from hub.cities.names import fold
from hub.web.locale import language

# What CLDR names although ISO 3166-1 assigns no country: parts, unions, and codes for private use.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


def countries() -> list[tuple[str, str]]:
    """Return the countries as code and name in the language of the request, by name."""
    return list(_countries(language()))


def languages(kept: str = "") -> list[tuple[str, str]]:
    """Return languages as code and name in the language of the request, by name; with `kept` although it is rarer."""
    return list(_languages(language(), kept or ""))


@lru_cache(maxsize=16)
def _countries(code: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(code).territories
    found = [(each, str(name)) for each, name in names.items() if len(each) == 2 and each.isalpha()]
    return tuple(sorted((pair for pair in found if pair[0] not in _NO_COUNTRIES), key=lambda pair: fold(pair[1])))


@lru_cache(maxsize=64)
def _languages(code: str, kept: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(code).languages
    found = {each: str(name) for each, name in names.items() if len(each) == 2}
    if kept and kept not in found:
        found[kept] = str(names.get(kept.replace("-", "_")) or names.get(kept) or kept)
    return tuple(sorted(found.items(), key=lambda pair: fold(pair[1])))
