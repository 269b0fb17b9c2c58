"""Would a practice work in another city: what is alike line by line, never summed up; pure.

A city is asked to look at powers, staff, cost and size before it takes up a practice of another one (OECD, Toolkit for
adopting ideas from other cities, step 2). The hub says only what it knows: what it does not know is never "different".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from hub.cities.nearness import Profile, kind_of, spoken

SAME, NEAR, DIFFERENT, UNKNOWN = "same", "near", "different", "unknown"
SIZE, KIND, PLACE, LANGUAGE, POWERS, COST = "size", "kind", "place", "language", "powers", "cost"
STEPS = (10_000, 50_000, 200_000, 500_000, 1_500_000, 5_000_000)  # inhabitants from which a city is of the next size
NO_POWERS, NO_COST = "none_needed", "none"  # terms of competences and cost_bands


class Practice(NamedTuple):
    """What of a case another city has to look at."""

    country: str
    competence: str  # a term of competences, empty where it is not known
    cost_band: str  # a term of cost_bands, empty where it is not known


class Line(NamedTuple):
    """One thing compared: what it is, how alike (same, near, different, unknown), and both sides.

    Sides are codes: of a size class its number as text, of costs the bands of the home city's own practices joined by
    blanks; empty where nothing is known.
    """

    name: str
    verdict: str
    home: str
    there: str


def compare(
    home: Profile, there: Profile | None, practice: Practice, own_bands: Collection[str], bands: Sequence[str]
) -> list[Line]:
    """Return how a city compares with the city of a case, `there` None for a national programme.

    `own_bands` are the cost bands of the home city's own practices, `bands` all of them, the cheapest first.
    """
    return [
        _size(home, there),
        _kind(home, there),
        _place(home, there, practice),
        _language(home, there),
        _powers(home, there, practice),
        _cost(practice, own_bands, bands),
    ]


def size_class(population: int | None) -> int | None:
    """Return the number of a city's size class, 0 for the smallest; None where its population is not known."""
    if not population or population < 0:
        return None
    return sum(population >= step for step in STEPS)


def _size(home: Profile, there: Profile | None) -> Line:
    ours, theirs = size_class(home.population), size_class(there.population) if there else None
    sides = ("" if ours is None else str(ours), "" if theirs is None else str(theirs))
    if ours is None or theirs is None:
        return Line(SIZE, UNKNOWN, *sides)
    apart = abs(ours - theirs)
    return Line(SIZE, SAME if apart == 0 else NEAR if apart == 1 else DIFFERENT, *sides)


def _kind(home: Profile, there: Profile | None) -> Line:
    sides = (home.gov_type, there.gov_type if there else "")
    if not all(sides) or there is None:
        return Line(KIND, UNKNOWN, *sides)
    if home.gov_type == there.gov_type:
        return Line(KIND, SAME, *sides)
    return Line(KIND, NEAR if kind_of(home) == kind_of(there) else DIFFERENT, *sides)


def _place(home: Profile, there: Profile | None, practice: Practice) -> Line:
    country = there.country if there else practice.country
    if home.country == country:
        return Line(PLACE, SAME, home.country, country)
    in_region = there is not None and home.region and home.region == there.region
    return Line(PLACE, NEAR if in_region else DIFFERENT, home.country, country)


def _language(home: Profile, there: Profile | None) -> Line:
    ours, theirs = spoken(home), spoken(there) if there else ""
    if not ours or not theirs:
        return Line(LANGUAGE, UNKNOWN, ours, theirs)
    return Line(LANGUAGE, SAME if ours == theirs else DIFFERENT, ours, theirs)


def _powers(home: Profile, there: Profile | None, practice: Practice) -> Line:
    """Compare powers: the law of one country gives one kind of government the same ones; of others nothing is known."""
    needed = practice.competence
    if needed == NO_POWERS:
        return Line(POWERS, SAME, needed, needed)
    if not needed or there is None or home.country != there.country or not home.gov_type:
        return Line(POWERS, UNKNOWN, "", needed)
    if home.gov_type == there.gov_type:
        return Line(POWERS, SAME, needed, needed)
    return Line(POWERS, NEAR, needed, needed) if kind_of(home) == kind_of(there) else Line(POWERS, UNKNOWN, "", needed)


def _cost(practice: Practice, own_bands: Collection[str], bands: Sequence[str]) -> Line:
    """Compare the cost with what the home city's own practices cost: as much, less or the next band, or more."""
    asked = practice.cost_band
    if asked == NO_COST:
        return Line(COST, SAME, asked, asked)
    known = [band for band in bands if band in own_bands]
    sides = (" ".join(known), asked)
    if asked not in bands or not known:
        return Line(COST, UNKNOWN, *sides)
    if asked in known:
        return Line(COST, SAME, *sides)
    return Line(COST, NEAR if bands.index(asked) <= bands.index(known[-1]) + 1 else DIFFERENT, *sides)
