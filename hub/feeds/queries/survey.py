"""What a list of news holds and how much each further filter would leave of it, counted in one read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, Text, and_, cast, func, select

from hub.core.db import db
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.queries.stories import NewsFilter, conditions

PRINCIPLE, YEAR, CITY, LANGUAGE, SOURCE = FACETS = ("principle", "year", "city", "language", "source")

Values = tuple[Any, ...]  # of one kind of entry, of one facet


class _Kind(NamedTuple):
    """Entries that no facet tells apart."""

    source_id: int
    year: str
    principles: str  # lists as the database writes them
    cities: str
    language: str | None


@dataclass(frozen=True)
class Survey:
    """How many stories a list has, and for each facet how many it would have with another value of it, by value.

    A story of several sources counts once, as it is listed. Principles are GP1 to GP10: whatever is tied to one or to a
    clause of it.
    """

    total: int
    facets: dict[str, dict[Any, int]]


def survey(narrowed: NewsFilter) -> Survey:
    """Count the stories of a list, and those of the lists that differ from it in one filter."""
    slugs: dict[int, str] = {row.id: row.slug for row in db.session.execute(select(FeedSource.id, FeedSource.slug))}
    asked = (narrowed.principle, narrowed.year, narrowed.city, narrowed.language, narrowed.source)
    counts: dict[str, Counter[Any]] = {facet: Counter() for facet in ("", *FACETS)}  # the empty one is the whole list
    told: set[tuple[Any, ...]] = set()
    for kind, key, number in _kinds(narrowed):
        codes = _list(kind.principles)
        held: tuple[Values, ...] = (
            _tops(codes), (int(kind.year),), _list(kind.cities), (kind.language,), (slugs[kind.source_id],),
        )  # fmt: skip
        missed = [
            facet
            for facet, wanted, values in zip(FACETS, asked, held, strict=True)
            if wanted and not (_is_tied(codes, str(wanted)) if facet == PRINCIPLE else wanted in values)
        ]
        counted: list[tuple[str, Values]] = [("", ((),))] if not missed else []
        counted += [(facet, values) for facet, values in zip(FACETS, held, strict=True) if missed in ([], [facet])]
        for facet, values in counted:
            for value in values:
                counts[facet][value] += number if not key else _once(told, facet, value, key)
    return Survey(counts.pop("").total(), {facet: _known(found) for facet, found in counts.items()})


def _known(found: Counter[Any]) -> dict[Any, int]:
    """Return the counts of what has a value: an entry need not have a language."""
    return {value: number for value, number in found.items() if value and number}


def _once(told: set[tuple[Any, ...]], *name: Any) -> int:
    """Return 1 for what is named the first time, else 0."""
    before = len(told)
    told.add(name)
    return len(told) - before


def _tops(codes: Values) -> Values:
    return tuple({code.split(".")[0] for code in codes})


def _is_tied(codes: Values, wanted: str) -> bool:
    return any(code == wanted or code.startswith(f"{wanted}.") for code in codes)


def _kinds(narrowed: NewsFilter) -> Iterator[tuple[_Kind, str, int]]:
    """Yield how many entries of each kind there are, whatever filter but the words and what is hidden.

    Those of an address that several sources have come one by one, with its key.
    """
    columns = [
        FeedEntry.source_id, _year().label("year"), cast(FeedEntry.principle_codes, Text).label("principles"),
        cast(FeedEntry.city_slugs, Text).label("cities"), FeedEntry.language,
    ]  # fmt: skip
    wanted = conditions(NewsFilter(words=narrowed.words, with_hidden=narrowed.with_hidden))
    entries = select(*columns).where(*wanted).subquery()
    grouped = db.session.execute(select(*entries.c, func.count()).group_by(*entries.c))
    numbers = Counter({_Kind(*row[:5]): row[5] for row in grouped})
    repeated = select(*columns, FeedEntry.url_key, and_(*wanted).label("is_counted"))
    by_key: dict[str, list[Any]] = {}
    for row in db.session.execute(repeated.where(FeedEntry.url_key.in_(_addresses_told_twice()))):
        by_key.setdefault(row.url_key, []).append(row)
    for key, rows in by_key.items():
        if len({row.source_id for row in rows}) == len(rows):
            for kind in (_Kind(*row[:5]) for row in rows if row.is_counted):
                numbers[kind] -= 1
                yield kind, key, 1
    yield from ((kind, "", number) for kind, number in numbers.items() if number)


def _year() -> ColumnElement[str]:
    """Return the year of a story in UTC, whatever zone the server of the database is in."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", FeedEntry.published_at), "YYYY")
    return func.substr(FeedEntry.published_at, 1, 4, type_=String)


def _addresses_told_twice() -> Select[Any]:
    query = select(FeedEntry.url_key).where(FeedEntry.url_key.is_not(None))
    return query.group_by(FeedEntry.url_key).having(func.count() > 1)


@lru_cache(maxsize=4096)
def _list(written: str) -> Values:
    return tuple(json.loads(written))
