"""Reads of how sources are: what they bring, what holds them up, and which organisations still have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, case, func, select

from hub.cities.models import Organisation
from hub.core.addresses import pair_of
from hub.core.db import db
from hub.feeds.identity import address_key, second_key
from hub.feeds.models import (
    ACTIVE,
    BACKOFF,
    FAILING,
    GONE,
    NEW,
    PAUSED,
    FeedEntry,
    FeedHost,
    FeedSource,
    FeedSync,
)
from hub.feeds.parse import ParsedFeed

FILES = "files"  # in the place of a state: what the hub's own files hold
STATES = (GONE, FAILING, BACKOFF, NEW, ACTIVE, PAUSED, FILES)  # what needs a person first
MONTHS = 12
AT_ONCE = 200  # sources whose health is asked together


@dataclass(frozen=True)
class SourceHealth:
    """What is known of a source beside its own row.

    `months` counts its stories in each of the last twelve months, the present one last; `warning` is what was not quite
    in order at the last check, in plain English; until `held_until` its site asked to be left alone.
    """

    entries: int = 0
    months: tuple[int, ...] = (0,) * MONTHS
    warning: str = ""
    held_until: datetime | None = None


def list_by_need(state: str = "", page: int = 1, per_page: int = 50) -> tuple[list[FeedSource], int]:
    """Return a page of the sources in a state (in any when empty), those that need a person first, and their number."""
    conditions = [_state() == state] if state else []
    total = db.session.scalar(select(func.count()).select_from(FeedSource).where(*conditions)) or 0
    query = select(FeedSource).where(*conditions).order_by(*_need())
    return list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page))), total


def each_by_need(state: str = "") -> Iterator[FeedSource]:
    """Yield all sources in a state (in any when empty), those that need a person first."""
    conditions = [_state() == state] if state else []
    yield from db.session.scalars(select(FeedSource).where(*conditions).order_by(*_need()))


def count_states() -> dict[str, int]:
    """Return how many sources are in each state, those that need a person first; empty states are left out."""
    state = _state()
    counts = {row[0]: int(row[1]) for row in db.session.execute(select(state, func.count()).group_by(state))}
    return {each: counts[each] for each in STATES if each in counts}


def health_of(sources: Sequence[FeedSource], now: datetime) -> dict[int, SourceHealth]:
    """Return the health of these sources by id, with four questions for every two hundred of them."""
    found: dict[int, SourceHealth] = {}
    for start in range(0, len(sources), AT_ONCE):
        some = sources[start : start + AT_ONCE]
        ids = [source.id for source in some]
        counts, warnings, holds = _counts(ids, now), _warnings(ids), _holds(some, now)
        for source in some:
            entries, *months = counts.get(source.id, (0,) * (MONTHS + 1))
            found[source.id] = SourceHealth(
                entries, tuple(months), warnings.get(source.id, ""), holds.get(source.id)
            )  # fmt: skip
    return found


def months_until(now: datetime) -> list[date]:
    """Return the first days of the last twelve months, oldest first."""
    last = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


def find_by_address(address: str) -> FeedSource | None:
    """Return the source with this address, in whatever spelling."""
    return db.session.scalar(select(FeedSource).where(FeedSource.address_key == address_key(address)))


def count_known(source_id: int, feed: ParsedFeed) -> int:
    """Return how many stories of a feed a source has already, by their names or by their links."""
    columns = (FeedEntry.guid, FeedEntry.guid_alt, FeedEntry.url_key)
    known = db.session.execute(select(*columns).where(FeedEntry.source_id == source_id)).all()
    names, seconds, keys = ({row[place] for row in known} for place in range(3))
    return sum(
        entry.guid in names or second_key(entry.guid) in seconds - {None} or address_key(entry.url) in keys
        for entry in feed.entries
    )


def list_wanted() -> list[Organisation]:
    """Return the organisations none of whose news come in yet, by name."""
    given = select(FeedSource.organisation_slug).where(FeedSource.organisation_slug.is_not(None))
    query = select(Organisation).where(Organisation.slug.not_in(given))
    return list(db.session.scalars(query.order_by(func.lower(Organisation.name), Organisation.id)))


def count_wanted() -> int:
    """Return how many organisations have no source yet."""
    given = select(FeedSource.organisation_slug).where(FeedSource.organisation_slug.is_not(None))
    return db.session.scalar(select(func.count()).where(Organisation.slug.not_in(given))) or 0


def list_organisations() -> list[Organisation]:
    """Return all organisations on record, by name."""
    return list(db.session.scalars(select(Organisation).order_by(func.lower(Organisation.name), Organisation.id)))


def list_read(page: int, per_page: int) -> tuple[list[tuple[FeedSource, int]], int]:
    """Return a page of the sources that are not paused, by name, each with how many stories of it stand in the news."""
    read = FeedSource.state != PAUSED
    total = db.session.scalar(select(func.count()).select_from(FeedSource).where(read)) or 0
    query = select(FeedSource).where(read).order_by(func.lower(FeedSource.title), FeedSource.id)
    sources = list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)))
    shown = (FeedEntry.hidden_at.is_(None), FeedEntry.removed_at.is_(None))
    mine = FeedEntry.source_id.in_([source.id for source in sources])
    grouped = select(FeedEntry.source_id, func.count()).where(mine, *shown).group_by(FeedEntry.source_id)
    counts = {row[0]: int(row[1]) for row in db.session.execute(grouped)}
    return [(source, counts.get(source.id, 0)) for source in sources], total


def each_address(*, is_public: bool) -> Iterator[FeedSource]:
    """Yield the sources that have an address, by name; for the public those that are not paused."""
    query = select(FeedSource).where(FeedSource.address.is_not(None))
    query = query.where(FeedSource.state != PAUSED) if is_public else query
    yield from db.session.scalars(query.order_by(func.lower(FeedSource.title), FeedSource.id))


def _state() -> ColumnElement[str]:
    return case((FeedSource.address.is_(None), FILES), else_=FeedSource.state)


def _need() -> Iterable[Any]:
    """Order: what a person must mend, then what has moved or fails for a while, then the others by name."""
    state = _state()
    place = case({name: number for number, name in enumerate(STATES)}, value=state, else_=len(STATES))
    is_moving = case((FeedSource.moved_to.is_not(None), 0), else_=1)
    ranked = case((and_(is_moving == 0, state == ACTIVE), STATES.index(BACKOFF)), else_=place)
    return (
        ranked,
        FeedSource.failing_since.is_(None),
        FeedSource.failing_since,
        func.lower(FeedSource.title),
        FeedSource.id,
    )


def _counts(ids: Sequence[int], now: datetime) -> dict[int, tuple[int, ...]]:
    starts = [datetime(day.year, day.month, 1, tzinfo=UTC) for day in months_until(now)]
    sums = []
    for start, end in zip_longest(starts, starts[1:]):
        within = FeedEntry.published_at >= start
        within = within if end is None else and_(within, FeedEntry.published_at < end)
        sums.append(func.sum(case((within, 1), else_=0)))
    query = select(FeedEntry.source_id, func.count(), *sums)
    query = query.where(FeedEntry.source_id.in_(ids), FeedEntry.removed_at.is_(None)).group_by(FeedEntry.source_id)
    return {row[0]: tuple(int(number) for number in row[1:]) for row in db.session.execute(query)}


def _warnings(ids: Sequence[int]) -> dict[int, str]:
    newest = select(func.max(FeedSync.id)).where(FeedSync.source_id.in_(ids)).group_by(FeedSync.source_id)
    query = select(FeedSync.source_id, FeedSync.error).where(FeedSync.id.in_(newest), FeedSync.outcome != "failed")
    return {row.source_id: row.error for row in db.session.execute(query) if row.error}


def _holds(sources: Sequence[FeedSource], now: datetime) -> dict[int, datetime]:
    pairs = {source.id: _pair(source.address) for source in sources if source.address}
    query = select(FeedHost.pair, FeedHost.held_until).where(FeedHost.pair.in_(set(pairs.values())))
    held = {row.pair: row.held_until for row in db.session.execute(query.where(FeedHost.held_until > now))}
    return {source_id: held[pair] for source_id, pair in pairs.items() if pair in held}


def _pair(address: str) -> str:
    try:
        return pair_of(urlsplit(address))
    except ValueError:
        return ""
