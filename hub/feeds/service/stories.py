"""Bringing the stories of a source to what its feed says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import lazyload

from hub.core.db import db
from hub.core.log import differing, record, state_of
from hub.feeds.events import EntryStored, StoriesStored
from hub.feeds.identity import content_key, second_key, words_of
from hub.feeds.models import LONGEST, STORY, FeedEntry, FeedSource
from hub.feeds.parse import ParsedEntry, ParsedFeed
from hub.feeds.service.matching import Match, matched

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TEXTS = {"title", "summary_html", "body_html"}  # what an edit is told by
NAMES = {"guid", "url"}  # what changes with the address of a site
AT_ONCE = 50  # edited stories in memory


def store_entries(source: FeedSource, feed: ParsedFeed, now: datetime) -> tuple[int, int]:
    """Bring the stories of a source to what its feed says and return how many are new and how many changed.

    What is no longer in the feed stays, what was taken out stays away, and what was hidden stays hidden. One log entry
    names all new stories; each that changed has its own.
    """
    matches = matched(source.id, feed.entries)
    fresh, hidden = _not_decided_against(source.id, [match for match in matches if match.known is None])
    seen = [match for match in matches if match.known is not None and _may_differ(match)]
    changed = 0
    if seen:
        _free_names(seen)
        for start in range(0, len(seen), AT_ONCE):
            changed += _bring_up(source, seen[start : start + AT_ONCE], now)
    if fresh:
        rows = [_row(source, match, now, is_hidden=match.url_key in hidden) for match in fresh]
        ids = db.session.scalars(insert(FeedEntry.__table__).returning(FeedEntry.id), rows)  # type: ignore[arg-type]
        record(StoriesStored(source.id, sorted(ids)), by=None, now=now)
    return len(fresh), changed


def believable_moments(entries: Iterable[ParsedEntry], now: datetime) -> list[datetime]:
    """Return the dates of stories, as far as they can be true."""
    said = (entry.published_at or entry.updated_at for entry in entries)
    return [moment for moment in said if moment is not None and EARLIEST <= moment <= now + LONGEST]


def _not_decided_against(source_id: int, matches: list[Match]) -> tuple[list[Match], set[str | None]]:
    """Leave out new stories that were taken out as another source told them; return the addresses of hidden ones too.

    An address that is only a host says nothing: all stories of a source may lead there.
    """
    keys = {match.url_key for match in matches if match.url_key and _leads_to_a_page(match.parsed.url)}
    query = select(FeedEntry.url_key, FeedEntry.removed_at).where(
        FeedEntry.url_key.in_(keys),
        FeedEntry.source_id != source_id,
        or_(FeedEntry.removed_at.is_not(None), FeedEntry.hidden_at.is_not(None)),
    )
    decided = db.session.execute(query).all() if keys else []
    gone = {row.url_key for row in decided if row.removed_at}
    return [match for match in matches if match.url_key not in gone], {row.url_key for row in decided}


def _leads_to_a_page(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _may_differ(match: Match) -> bool:
    known = match.known
    assert known is not None
    return not known.removed_at and (known.content_hash != content_key(match.parsed) or known.guid != match.guid)


def _free_names(matches: Sequence[Match]) -> None:
    """Let go of names that pass from one story to another, so that no two have one at any moment."""
    for number in [each.known.id for each in matches if each.known and each.known.guid != each.guid]:
        row = update(FeedEntry).where(FeedEntry.id == number).execution_options(synchronize_session=False)
        db.session.execute(row.values(guid=f"moves:{number}"))


def _bring_up(source: FeedSource, matches: Sequence[Match], now: datetime) -> int:
    """Write what changed in these stories, each with a log entry, and return how many changed to a reader's eye."""
    by_id = {match.known.id: match for match in matches if match.known}
    query = select(FeedEntry).where(FeedEntry.id.in_(by_id)).options(lazyload(FeedEntry.source))
    changed = 0
    for entry in db.session.scalars(query.execution_options(populate_existing=True)):
        match = by_id[entry.id]
        assert match.known is not None
        before = state_of(entry, STORY) | {"guid": match.known.guid}
        for name, value in _told(source, match, now, entry).items():
            setattr(entry, name, value)
        changes = differing(before, state_of(entry, (*STORY, "guid")))
        if not changes:
            continue
        record(EntryStored(entry.id), by=None, now=now, changes=changes)
        is_same_page = "url" not in changes or match.known.url_key == entry.url_key or "guid" in changes
        if changes.keys() <= NAMES and is_same_page:
            continue  # only its names changed with its site: nothing that a reader would call news
        entry.updated_at, changed = now, changed + 1
        if changes.keys() & TEXTS:
            entry.edited_at = now
    db.session.flush()
    return changed


def _told(source: FeedSource, match: Match, now: datetime, entry: FeedEntry | None = None) -> dict[str, Any]:
    """Return what a feed says of a story; `entry` is the one on record."""
    parsed = match.parsed
    published_at, date_text = _dated(parsed, now, entry)
    return {
        "guid": match.guid,
        "guid_alt": second_key(match.guid),
        "url": parsed.url,
        "url_key": match.url_key,
        "title": parsed.title,
        "summary_html": parsed.summary_html,
        "body_html": parsed.body_html,
        "words": words_of(parsed.title, parsed.summary_html or parsed.body_html),
        "enclosures": [asdict(each) for each in parsed.enclosures],
        "language": source.language or (parsed.language or "").split("-")[0].lower() or None,
        "published_at": published_at,
        "date_text": date_text,
        "content_hash": content_key(parsed),
    }


def _row(source: FeedSource, match: Match, now: datetime, *, is_hidden: bool) -> dict[str, Any]:
    told = _told(source, match, now)
    return told | {
        "source_id": source.id, "first_seen_at": now, "updated_at": min(told["published_at"], now),
        "principle_codes": list(source.principle_codes), "city_slugs": list(source.city_slugs),
        "hidden_at": now if is_hidden else None,
    }  # fmt: skip


def _dated(parsed: ParsedEntry, now: datetime, entry: FeedEntry | None) -> tuple[datetime, str | None]:
    """Return when a story came out, and its date as written where that cannot be true: then it was seen first now.

    One on record keeps its date when the feed gives only a date of change, or one after it was first seen here: some
    sites date every story anew each time they are asked.
    """
    if entry is None:
        believable = believable_moments([parsed], now)
        return (believable[0], None) if believable else (now, parsed.date_text or None)
    moments = [parsed.published_at] if entry.date_text is None else [parsed.published_at or parsed.updated_at]
    for said in moments:
        if said is not None and EARLIEST <= said <= (entry.first_seen_at or now):
            return said, None
    return entry.published_at, entry.date_text
