"""News: lists for people, JSON, CSV and Atom for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template

from hub.feeds import queries
from hub.feeds.models import FeedEntry
from hub.feeds.policy import can_decide_stories
from hub.feeds.queries import NewsFilter, Story
from hub.feeds.rows import date_of, news_item, news_rows, story_path, summary_of
from hub.feeds.views.asked import PER_PAGE, NewsAsked, asked_news, choices_of, facets_of, news_chips, offered
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import vocabulary
from hub.web import formats, limits
from hub.web.actor import signed_in_user
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page

ATOM_LIMIT = 50
NEWS_COLUMNS = (
    "date", "title", "summary", "language", "url", "source", "principles", "cities", "updated_at", "sources",
    "full_text", "url_here",
)  # fmt: skip


@bp.get("/news/")
@limits.searches
@public
def show_news() -> str:
    """List the news, newest first; before them the pinned ones where nothing narrows the list."""
    words = vocabulary()
    may_decide = can_decide_stories(signed_in_user())
    asked = asked_news(words, with_hidden=may_decide)
    found = queries.survey(asked.narrowed)
    choices = choices_of(asked.narrowed, found, words)
    entries = queries.stories(_on_page(asked), with_hidden=may_decide)
    return render_template(
        "feeds/news.html",
        nav_current="news",
        asked=asked,
        page=Page(news_rows(entries, words), found.total, asked.page, asked.per_page),
        choices=offered(asked.narrowed, choices),
        more_in_use=any((asked.narrowed.city, asked.narrowed.language, asked.narrowed.source)),
        chips=news_chips(asked, choices, words),
        address=asked.address,
        page_address=lambda number: asked.address(page=number),
        may_decide=may_decide,
    )


def _on_page(asked: NewsAsked) -> list[FeedEntry]:
    """Return the entries of a page; those that stand first take their places from the others, not twice."""
    start = (asked.page - 1) * asked.per_page
    if not asked.narrowed.is_all or asked.per_page != PER_PAGE:
        return queries.list_entries(asked.narrowed, asked.per_page, start)
    pinned = queries.list_pinned()
    if not pinned:
        return queries.list_entries(asked.narrowed, asked.per_page, start)
    without = [entry.id for entry in pinned]
    if asked.page > 1:
        return queries.list_entries(asked.narrowed, asked.per_page, start - len(pinned), without=without)
    return [*pinned, *queries.list_entries(asked.narrowed, asked.per_page - len(pinned), without=without)]


@bp.get("/news.<any(json,csv,atom):suffix>")
@limits.searches
@public
def export_news(suffix: str) -> Response:
    """Give the same news as JSON (one page), CSV (all) or Atom (newest 50)."""
    words = vocabulary()
    asked = asked_news(words)
    if suffix == "csv":
        return formats.csv_stream("news.csv", NEWS_COLUMNS, _news_lines(asked.narrowed))
    if suffix == "atom":
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: news"),
            path=asked.address(".atom"),
            page_path=asked.address(),
            entries=[_atom_entry(entry) for entry in queries.list_entries(asked.narrowed, ATOM_LIMIT)],
        )
    found = queries.survey(asked.narrowed)
    entries = queries.list_entries(asked.narrowed, asked.per_page, (asked.page - 1) * asked.per_page)
    page = Page[FeedEntry](entries, found.total, asked.page, asked.per_page)
    facets = facets_of(choices_of(asked.narrowed, found, words))
    return formats.json_list(page, [news_item(story) for story in queries.stories(entries)], facets=facets)


def _news_lines(narrowed: NewsFilter) -> Iterator[list[Any]]:
    for story in queries.each_story(narrowed):
        item = news_item(story) | _cells(story)
        yield [item[column] for column in NEWS_COLUMNS]


def _cells(story: Story) -> dict[str, Any]:
    titles = [story.entry.source.title, *(copy.source_title for copy in story.copies)]
    return {"source": titles[0], "sources": titles, "full_text": "yes" if story.has_full_text else "no"}


def _atom_entry(entry: FeedEntry) -> formats.AtomEntry:
    is_ours = entry.source.address is None  # what other feeds call an id need not be an address
    is_address = is_ours and entry.guid.startswith(formats.ABSOLUTE)
    return formats.AtomEntry(
        id=entry.guid if is_address else f"news/{entry.id}",
        title=entry.title or date_of(entry),
        url=entry.url or story_path(entry.id),
        updated_at=entry.updated_at,
        published_at=entry.published_at,
        summary=summary_of(entry),
        author=entry.source.title,
        language=entry.language or "",
        categories=entry.principle_codes,
        related=story_path(entry.id),
        source=entry.source.title,
        source_url=entry.source.homepage or "",
    )
