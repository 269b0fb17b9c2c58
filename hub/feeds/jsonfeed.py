"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: what is no story is left out, what is odd is let go."""

from __future__ import annotations

import json
from typing import Any

from hub.feeds import fields
from hub.feeds.dates import read_date
from hub.feeds.parse import BROKEN_JSON, NO_FEED, NOT_ALL_STORIES, ParsedEntry, ParsedFeed, UnreadableFeed

VERSION = "jsonfeed.org/version/1"


def read(text: str, address: str) -> ParsedFeed:
    """Return the feed that a JSON document is; `address` is where it came from. Raises UnreadableFeed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableFeed(BROKEN_JSON) from None
    if not isinstance(document, dict) or VERSION not in _text(document, "version"):
        raise UnreadableFeed(NO_FEED)
    given = document.get("items")
    if not isinstance(given, list):
        raise UnreadableFeed(NO_FEED)
    items = [item for item in given if isinstance(item, dict)]
    base = address or _text(document, "feed_url")
    kept = fields.newest([_date(item, "date_published") or _date(item, "date_modified") for item in items])
    return ParsedFeed(
        title=fields.line(_text(document, "title"), 200),
        homepage=fields.link(_text(document, "home_page_url"), base),
        entries=fields.told_apart([_entry(items[place], document, base) for place in kept]),
        language=fields.language(_text(document, "language")),
        is_capped=len(kept) < len(items),
        warning=NOT_ALL_STORIES if len(items) < len(given) else "",
    )


def _entry(item: dict[str, Any], document: dict[str, Any], base: str) -> ParsedEntry:
    url = fields.link(_text(item, "url"), base) or fields.link(_text(item, "external_url"), base)
    title = fields.line(_text(item, "title"))
    whole = _text(item, "content_html") or fields.paragraphs(_text(item, "content_text"))
    summary, body = fields.texts(fields.paragraphs(_text(item, "summary")), whole, url or base)
    date = _text(item, "date_published") or _text(item, "date_modified")
    return ParsedEntry(
        guid=fields.name_of(_text(item, "id"), url, title, date, whole),
        url=url,
        title=title,
        summary_html=summary,
        language=fields.language(_text(item, "language"), _text(document, "language")),
        published_at=_date(item, "date_published"),
        updated_at=_date(item, "date_modified"),
        terms=fields.terms(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        date_text=fields.text_of_date(date),
        body_html=body,
        enclosures=fields.enclosures(
            fields.enclosure(_text(each, "url"), _text(each, "mime_type"), _text(each, "size_in_bytes"), base)
            for each in _list(item, "attachments")
            if isinstance(each, dict)
        ),
    )


def _text(values: dict[str, Any], name: str) -> str:
    """Return a member as text, as the format asks for ids that are numbers; empty for what is neither."""
    value = values.get(name)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(values: dict[str, Any], name: str) -> list[Any]:
    value = values.get(name)
    return value if isinstance(value, list) else []


def _date(item: dict[str, Any], name: str) -> Any:
    return read_date(_text(item, name))
