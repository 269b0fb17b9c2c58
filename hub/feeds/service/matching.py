"""Which story of a feed is which on record: names change with a site's address, are given twice, or are missing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from hub.core.db import db
from hub.feeds.identity import address_key, second_key
from hub.feeds.models import FeedEntry
from hub.feeds.parse import ParsedEntry


class Known(NamedTuple):
    """What tells a story on record."""

    id: int
    guid: str
    guid_alt: str | None
    url_key: str | None
    title: str
    published_at: datetime
    content_hash: str | None
    removed_at: datetime | None


class Told(NamedTuple):
    """A story as a feed tells it, with what it is known by besides its name."""

    parsed: ParsedEntry
    guid_alt: str | None
    url_key: str | None


class Match(NamedTuple):
    """A story of a feed, the one on record that it is (none: it is new), and the name under which it is kept."""

    parsed: ParsedEntry
    known: Known | None
    guid: str
    url_key: str | None


def matched(source_id: int, entries: Sequence[ParsedEntry]) -> list[Match]:
    """Tell for each story of a document which one of the source it is.

    Its own name comes first. A story under an unknown name is the one whose name is the same but for scheme and host,
    if there is exactly one, with the same title or link; or the one with the same link, title and date. No story on
    record is two of the document.
    """
    told = [
        Told(entry, second_key(entry.guid), address_key(entry.url) if entry.url else None) for entry in entries
    ]  # fmt: skip
    known = _known(source_id, told)
    named = {row.guid: row for row in known}
    found: dict[int, Known] = {}  # by the place in the document
    taken: set[int] = set()

    def take(place: int, row: Known | None) -> None:
        if row is not None and row.id not in taken:
            found[place] = row
            taken.add(row.id)

    for place, each in enumerate(told):
        row = named.get(each.parsed.guid)
        take(place, row if row is not None and (row.removed_at or _looks_same(row, each)) else None)
    rest = [place for place in range(len(told)) if place not in found]
    second, content = _by_second_name(known), _by_content(known)
    names = Counter(told[place].guid_alt for place in rest)
    for place in rest:
        each = told[place]
        if each.guid_alt is not None and each.parsed.guid not in named and names[each.guid_alt] == 1:
            take(place, _same_but_for_host(second.get(each.guid_alt, []), each))
        if place not in found:
            take(place, _same_content(content, each))
    for place in rest:
        if place not in found:
            take(place, named.get(told[place].parsed.guid))
    return _with_names(source_id, told, known, found)


def _known(source_id: int, told: Sequence[Told]) -> list[Known]:
    guids = {each.parsed.guid for each in told}
    alts = {each.guid_alt for each in told if each.guid_alt}
    keys = {each.url_key for each in told if each.url_key}
    columns = (getattr(FeedEntry, name) for name in Known._fields)
    rows = db.session.execute(
        select(*columns).where(
            FeedEntry.source_id == source_id,
            or_(FeedEntry.guid.in_(guids), FeedEntry.guid_alt.in_(alts), FeedEntry.url_key.in_(keys)),
        )
    )
    return [Known(*row) for row in rows]


def _looks_same(row: Known, told: Told) -> bool:
    return row.title == told.parsed.title or (told.url_key is not None and row.url_key == told.url_key)


def _by_second_name(known: Iterable[Known]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for row in known:
        if row.guid_alt:
            found.setdefault(row.guid_alt, []).append(row)
    return found


def _same_but_for_host(rows: Sequence[Known], told: Told) -> Known | None:
    """Return the one story of that name; of one that was taken out the texts are gone, so the name alone tells it."""
    gone = next((row for row in rows if row.removed_at), None)
    if gone is not None:
        return gone
    return rows[0] if len(rows) == 1 and _looks_same(rows[0], told) else None


def _by_content(known: Iterable[Known]) -> dict[tuple[str, str], list[Known]]:
    found: dict[tuple[str, str], list[Known]] = {}
    for row in known:
        if row.url_key and not row.removed_at:
            found.setdefault((row.url_key, row.title), []).append(row)
    return found


def _same_content(rows: dict[tuple[str, str], list[Known]], told: Told) -> Known | None:
    if not told.url_key or not told.parsed.title:
        return None
    same = rows.get((told.url_key, told.parsed.title), [])
    is_one = len(same) == 1 and told.parsed.published_at in (None, same[0].published_at)
    return same[0] if is_one else None


def _with_names(source_id: int, told: Sequence[Told], known: Iterable[Known], found: dict[int, Known]) -> list[Match]:
    """Give each story the name that its feed says, but none that another on record keeps: they are unique."""
    wanted = {row.id: told[place].parsed.guid for place, row in found.items() if not row.removed_at}
    kept = {row.guid: row for row in known if wanted.get(row.id, row.guid) == row.guid}
    movers = [row for row in known if row.guid not in kept]
    while stuck := [row for row in movers if wanted[row.id] in kept]:
        kept |= {row.guid: row for row in stuck}
        movers = [row for row in movers if row.guid not in kept]
    matches = []
    for place, (entry, _alt, url_key) in enumerate(told):
        row, name = found.get(place), entry.guid
        if row is not None:
            name = row.guid if row.guid in kept else name
        elif name in kept:
            name = _name_of_its_own(entry)
            row = _named(source_id, name)
        matches.append(Match(entry, row, name, url_key))
    return matches


def _name_of_its_own(entry: ParsedEntry) -> str:
    parts = (entry.guid, entry.url, entry.title, str(entry.published_at))
    return "sha256:" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _named(source_id: int, guid: str) -> Known | None:
    columns = (getattr(FeedEntry, name) for name in Known._fields)
    query = select(*columns).where(FeedEntry.source_id == source_id, FeedEntry.guid == guid)
    row = db.session.execute(query).one_or_none()
    return Known(*row) if row is not None else None
