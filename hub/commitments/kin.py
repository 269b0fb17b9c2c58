"""Which gaps a city may look at first, and the cities to learn from; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hub.cities.nearness import COUNTRY, KIND, LANGUAGE, REGION, SIZE, Nearness, Profile, nearest_first, nearness

__all__ = [
    "CASES_SHOWN", "COUNTRY", "KIND", "LANGUAGE", "REGION", "SIZE", "Kin", "KinCase", "Nearness", "Profile",
    "Suggestion", "best_of", "most_to_learn", "nearest_first", "nearness",
]  # fmt: skip

CASES_SHOWN = 3


class KinCase(NamedTuple):
    """A published case of a city that serves an item."""

    city_id: int
    slug: str
    title: str
    language: str
    is_demo: bool = False


class Kin(NamedTuple):
    """A city that met an item: how near it is, where it stands since when, and its cases that serve the item."""

    city: Profile
    nearness: Nearness
    status: str
    since: str  # as exactly as it is known, empty where it is not
    cases: tuple[KinCase, ...] = ()


class Suggestion(NamedTuple):
    """An item that a city has not met as far as the hub knows, and the one city to learn from first."""

    item_code: str
    status: str  # where the city itself stands; `unknown` where nothing is on record
    kin: Kin
    others: int  # how many more cities met it


def most_to_learn(found: Iterable[Suggestion], limit: int) -> list[Suggestion]:
    """Return the suggestions that promise most, at most `limit`: each names another city as long as there are others.

    First where the city to learn from has told how it did it, then where the nearest one stands, in the order given.
    """
    ordered = sorted(found, key=lambda each: (not each.kin.cases, -each.kin.nearness.score))
    chosen: list[Suggestion] = []
    named: set[int] = set()
    for suggestion in ordered:
        if suggestion.kin.city.id not in named:
            chosen.append(suggestion)
            named.add(suggestion.kin.city.id)
    chosen += [suggestion for suggestion in ordered if suggestion not in chosen]
    return chosen[:limit]


def best_of(kin: Sequence[Kin]) -> Kin:
    """Return the city to learn from first: the nearest that has told how it did it, else the nearest."""
    return next((each for each in kin if each.cases), kin[0])
