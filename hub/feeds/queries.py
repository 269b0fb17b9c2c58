"""Reads of news and of the forum's editions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.leases import is_due
from hub.feeds.models import GONE, LONGEST, PAUSED, FeedEntry, FeedSource, FeedSync, ForumEdition


@dataclass(frozen=True)
class NewsFilter:
    """What narrows the news: a principle or clause code, and a year; empty means all."""

    principle: str = ""
    year: int | None = None


def list_entries(narrowed: NewsFilter, page: int, per_page: int) -> tuple[list[FeedEntry], int]:
    """Return one page of the entries, newest first, and how many there are in all."""
    found = _matching(narrowed)
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    if total <= (page - 1) * per_page:
        return [], total
    return list(db.session.scalars(found.limit(per_page).offset((page - 1) * per_page))), total


def each_entry(narrowed: NewsFilter) -> Iterator[FeedEntry]:
    """Yield all entries, newest first, a few hundred in memory at a time."""
    yield from db.session.scalars(_matching(narrowed).execution_options(yield_per=200))


def newest_entries(limit: int) -> list[FeedEntry]:
    """Return the newest entries."""
    return list(db.session.scalars(_matching(NewsFilter()).limit(limit)))


def count_by_principle(codes: Sequence[str], year: int | None) -> dict[str, int]:
    """Return for each code how many entries of the year (of all years when None) are tied to it or to a part of it."""
    if not codes:
        return {}
    sums = [func.coalesce(func.sum(case((_tied_to(code), 1), else_=0)), 0) for code in codes]
    row = db.session.execute(select(*sums).where(*_conditions(NewsFilter(year=year)))).one()
    return dict(zip(codes, (int(number) for number in row), strict=True))


def count_by_year(principle: str) -> dict[int, int]:
    """Return how many entries each year has that are tied to the principle (any when empty), newest year first."""
    bounds = select(func.min(FeedEntry.published_at), func.max(FeedEntry.published_at))
    first, last = db.session.execute(bounds).one()
    if first is None:
        return {}
    years = range(last.year, first.year - 1, -1)
    sums = [func.coalesce(func.sum(case((_within(year), 1), else_=0)), 0) for year in years]
    row = db.session.execute(select(*sums).where(*_conditions(NewsFilter(principle=principle)))).one()
    return {year: int(number) for year, number in zip(years, row, strict=True) if number}


def city_names(slugs: Collection[str]) -> dict[str, str]:
    """Return the names of the cities with these slugs; a slug that no city has is left out."""
    if not slugs:
        return {}
    return {
        city.slug: city.name for city in db.session.execute(select(City.slug, City.name).where(City.slug.in_(slugs)))
    }


def find_source(slug: str) -> FeedSource | None:
    """Return the source of this slug."""
    return db.session.scalar(select(FeedSource).where(FeedSource.slug == slug))


def get_source(slug: str) -> FeedSource:
    """Return the source of this slug; raises NotFound."""
    source = find_source(slug)
    if source is None:
        raise NotFound(f"no source {slug}")
    return source


def list_sources() -> list[tuple[FeedSource, int]]:
    """Return all sources by name, each with how many entries it has."""
    grouped = select(FeedEntry.source_id, func.count().label("number")).group_by(FeedEntry.source_id)
    counts = {row.source_id: row.number for row in db.session.execute(grouped)}
    sources = db.session.scalars(select(FeedSource).order_by(func.lower(FeedSource.title), FeedSource.id))
    return [(source, counts.get(source.id, 0)) for source in sources]


def count_entries(source_id: int) -> int:
    """Return how many entries a source has."""
    return db.session.scalar(select(func.count()).where(FeedEntry.source_id == source_id)) or 0


def list_syncs(source_id: int, limit: int = 20) -> list[FeedSync]:
    """Return the newest checks of a source, newest first."""
    query = select(FeedSync).where(FeedSync.source_id == source_id).order_by(FeedSync.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def list_due(now: datetime, limit: int = 500) -> list[tuple[int, str]]:
    """Return id and address of the sources that should be checked now, the longest waiting first."""
    query = select(FeedSource.id, FeedSource.address).where(*_CHECKED, is_due(FeedSource.next_check_at, now, LONGEST))
    rows = db.session.execute(query.order_by(FeedSource.next_check_at, FeedSource.id).limit(limit))
    return [(row.id, row.address or "") for row in rows]


def list_checked() -> list[tuple[int, str]]:
    """Return id and address of all sources that are checked at all."""
    rows = db.session.execute(select(FeedSource.id, FeedSource.address).where(*_CHECKED).order_by(FeedSource.id))
    return [(row.id, row.address or "") for row in rows]


_CHECKED = (FeedSource.address.is_not(None), FeedSource.state.not_in([PAUSED, GONE]))


def list_editions() -> list[ForumEdition]:
    """Return all editions of the forum, newest first."""
    return list(db.session.scalars(select(ForumEdition).order_by(ForumEdition.number.desc())))


def _matching(narrowed: NewsFilter) -> Select[FeedEntry]:
    newest_first = (FeedEntry.published_at.desc(), FeedEntry.id.desc())
    return select(FeedEntry).where(*_conditions(narrowed)).order_by(*newest_first)


def _conditions(narrowed: NewsFilter) -> list[ColumnElement[bool]]:
    conditions = [_is_told_first(narrowed)]
    if narrowed.principle:
        conditions.append(_tied_to(narrowed.principle))
    if narrowed.year is not None:
        conditions.append(_within(narrowed.year))
    return conditions


def _is_told_first(narrowed: NewsFilter) -> ColumnElement[bool]:
    """Leave out a story that another source brought before under the same address."""
    other = aliased(FeedEntry)
    same = [other.url_key == FeedEntry.url_key, other.source_id != FeedEntry.source_id, other.id < FeedEntry.id]
    if narrowed.principle:  # the earlier one stands in this list only if it is tied to the principle too
        same.append(_tied_to(narrowed.principle, other))
    return ~select(other.id).where(*same).exists()


def _tied_to(code: str, entry: type[FeedEntry] = FeedEntry) -> ColumnElement[bool]:
    """Match the code or a clause of it in the list of codes, as both engines write that list as text."""
    written = cast(entry.principle_codes, Text)
    return or_(written.contains(f'"{code}"', autoescape=True), written.contains(f'"{code}.', autoescape=True))


def _within(year: int) -> ColumnElement[bool]:
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return and_(FeedEntry.published_at >= begin, FeedEntry.published_at < end)
