"""Through which coalition a local government joins ICCAR, UNESCO's International Coalition of Inclusive Cities; pure.

Five coalitions are regional, two national (seeds/vocabularies.yaml, `coalitions`). Where geography does not decide, as
in Turkey and Palestine, the city says so itself.
"""

from __future__ import annotations

EUROPE, ASIA_PACIFIC, AFRICA = "ICCAR-EUR", "ICCAR-APA", "ICCAR-AFR"
LATIN_AMERICA, ARAB = "ICCAR-LAC", "ICCAR-ARB"
CANADA, UNITED_STATES = "ICCAR-CAN", "ICCAR-USA"

_NATIONAL = {"CA": CANADA, "US": UNITED_STATES}
_REGIONAL = {
    "europe": EUROPE, "asia-pacific": ASIA_PACIFIC, "africa": AFRICA, "latin-america": LATIN_AMERICA,
    "arab-region": ARAB,
}  # fmt: skip
_OPEN = {
    "middle-east": (EUROPE, ASIA_PACIFIC, ARAB),
    "north-america": (CANADA, UNITED_STATES, LATIN_AMERICA),  # territories of neither country
}


def coalition_of(country: str, region: str) -> str | None:
    """Return the coalition of a country (ISO 3166 alpha-2) and region; None where the city chooses."""
    return _NATIONAL.get(country) or _REGIONAL.get(region)


def choices_of(country: str, region: str) -> tuple[str, ...]:
    """Return the coalitions among which a city chooses; none where its place decides."""
    return () if coalition_of(country, region) else _OPEN.get(region, ())


def coalition_for(chosen: str | None, country: str, region: str) -> str | None:
    """Return what is on record of a city, else what its place gives; None where it has yet to choose."""
    return chosen or coalition_of(country, region)
