"""RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, as feedparser understands them."""

from __future__ import annotations

import io
import re
from typing import Any

import feedparser
from feedparser.mixin import _FeedParserMixin

from hub.feeds import fields
from hub.feeds.dates import read_date
from hub.feeds.parse import (
    CUT_OFF,
    CUT_SHORT,
    NO_FEED,
    NOT_WELL_FORMED,
    Enclosure,
    ParsedEntry,
    ParsedFeed,
    UnreadableFeed,
)  # fmt: skip

_ENTRY_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:item|entry)\s*>", re.I)
_FEED_END = re.compile(r"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_ROOT = re.compile(r"<((?:[\w.-]+:)?(rss|feed|rdf))\b", re.I)
_AMPERSAND = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&(?![a-z_][\w.-]*;|#\d+;|#x[0-9a-f]+;)", re.I | re.S)
_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, AssertionError)
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 7 * 1440, "monthly": 30 * 1440, "yearly": 365 * 1440}

# An id is a name: joined to the address of its feed it would change when that does.
_FeedParserMixin.can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}


def read(text: str, address: str) -> ParsedFeed:
    """Return the feed that a document is; of one that breaks off, the entries before. Raises UnreadableFeed."""
    text, is_cut = _up_to_the_break(text)
    mended = _AMPERSAND.sub(lambda found: found[1] or "&amp;", text)  # the commonest fault of all
    parsed = _parsed(mended, address)
    if not parsed.get("version") and not parsed.entries:
        raise UnreadableFeed(NO_FEED)
    if parsed.get("bozo") and not is_cut and not _FEED_END.search(mended):
        raise UnreadableFeed(CUT_OFF)
    feed = parsed.feed
    base = address or fields.link(feed.get("link"))
    kept = fields.newest([_date(entry, "published") or _date(entry, "updated") for entry in parsed.entries])
    return ParsedFeed(
        title=fields.line(feed.get("title"), 200),
        homepage=fields.link(feed.get("link"), address),
        entries=fields.told_apart([_entry(parsed.entries[place], feed, base) for place in kept]),
        language=fields.language(feed.get("language")),
        ttl_minutes=_whole_number(feed.get("ttl")),
        is_capped=len(kept) < len(parsed.entries),
        period_minutes=_period(feed),
        warning=CUT_SHORT if is_cut else NOT_WELL_FORMED if parsed.get("bozo") or mended != text else "",
    )


def _up_to_the_break(text: str) -> tuple[str, bool]:
    """Return a document that breaks off as if it ended after its last whole entry, and whether that was needed."""
    end = 0
    for found in _ENTRY_END.finditer(text):
        end = found.end()
    root = _ROOT.search(text)
    if not end or not root or _FEED_END.search(text, end):
        return text, False
    channel = "</channel>" if root[2].lower() == "rss" else ""
    return f"{text[:end]}{channel}</{root[1]}>", True


def _parsed(text: str, address: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    # As a stream: bytes that name a file would make feedparser read that file.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        return feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False, response_headers=headers)
    except _FAULTS:
        raise UnreadableFeed(NO_FEED) from None  # it has such faults on input that no feed holds


def _entry(entry: Any, feed: Any, base: str) -> ParsedEntry:
    title_detail, summary_detail = entry.get("title_detail") or {}, entry.get("summary_detail") or {}
    content = max(entry.get("content") or [{}], key=lambda part: len(part.get("value") or ""))
    url = fields.link(entry.get("feedburner_origlink")) or fields.link(entry.get("link"), base)
    title = fields.line(entry.get("title"))
    given, whole = str(entry.get("summary") or ""), str(content.get("value") or "")
    own = given if summary_detail or not whole else ""  # without details it is a copy of the content
    summary, body = fields.texts(own, whole, content.get("base") or summary_detail.get("base") or base)
    date = str(_own(entry, "published") or _own(entry, "updated") or "")
    files = fields.enclosures([*_enclosed(entry, base), *_media(entry, base)])
    return ParsedEntry(
        guid=fields.name_of(entry.get("id"), url, title, date, given or whole or "".join(each.url for each in files)),
        url=url,
        title=title,
        summary_html=summary,
        language=fields.language(
            entry.get("language"), title_detail.get("language"), content.get("language"), feed.get("language")
        ),
        published_at=_date(entry, "published"),
        updated_at=_date(entry, "updated"),
        terms=fields.terms(tag.get("term") for tag in entry.get("tags", [])),
        date_text=fields.text_of_date(date),
        body_html=body,
        enclosures=files,
    )


def _enclosed(entry: Any, base: str) -> list[Enclosure | None]:
    found = entry.get("enclosures") or []
    return [fields.enclosure(each.get("href"), each.get("type"), each.get("length"), base) for each in found]


def _media(entry: Any, base: str) -> list[Enclosure | None]:
    """Return the files of Media RSS that are more than a picture beside the text."""
    return [
        fields.enclosure(each.get("url"), each.get("type"), each.get("filesize"), base)
        for each in entry.get("media_content") or []
        if str(each.get("medium") or each.get("type") or "").split("/")[0] in ("audio", "video", "document")
    ]


def _own(entry: Any, name: str) -> Any:
    return dict.get(entry, name)  # `get` of feedparser's own takes one date for the other, and warns of it


def _date(entry: Any, name: str) -> Any:
    return read_date(str(_own(entry, name) or ""))


def _whole_number(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _period(feed: Any) -> int | None:
    """Return the minutes between two changes (RSS 1.0 module Syndication); None where the feed names no period."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    times = _whole_number(feed.get("sy_updatefrequency")) or 1
    return max(period // times, 1) if period else None
