"""How many cities stand where on an item; unknown is counted beside what is known, never as a no."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.commitments.models import STATUSES, UNKNOWN
from hub.commitments.states import Key, StatusLine


@dataclass(frozen=True, slots=True)
class Tally:
    """The network's state of one item: how many cities there are, and how many of them stand at each status."""

    item_code: str
    cities: int
    statuses: Mapping[str, int]  # every status, those nobody has with 0

    @property
    def known(self) -> int:
        """How many cities something is on record of."""
        return sum(self.statuses.values())

    @property
    def unknown(self) -> int:
        """How many cities nothing is on record of."""
        return self.cities - self.known

    def counts(self) -> dict[str, int]:
        """Return the statuses and `unknown` beside them."""
        return {**self.statuses, UNKNOWN: self.unknown}


def tallies(states: Mapping[Key, StatusLine], items: Iterable[str], city_ids: Iterable[int]) -> list[Tally]:
    """Return the tally of each item over the cities named, in the order of the items."""
    cities = set(city_ids)
    counted: dict[str, Counter[str]] = {}
    for (city_id, item), line in states.items():
        if city_id in cities:
            counted.setdefault(item, Counter())[line.status] += 1
    none: Counter[str] = Counter()
    return [
        Tally(item, len(cities), {status: counted.get(item, none)[status] for status in STATUSES}) for item in items
    ]


def counted(counts: Mapping[str, Mapping[str, int]], cities: int) -> list[Tally]:
    """Return the tally of each item from how many of so many cities stand at each status."""
    return [
        Tally(item, cities, {status: numbers.get(status, 0) for status in STATUSES}) for item, numbers in counts.items()
    ]


def total(several: Iterable[Tally]) -> dict[str, int]:
    """Return how often each status, and `unknown`, stands in all of these tallies together."""
    counts: Counter[str] = Counter()
    for tally in several:
        counts.update(tally.counts())
    return dict(counts)
