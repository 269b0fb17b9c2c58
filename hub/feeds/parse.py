"""From the bytes of a feed to cleaned entries; touches neither network nor database."""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from hub.core.addresses import MAX_ADDRESS
from hub.core.text import N_, clean_html, excerpt, plain_text, safe_url
from hub.feeds.decode import decode

MAX_ENTRIES = 500
MAX_TITLE = 300
MAX_BODY = 50_000
MAX_GUID = 500
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.I)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_CLOSED = re.compile(r"</\s*([\w.-]+:)?(rss|feed|rdf|channel)\s*>", re.I)
_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.I | re.S)
_KOREAN_DAY = re.compile(r"\b(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일")
_WORDS = re.compile(r"about |\d{4}(-\d{2}(-\d{2})?)?$")  # what the hub itself writes where a date is not whole

EMPTY = N_("The site’s answer was empty.")
WEB_PAGE = N_("This is a web page, not a feed.")
NO_FEED = N_("This is not a feed: the hub reads RSS and Atom.")
CUT_OFF = N_("The feed breaks off in the middle.")


class UnreadableFeed(Exception):
    """The bytes are not a feed; the message says why in a plain English sentence that doors translate."""


@dataclass(frozen=True)
class Enclosure:
    """A file that a feed gives with a story; `bytes` is what the feed says of its size, 0 when it says nothing."""

    url: str
    type: str = ""
    bytes: int = 0


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
    date_text: str = ""  # the date as the feed writes it
    body_html: str = ""  # the whole text, only where the feed gives more than a summary
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's own name and its entries.

    `is_capped` when it holds more of them than are read, `warning` a plain English sentence when it is not quite in
    order; `ttl_minutes` and `period_minutes` are how long it says to wait before it is asked again.
    """

    title: str
    homepage: str
    entries: tuple[ParsedEntry, ...]
    language: str | None = None
    ttl_minutes: int | None = None
    is_capped: bool = False
    period_minutes: int | None = None
    warning: str = ""


def parse_feed(content: bytes, content_type: str = "", address: str = "") -> ParsedFeed:
    """Return the feed that the bytes hold; `address` is where they came from. Raises UnreadableFeed."""
    text = decode(content, content_type)
    if not text.strip():
        raise UnreadableFeed(EMPTY)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    # As a stream: bytes that name a file would make feedparser read that file.
    stream = io.BytesIO(text.lstrip().encode())
    try:
        parsed = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=True, response_headers=headers)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, AssertionError):
        raise UnreadableFeed(NO_FEED) from None  # it has such faults on input that no feed holds
    if is_web_page(text):
        raise UnreadableFeed(WEB_PAGE)
    if not parsed.get("version") and not parsed.entries:
        raise UnreadableFeed(NO_FEED)
    if parsed.get("bozo") and not _CLOSED.search(text[-2000:]):
        raise UnreadableFeed(CUT_OFF)
    feed = parsed.feed
    return ParsedFeed(
        title=_line(feed.get("title"), 200),
        homepage=_link(feed.get("link")),
        entries=_told_apart([_entry(entry, feed) for entry in parsed.entries[:MAX_ENTRIES]]),
        language=_language(feed.get("language")),
        ttl_minutes=_ttl(feed.get("ttl")),
        is_capped=len(parsed.entries) > MAX_ENTRIES,
    )


def is_web_page(text: str) -> bool:
    """Tell whether a document begins like HTML."""
    return _WEB_PAGE.match(text[:5000]) is not None


def _entry(entry: Any, feed: Any) -> ParsedEntry:
    url = _link(entry.get("link"))
    title = _line(entry.get("title"), MAX_TITLE)
    body = str(entry.get("summary", "") or "") or _content(entry)
    date = entry.get("published") or entry.get("updated")
    return ParsedEntry(
        guid=_guid(entry, url, title, body),
        url=url,
        title=title,
        summary_html=clean_html(_UNSEEN.sub("", body[:MAX_BODY])),
        language=_language((entry.get("title_detail") or {}).get("language")) or _language(feed.get("language")),
        published_at=_moment(entry.get("published_parsed"), entry.get("published")),
        updated_at=_moment(entry.get("updated_parsed"), entry.get("updated")),
        terms=tuple(_UNSEEN.sub("", str(tag.get("term")))[:80] for tag in entry.get("tags", []) if tag.get("term")),
        date_text=_date_text(date),
    )


def _content(entry: Any) -> str:
    return next((str(part.get("value") or "") for part in entry.get("content", []) if part.get("value")), "")


def _guid(entry: Any, url: str, title: str, body: str) -> str:
    """Return what names an entry: its own id, else its link, else a hash of title and date, else of its text."""
    own = _UNSEEN.sub("", str(entry.get("id") or "")).strip()
    if own or url:
        name = own or url
        return name if len(name) <= MAX_GUID else _hash(name)
    date = str(entry.get("published") or entry.get("updated") or "")
    return _hash(title, date) if title else _hash(date, body)


def _told_apart(entries: list[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """Return the entries under names of their own, true doubles once: some feeds give one id to all."""
    counts = Counter(entry.guid for entry in entries)
    kept: dict[str, ParsedEntry] = {}
    for entry in entries:
        if counts[entry.guid] > 1:
            same = entry.guid in kept and kept[entry.guid].url == entry.url
            first = entry.guid not in kept
            entry = entry if first or same else replace(entry, guid=_hash(entry.guid, entry.url or entry.title))
        kept.setdefault(entry.guid, entry)
    return tuple(kept.values())


def _hash(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _line(value: Any, limit: int) -> str:
    """Return a text of one line as it is read, without markup and without what turns the direction of reading."""
    return excerpt(_UNSEEN.sub("", plain_text(str(value or "")[: limit * 20])), limit)


def _link(value: Any) -> str:
    url = safe_url(_UNSEEN.sub("", str(value or "")))
    return url if len(url) <= MAX_ADDRESS else ""


def _language(value: Any) -> str | None:
    code = str(value or "").strip().replace("_", "-")
    return code if len(code) <= 20 and _LANGUAGE.fullmatch(code) else None


def _ttl(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _date_text(value: Any) -> str:
    text = excerpt(_UNSEEN.sub("", plain_text(str(value or "")[:200])), 40)
    return "" if ".." in text or _WORDS.match(text) else text


def _moment(parsed: Any, written: Any) -> datetime | None:
    text = str(written or "")
    try:
        if found := _KOREAN_DAY.search(text):  # feedparser takes such dates for others
            return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
        if not parsed or not text.isascii():
            return None
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None  # year 0, year 10000: no calendar of ours has them
