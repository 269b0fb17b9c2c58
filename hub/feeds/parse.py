"""From the bytes of a feed to cleaned entries; touches neither network nor database."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from hub.core.text import N_
from hub.feeds.decode import read_text

MAX_ENTRIES = 500
MAX_TITLE = 500
MAX_BODY = 200_000  # bytes
MAX_GUID = 500
_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.I | re.S)

EMPTY = N_("The site’s answer was empty.")
WEB_PAGE = N_("This is a web page, not a feed.")
NO_FEED = N_("This is not a feed: the hub reads RSS, Atom and JSON Feed.")
CUT_OFF = N_("The feed breaks off in the middle.")
BROKEN_JSON = N_("This is broken JSON: it breaks off, or a sign is missing or too many.")

CUT_SHORT = N_("The feed breaks off in the middle; the stories before that were read.")
NOT_WELL_FORMED = N_("The feed is not well-formed XML; what could be understood was read.")
BAD_LETTERS = N_("Some characters of the feed could not be read.")
NOT_ALL_STORIES = N_("Some items of the feed are no stories and were left out.")


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
    summary_html: str  # the feed's own; where it gives none, its whole text when that is short, else the beginning
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
    from hub.feeds import jsonfeed, xmlfeed  # heavy, and needed only in the process that parses

    read = read_text(content, content_type)
    text = read.text.strip()
    if not text:
        raise UnreadableFeed(EMPTY)
    if is_web_page(text):
        raise UnreadableFeed(WEB_PAGE)
    feed = jsonfeed.read(text, address) if text[0] in "{[" else xmlfeed.read(text, address)
    return feed if read.is_whole or feed.warning else replace(feed, warning=BAD_LETTERS)


def is_web_page(text: str) -> bool:
    """Tell whether a document begins like HTML."""
    return _WEB_PAGE.match(text[:5000]) is not None
