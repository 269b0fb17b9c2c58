"""Lists as JSON, CSV and Atom; the same shapes from every room."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, current_app, render_template, stream_with_context

from hub.core.log import newest_change
from hub.web.locale import language
from hub.web.paging import Page

NEVER = datetime(2011, 5, 17, tzinfo=UTC)  # "updated" of a feed without entries: the day of the Gwangju Declaration
TAG_DATE = "2026"  # when this way of naming began; the ids are out in the world, so it stays
TAG_SAFE = "/:@!$&'()*+,;=?-._~%"  # what an id may hold as it is (RFC 4151, pchar and "/" "?")
ABSOLUTE = ("tag:", "urn:", "http://", "https://")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True)
class AtomEntry:
    """One entry of a feed that the hub gives out; `url` and `related` are paths of the hub or addresses elsewhere.

    `id` names what it is about and never changes, as "case/12" (a row's number, never a slug); an id that came with the
    thing, such as that of another feed, stands as it is when it is an absolute one.
    """

    id: str
    title: str
    url: str
    updated_at: datetime
    published_at: datetime | None = None
    summary: str = ""
    author: str = ""
    language: str = ""
    categories: Sequence[str] = ()
    related: str = ""  # another page about the same
    source: str = ""  # the name of the feed it comes from, where it is not ours
    source_url: str = ""


def absolute(path: str) -> str:
    """Return a path of the hub as a whole address under the configured base."""
    if path.startswith(("http://", "https://")):
        return path
    return str(current_app.config["HUB"].base_url) + path


def json_document(document: Any) -> Response:
    """Return a document as JSON, letters of every script as themselves."""
    return Response(json.dumps(document, ensure_ascii=False, indent=1) + "\n", content_type="application/json")


def json_list(page: Page[Any], items: list[dict[str, Any]], **more: Any) -> Response:
    """Return one page of a list: items, total, page, pages, and what else the room adds (facets)."""
    return json_document({"items": items, "total": page.total, "page": page.page, "pages": page.pages, **more})


def formula_safe(value: Any) -> str:
    """Return a cell that a spreadsheet shows as text and never runs."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(part) for part in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    text = str(value).replace("\x00", "")
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def csv_stream(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Stream rows as CSV in UTF-8 with a byte order mark, so that spreadsheets read Hangul; safe against formulas."""

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write("\ufeff")
        writer.writerow(header)
        for number, row in enumerate(rows, start=1):
            writer.writerow([formula_safe(cell) for cell in row])
            if number % 100 == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    response = Response(stream_with_context(lines()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def tag_id(name: str) -> str:
    """Return a lasting id of a thing of this hub (RFC 4151): named by its host and a date that never changes.

    What has a scheme already is returned as it is.
    """
    if name.startswith(ABSOLUTE):
        return name
    host = urlsplit(str(current_app.config["HUB"].base_url)).hostname or "localhost"
    authority = re.sub(r"[^a-z0-9.-]", "-", host.lower()).strip("-.") or "localhost"  # of an IPv6 address too
    return f"tag:{authority},{TAG_DATE}:{quote(name, safe=TAG_SAFE)}"


def xml_text(text: str) -> str:
    """Return the text without what XML cannot hold (https://www.w3.org/TR/xml/#charsets), white space folded."""
    return " ".join(_NOT_XML.sub("", text).split())


def atom_feed(*, title: str, path: str, page_path: str, entries: Sequence[AtomEntry]) -> Response:
    """Return an Atom feed (RFC 4287) of at most 50 entries; `path` is its own, `page_path` that of its page.

    It was last modified with the newest event of the log that public pages follow from, so that what is taken out of it
    reaches whoever asks by date alone.
    """
    shown = [_clean(entry) for entry in entries[:50]]
    body = render_template(
        "site/feed.atom",
        id=tag_id(path),
        title=xml_text(title),
        self_url=absolute(path),
        page_url=absolute(page_path),
        entries=shown,
        updated_at=max((entry.updated_at for entry in shown), default=NEVER),
        feed_language=language(),
        absolute=absolute,
    )
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.last_modified = newest_change()
    return response


def _clean(entry: AtomEntry) -> AtomEntry:
    return replace(
        entry,
        id=tag_id(xml_text(entry.id)),
        title=xml_text(entry.title) or xml_text(entry.url),
        url=xml_text(entry.url),
        summary=xml_text(entry.summary),
        author=xml_text(entry.author),
        categories=[xml_text(category) for category in entry.categories],
        source=xml_text(entry.source),
        source_url=xml_text(entry.source_url),
    )
