"""Lists as JSON, CSV and Atom; the same shapes from every room."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, render_template, stream_with_context

from hub.web.locale import language
from hub.web.paging import Page

NEVER = datetime(2011, 5, 17, tzinfo=UTC)  # "updated" of a feed without entries: the day of the Gwangju Declaration
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class AtomEntry:
    """One entry of a feed that the hub gives out; `url` is a path of the hub or an address elsewhere."""

    id: str
    title: str
    url: str
    updated_at: datetime
    published_at: datetime | None = None
    summary: str = ""
    author: str = ""
    language: str = ""
    categories: Sequence[str] = ()


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


def atom_feed(*, title: str, path: str, page_path: str, entries: Sequence[AtomEntry]) -> Response:
    """Return an Atom feed (RFC 4287) of at most 50 entries; `path` is its own, `page_path` that of its page."""
    body = render_template(
        "site/feed.atom",
        title=title,
        self_url=absolute(path),
        page_url=absolute(page_path),
        entries=entries[:50],
        updated_at=max((entry.updated_at for entry in entries), default=NEVER),
        feed_language=language(),
        absolute=absolute,
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
