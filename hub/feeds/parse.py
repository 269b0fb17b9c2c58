"""From the bytes of a feed to cleaned entries; touches neither network nor database."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser

from hub.core.text import clean_html, excerpt, plain_text, safe_url

MAX_ENTRIES = 500


class UnreadableFeed(Exception):
    """The bytes are not a feed; the message says why in a line."""


@dataclass(frozen=True)
class ParsedEntry:
    """One story as its feed tells it, cleaned."""

    guid: str
    url: str
    title: str
    summary_html: str
    language: str | None
    published_at: datetime | None
    updated_at: datetime | None
    terms: tuple[str, ...]


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's own name and its entries."""

    title: str
    homepage: str
    entries: tuple[ParsedEntry, ...]


def parse_feed(content: bytes) -> ParsedFeed:
    """Return the feed that the bytes hold; raises UnreadableFeed when they hold none."""
    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version"):
        raise UnreadableFeed(str(parsed.get("bozo_exception") or "this is not a feed"))
    feed = parsed.feed
    return ParsedFeed(
        title=excerpt(plain_text(str(feed.get("title", ""))), 200),
        homepage=safe_url(str(feed.get("link", ""))),
        entries=tuple(_entry(entry, feed) for entry in parsed.entries[:MAX_ENTRIES]),
    )


def _entry(entry: Any, feed: Any) -> ParsedEntry:
    url = safe_url(str(entry.get("link", "")))
    body = str(entry.get("summary", "") or "")
    return ParsedEntry(
        guid=str(entry.get("id") or url)[:500],
        url=url,
        title=excerpt(plain_text(str(entry.get("title", ""))), 300),
        summary_html=clean_html(body),
        language=(entry.get("title_detail") or {}).get("language") or feed.get("language"),
        published_at=_moment(entry.get("published_parsed")),
        updated_at=_moment(entry.get("updated_parsed")),
        terms=tuple(str(tag.get("term", ""))[:80] for tag in entry.get("tags", []) if tag.get("term")),
    )


def _moment(parsed: Any) -> datetime | None:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
