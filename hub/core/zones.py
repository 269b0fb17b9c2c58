"""Time zones by their IANA names, as the table of zones by country lists them."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

UTC_NAME = "UTC"


@lru_cache(maxsize=1)
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Return the names of the zones of each country (ISO 3166 alpha-2)."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _coordinates, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    return {country: tuple(names) for country, names in found.items()}


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the names that one may choose, in the order of the alphabet, UTC last; names of before are not offered."""
    return (*sorted({name for names in zones_by_country().values() for name in names}), UTC_NAME)


def is_zone(name: str) -> bool:
    """Tell whether a text is the name of a zone that one may choose."""
    return name in zone_names()


@lru_cache(maxsize=600)
def zone_of(name: str | None) -> ZoneInfo:
    """Return the zone of a name; UTC for none, and for a name that no table of zones knows."""
    try:
        return ZoneInfo(name or UTC_NAME)
    except (KeyError, ValueError, OSError):  # not found is a KeyError; names that are no file names are the others
        return ZoneInfo(UTC_NAME)
