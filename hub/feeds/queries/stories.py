"""Reads of stories: the news as everyone sees them, each story once, with all the sources that brought it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager, defer

from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import NotFound
from hub.feeds.models import FeedEntry, FeedSource

AT_ONCE = 200
MOST_PINS = 3
HIGHEST = 2_147_483_647  # no row of either engine has a higher number

Entry = type[FeedEntry]


@dataclass(frozen=True)
class NewsFilter:
    """What narrows the news; empty means all. `words` are folded, as `folded` spells them, and all of them are meant.

    `with_hidden` is for organizers: also what they hid from everyone.
    """

    principle: str = ""
    year: int | None = None
    source: str = ""
    city: str = ""
    language: str = ""
    words: tuple[str, ...] = ()
    with_hidden: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.principle or self.year or self.source or self.city or self.language or self.words)


@dataclass(frozen=True)
class Copy:
    """The same story as another source brought it."""

    id: int
    url: str
    published_at: datetime
    source_slug: str
    source_title: str
    source_homepage: str | None


@dataclass(frozen=True)
class Story:
    """An entry with the other sources that brought it under the same address, in the order in which they did."""

    entry: FeedEntry
    copies: Sequence[Copy] = ()
    has_full_text: bool = False


def list_entries(
    narrowed: NewsFilter, limit: int, offset: int = 0, *, without: Collection[int] = ()
) -> list[FeedEntry]:
    """Return some of the entries, newest first, each story once; those numbered in `without` are not counted."""
    found = _matching(narrowed)
    if without:
        found = found.where(FeedEntry.id.not_in(without))
    return list(db.session.scalars(found.limit(limit).offset(offset)))


def each_story(narrowed: NewsFilter) -> Iterator[Story]:
    """Yield all stories, newest first, a few hundred in memory at a time."""
    chunks = db.session.scalars(_matching(narrowed).execution_options(yield_per=AT_ONCE)).partitions()
    for entries in chunks:
        yield from stories(entries)


def newest_entries(limit: int, *, city: str = "") -> list[FeedEntry]:
    """Return the newest entries, of one city where it is named."""
    return list_entries(NewsFilter(city=city), limit)


def list_pinned() -> list[FeedEntry]:
    """Return the stories that stand first, the one pinned last before the others."""
    query = _listed().where(FeedEntry.pinned_at.is_not(None), *_shown(FeedEntry, with_hidden=False))
    return list(db.session.scalars(query.order_by(FeedEntry.pinned_at.desc(), FeedEntry.id.desc()).limit(MOST_PINS)))


def find_story(number: int, *, with_hidden: bool = False) -> FeedEntry | None:
    """Return a story that may be shown; with `with_hidden` also one that is kept from everyone but organizers."""
    if not 0 < number <= HIGHEST:
        return None
    return db.session.scalar(
        select(FeedEntry).where(FeedEntry.id == number, *_shown(FeedEntry, with_hidden=with_hidden))
    )


def get_story(number: int, *, with_hidden: bool = False) -> FeedEntry:
    """Return a story as `find_story` does; raises NotFound."""
    entry = find_story(number, with_hidden=with_hidden)
    if entry is None:
        raise NotFound(f"no story {number}")
    return entry


def stories(entries: Iterable[FeedEntry], *, with_hidden: bool = False) -> list[Story]:
    """Return entries with the other sources that brought them and whether the whole text is here; two reads for all."""
    entries = list(entries)
    texts = select(FeedEntry.id).where(FeedEntry.id.in_([entry.id for entry in entries]), FeedEntry.body_html != "")
    with_text = set(db.session.scalars(texts)) if entries else set()
    copies = _copies({entry.url_key for entry in entries if entry.url_key}, with_hidden=with_hidden)
    return [
        Story(
            entry,
            [copy for copy in copies.get(entry.url_key or "", ()) if copy.id != entry.id],
            entry.id in with_text,
        )
        for entry in entries
    ]


def list_copies(entry: FeedEntry) -> list[FeedEntry]:
    """Return the entries that tell the same story, this one first; those that organizers hid too."""
    if not entry.url_key:
        return [entry]
    query = select(FeedEntry).where(FeedEntry.url_key == entry.url_key).order_by(FeedEntry.id)
    found = list(db.session.scalars(query))
    if len({each.source_id for each in found}) < len(found):
        return [entry]
    return [entry, *(each for each in found if each.id != entry.id and each.removed_at is None)]


def city_names(slugs: Collection[str]) -> dict[str, str]:
    """Return the names of the cities with these slugs; a slug that no city has is left out."""
    if not slugs:
        return {}
    return {
        city.slug: city.name for city in db.session.execute(select(City.slug, City.name).where(City.slug.in_(slugs)))
    }


def conditions(narrowed: NewsFilter, entry: Entry = FeedEntry) -> list[ColumnElement[bool]]:
    """Return what an entry must be to stand in the list, whether or not another tells the same story."""
    found = _shown(entry, with_hidden=narrowed.with_hidden)
    found += [entry.words.contains(word, autoescape=True) for word in narrowed.words]
    if narrowed.principle:
        found.append(_tied_to(narrowed.principle, entry))
    if narrowed.city:
        found.append(cast(entry.city_slugs, Text).contains(json.dumps(narrowed.city), autoescape=True))
    if narrowed.year is not None:
        found.append(_within(narrowed.year, entry))
    if narrowed.language:
        found.append(entry.language == narrowed.language)
    if narrowed.source:
        named = select(FeedSource.id).where(FeedSource.slug == narrowed.source)
        found.append(entry.source_id == named.scalar_subquery())
    return found


def _listed() -> Select[FeedEntry]:
    """Select entries with their sources, without the whole texts, which no list shows."""
    query = select(FeedEntry).join(FeedEntry.source)
    return query.options(contains_eager(FeedEntry.source), defer(FeedEntry.body_html, raiseload=False))


def _matching(narrowed: NewsFilter) -> Select[FeedEntry]:
    newest_first = (FeedEntry.published_at.desc(), FeedEntry.id.desc())
    return _listed().where(*conditions(narrowed), ~_is_told_before(narrowed)).order_by(*newest_first)


def _is_told_before(narrowed: NewsFilter) -> ColumnElement[bool]:
    """Match a story that another source brought before, under the same address, into the same list.

    An address that one source gives to several of its stories, such as that of its first page, names none of them.
    """
    other, one, two = aliased(FeedEntry), aliased(FeedEntry), aliased(FeedEntry)
    earlier = exists().where(other.url_key == FeedEntry.url_key, other.id < FeedEntry.id, *conditions(narrowed, other))
    several = exists().where(
        one.url_key == FeedEntry.url_key, two.url_key == FeedEntry.url_key, one.source_id == two.source_id,
        one.id < two.id,
    )  # fmt: skip
    return and_(earlier, ~several)


def _copies(keys: Collection[str], *, with_hidden: bool) -> dict[str, list[Copy]]:
    if not keys:
        return {}
    columns = (
        FeedEntry.url_key, FeedEntry.id, FeedEntry.url, FeedEntry.published_at, FeedEntry.source_id,
        FeedSource.slug, FeedSource.title, FeedSource.homepage,
        and_(*_shown(FeedEntry, with_hidden=with_hidden)).label("is_shown"),
    )  # fmt: skip
    query = select(*columns).join(FeedSource, FeedSource.id == FeedEntry.source_id)
    rows = db.session.execute(query.where(FeedEntry.url_key.in_(keys)).order_by(FeedEntry.id)).all()
    brought: dict[str, list[Any]] = {}
    for row in rows:
        brought.setdefault(row.url_key, []).append(row)
    return {
        key: [
            Copy(row.id, row.url, row.published_at, row.slug, row.title, row.homepage) for row in each if row.is_shown
        ]
        for key, each in brought.items()
        if len({row.source_id for row in each}) == len(each)
    }


def _shown(entry: Entry, *, with_hidden: bool) -> list[ColumnElement[bool]]:
    return [entry.removed_at.is_(None), *([] if with_hidden else [entry.hidden_at.is_(None)])]


def _tied_to(code: str, entry: Entry) -> ColumnElement[bool]:
    """Match the code or a clause of it in the list of codes, as both engines write that list as text."""
    written = cast(entry.principle_codes, Text)
    return or_(written.contains(f'"{code}"', autoescape=True), written.contains(f'"{code}.', autoescape=True))


def _within(year: int, entry: Entry) -> ColumnElement[bool]:
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return and_(entry.published_at >= begin, entry.published_at < end)
