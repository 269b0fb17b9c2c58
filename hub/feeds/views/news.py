"""News and events: lists for people, JSON, CSV, Atom and iCalendar for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Response, render_template

from hub.core import clock
from hub.feeds import queries
from hub.feeds.calendar import forum_calendar
from hub.feeds.models import FeedEntry, ForumEdition
from hub.feeds.queries import NewsFilter
from hub.feeds.rows import date_of, edition_item, edition_row, edition_title, news_item, news_rows, summary_of
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import Vocabulary, vocabulary
from hub.web import formats
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language
from hub.web.paging import Page
from hub.web.params import read_query

PER_PAGE = 20
ATOM_LIMIT = 50
NEWS_COLUMNS = ("date", "title", "summary", "language", "url", "source", "principles", "cities", "updated_at")
EVENT_COLUMNS = (
    "number", "year", "starts", "ends", "held", "place", "theme", "theme_status", "outcome", "participation", "note",
    "sources", "confidence",
)  # fmt: skip


@dataclass(frozen=True)
class NewsAsked:
    """What the address of the news asks for."""

    narrowed: NewsFilter
    page: int
    per_page: int

    def address(self, suffix: str = "/", page: int = 1, **changes: Any) -> str:
        """Return the address of the same question in another format, on another page, or with one filter changed."""
        pairs = {"principle": self.narrowed.principle, "year": self.narrowed.year} | changes
        known = [(name, value) for name, value in pairs.items() if value]
        known += [("page", page)] if page > 1 else []
        known += [("per_page", self.per_page)] if self.per_page != PER_PAGE and suffix in ("/", ".json") else []
        return f"/news{suffix}" + (f"?{urlencode(known)}" if known else "")


class Chip(NamedTuple):
    """A filter in use, with the address of the list without it."""

    label: str
    url: str


def asked_news(words: Vocabulary) -> NewsAsked:
    """Read the question from the address; raises Invalid naming the parameter."""
    query = read_query(allowed={"principle", "year", "page", "per_page"})
    code = query.text("principle", 40)
    known = words.find("gwangju", code.upper())
    narrowed = NewsFilter(known.code if known else code, query.integer("year", None, 1900, 2100))
    page = query.integer("page", 1) or 1
    return NewsAsked(narrowed, page, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE)


@bp.get("/news/")
@public
def show_news() -> str:
    """List the news, newest first."""
    words = vocabulary()
    asked = asked_news(words)
    entries, total = queries.list_entries(asked.narrowed, asked.page, asked.per_page)
    return render_template(
        "feeds/news.html",
        nav_current="news",
        asked=asked.narrowed,
        page=Page(news_rows(entries, words), total, asked.page, asked.per_page),
        principles=principle_choices(asked.narrowed, words),
        years=queries.count_by_year(asked.narrowed.principle),
        chips=news_chips(asked, words),
        address=asked.address,
        page_address=lambda number: asked.address(page=number),
    )


def principle_choices(narrowed: NewsFilter, words: Vocabulary) -> list[dict[str, Any]]:
    """Return the ten principles with how many stories of the year each has."""
    terms = words.top("gwangju")
    counts = queries.count_by_principle([term.code for term in terms], narrowed.year)
    return [{"code": term.code, "label": in_language(term.labels), "count": counts[term.code]} for term in terms]


def news_chips(asked: NewsAsked, words: Vocabulary) -> list[Chip]:
    """Return the filters in use; a code that no principle has is shown as it was typed."""
    chips = []
    if asked.narrowed.principle:
        term = words.find("gwangju", asked.narrowed.principle)
        label = f"{term.code} {in_language(term.labels)}" if term else asked.narrowed.principle
        chips.append(Chip(label, asked.address(principle="")))
    if asked.narrowed.year:
        chips.append(Chip(str(asked.narrowed.year), asked.address(year=None)))
    return chips


@bp.get("/news.<any(json,csv,atom):suffix>")
@public
def export_news(suffix: str) -> Response:
    """Give the same news as JSON (one page), CSV (all) or Atom (newest 50)."""
    words = vocabulary()
    asked = asked_news(words)
    if suffix == "csv":
        rows = _news_lines(asked.narrowed)
        return formats.csv_stream("news.csv", NEWS_COLUMNS, rows)
    if suffix == "atom":
        entries, _total = queries.list_entries(asked.narrowed, 1, ATOM_LIMIT)
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: news"),
            path=asked.address(".atom"),
            page_path=asked.address(),
            entries=[_atom_entry(entry) for entry in entries],
        )
    entries, total = queries.list_entries(asked.narrowed, asked.page, asked.per_page)
    page = Page(entries, total, asked.page, asked.per_page)
    facets = {"principle": principle_choices(asked.narrowed, words)}
    return formats.json_list(page, [news_item(entry) for entry in entries], facets=facets)


def _news_lines(narrowed: NewsFilter) -> Iterator[list[Any]]:
    for entry in queries.each_entry(narrowed):
        item = news_item(entry) | {"source": entry.source.title}
        yield [item[column] for column in NEWS_COLUMNS]


def _atom_entry(entry: FeedEntry) -> formats.AtomEntry:
    is_ours = entry.source.address is None  # what other feeds call an id need not be an address
    is_address = is_ours and entry.guid.startswith(("tag:", "urn:", "http://", "https://"))
    return formats.AtomEntry(
        id=entry.guid if is_address else f"urn:human-rights-cities-hub:news:{entry.id}",
        title=entry.title or date_of(entry),
        url=entry.url or "/news/",
        updated_at=entry.updated_at,
        published_at=entry.published_at,
        summary=summary_of(entry),
        author=entry.source.title,
        language=entry.language or "",
        categories=entry.principle_codes,
    )


@bp.get("/events/")
@public
def show_events() -> str:
    """List the editions of the forum, newest first."""
    read_query()
    today = clock.now().date()
    editions = [edition_row(edition, today) for edition in queries.list_editions()]
    return render_template("feeds/events.html", nav_current="news", editions=editions)


@bp.get("/events.<any(json,csv,atom,ics):suffix>")
@public
def export_events(suffix: str) -> Response:
    """Give the editions as JSON (one page), CSV, Atom or iCalendar."""
    query = read_query(allowed={"page", "per_page"})
    number, per_page = query.integer("page", 1) or 1, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE
    editions = queries.list_editions()
    if suffix == "ics":
        content = forum_calendar(editions, _("World Human Rights Cities Forum"))
        response = Response(content, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="events.ics"'
        return response
    if suffix == "csv":
        items = [edition_item(edition) for edition in editions]
        return formats.csv_stream(
            "events.csv", EVENT_COLUMNS, [[_cell(item[name]) for name in EVENT_COLUMNS] for item in items]
        )
    if suffix == "atom":
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: events"),
            path="/events.atom",
            page_path="/events/",
            entries=[_edition_entry(edition) for edition in editions[:ATOM_LIMIT]],
        )
    shown = editions[(number - 1) * per_page : number * per_page]
    return formats.json_list(Page(shown, len(editions), number, per_page), [edition_item(edition) for edition in shown])


def _cell(value: Any) -> Any:
    """Return texts by language in the current one, sources by their addresses, anything else as it is."""
    if isinstance(value, dict):
        return in_language(value)
    if isinstance(value, list):
        return [source.get("url") or source.get("title") for source in value]
    return value


def _edition_entry(edition: ForumEdition) -> formats.AtomEntry:
    row = edition_row(edition, clock.now().date())
    words = [row.date_text, row.place, row.outcome, row.participation, row.note]
    return formats.AtomEntry(
        id=f"urn:human-rights-cities-hub:forum:{edition.number}",
        title=": ".join(filter(None, [edition_title(edition), row.theme])),
        url=f"/events/#{row.anchor}",
        updated_at=edition.updated_at,
        summary=". ".join(filter(None, words)),
    )
