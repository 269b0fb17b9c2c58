"""What changed in the world of a person's cities since she was last at her desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from hub.follows.models import CITY, COUNTRY
from hub.site.desk import Work
from hub.site.since import around, ours
from hub.site.since.lines import Part, World

__all__ = ["AT_FIRST", "Since", "changes_since"]

AT_FIRST = timedelta(days=30)  # what a person reads of who never was at her desk before


class Since(NamedTuple):
    """What is new, by kind, her own cities' before the others'; `at` is since when."""

    at: datetime
    is_first: bool  # she was never here before, and reads of the last 30 days
    parts: list[Part]

    @property
    def total(self) -> int:
        """How many things are new."""
        return sum(part.total for part in self.parts)


def changes_since(
    last: datetime | None, works: Sequence[Work], follows: Collection[tuple[str, str]], user_id: int, now: datetime
) -> Since | None:
    """Return what changed for the cities that a person writes for, in a bounded number of reads; None without any.

    `last` is when she was at her desk before, None for the first time; `follows` are kind and key of what she follows.
    """
    cities = [work.city for work in works if not work.is_suspended]
    if not cities:
        return None
    world = World(
        user_id=user_id,
        since=last or now - AT_FIRST,
        ids=tuple(city.id for city in cities),
        slugs=tuple(city.slug for city in cities),
        countries=frozenset([*(city.country for city in cities), *_keys(follows, COUNTRY)]),
        regions=frozenset(city.region for city in cities if city.region),
        followed=frozenset(_keys(follows, CITY)),
    )
    parts = [*ours.parts(world), *around.parts(world)]
    return Since(world.since, last is None, [part for part in parts if part.total])


def _keys(follows: Iterable[tuple[str, str]], wanted: str) -> list[str]:
    return [key for kind, key in follows if kind == wanted]
