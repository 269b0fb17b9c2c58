"""News entries and forum editions as pages and programs are given them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hub.core.text import excerpt, plain_text, safe_url
from hub.feeds.models import FeedEntry, ForumEdition
from hub.feeds.queries import city_names
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import date_span, machine_date, partial_date
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language

SUMMARY_LIMIT = 600


class Patch(NamedTuple):
    """A principle that a story is tied to."""

    number: int
    code: str
    label: str


class Link(NamedTuple):
    """A name that leads somewhere; the address may be empty."""

    label: str
    url: str


@dataclass(frozen=True)
class NewsRow:
    """One story as a line of the news."""

    title: str
    url: str
    language: str
    machine_date: str
    date_text: str
    summary: str
    source: Link
    host: str
    principles: list[Patch]
    cities: list[Link]


@dataclass(frozen=True)
class EditionRow:
    """One forum as a line of the events."""

    number: int
    year: int
    anchor: str
    machine_date: str
    date_text: str
    theme: str
    theme_language: str
    is_our_translation: bool
    place: str
    city_slug: str
    held: str
    outcome: str
    participation: str
    note: str
    sources: list[Link]
    is_sure: bool
    is_to_come: bool


def summary_of(entry: FeedEntry) -> str:
    """Return the words of a story's summary, without its markup."""
    return excerpt(plain_text(entry.summary_html), SUMMARY_LIMIT)


def date_of(entry: FeedEntry) -> str:
    """Return the date of a story as precise as it is known: 2012, 2012-05 or 2012-05-17."""
    return entry.date_text or entry.published_at.date().isoformat()


def news_rows(entries: Iterable[FeedEntry], words: Vocabulary) -> list[NewsRow]:
    """Return stories in the words of the current language, with the names of their principles and cities."""
    entries = list(entries)
    names = city_names({slug for entry in entries for slug in entry.city_slugs})
    return [_news_row(entry, names, words) for entry in entries]


def _news_row(entry: FeedEntry, names: Mapping[str, str], words: Vocabulary) -> NewsRow:
    url = safe_url(entry.url)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    is_ours = entry.source.address is None  # only our own files write dates that are not whole
    return NewsRow(
        title=entry.title or host or _("Without a title"),
        url=url,
        language=entry.language or "",
        machine_date=machine_date(date_of(entry)) if is_ours else entry.published_at.date().isoformat(),
        date_text=partial_date(date_of(entry), "medium"),
        summary=summary_of(entry),
        source=Link(entry.source.title, safe_url(entry.source.homepage or "")),
        host=host,
        principles=_patches(entry.principle_codes, words),
        cities=[Link(names[slug], f"/cities/{slug}") for slug in entry.city_slugs if slug in names],
    )


def _patches(codes: Iterable[str], words: Vocabulary) -> list[Patch]:
    patches = []
    for code in codes:
        term, top = words.find("gwangju", code), words.find("gwangju", words.principle_of(code))
        if term is not None and top is not None:
            patches.append(Patch(top.number or 0, code, in_language(term.labels)))
    return patches


def news_item(entry: FeedEntry) -> dict[str, Any]:
    """Return a story as programs are given it."""
    return {
        "id": entry.guid,
        "title": entry.title,
        "summary": summary_of(entry),
        "language": entry.language,
        "url": safe_url(entry.url),
        "source": {"slug": entry.source.slug, "title": entry.source.title, "homepage": entry.source.homepage},
        "date": date_of(entry),
        "published_at": entry.published_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "principles": list(entry.principle_codes),
        "cities": list(entry.city_slugs),
    }


def how_held(held: str) -> str:
    """Return in words whether people met in a room, online, or both."""
    words = {"in_person": _("In person"), "online": _("Online"), "hybrid": _("In person and online")}
    return words.get(held, held)


def edition_title(edition: ForumEdition) -> str:
    """Return the name of a forum: its year stands for it."""
    return _("World Human Rights Cities Forum %(year)d", year=edition.year)


def edition_row(edition: ForumEdition, today: date) -> EditionRow:
    """Return a forum in the words of the current language; a theme not known in it stays in one it is known in."""
    wanted = [language(), "en", *edition.theme]
    spoken = next((code for code in wanted if edition.theme.get(code)), "")
    return EditionRow(
        number=edition.number,
        year=edition.year,
        anchor=f"forum-{edition.number}",
        machine_date=machine_date(edition.starts),
        date_text=date_span(edition.starts, edition.ends),
        theme=edition.theme.get(spoken, ""),
        theme_language=spoken,
        is_our_translation=edition.theme_status.get(spoken) == "translated",
        place=in_language(edition.place),
        city_slug=edition.city_slug,
        held=how_held(edition.held),
        outcome=in_language(edition.outcome),
        participation=in_language(edition.participation),
        note=in_language(edition.note),
        sources=_source_links(edition.sources),
        is_sure=edition.confidence == "good",
        is_to_come=(edition.ends or edition.starts)[:10] >= today.isoformat(),
    )


def _source_links(sources: Iterable[Mapping[str, Any]]) -> list[Link]:
    links = []
    for source in sources:
        url = safe_url(str(source.get("url") or ""))
        links.append(Link(str(source.get("title") or urlsplit(url).hostname or ""), url))
    return links


def edition_item(edition: ForumEdition) -> dict[str, Any]:
    """Return a forum as programs are given it: texts in every language they are known in."""
    return {
        "number": edition.number,
        "year": edition.year,
        "title": edition_title(edition),
        "city": edition.city_slug,
        "starts": edition.starts,
        "ends": edition.ends,
        "held": edition.held,
        "place": edition.place,
        "theme": edition.theme or None,
        "theme_status": edition.theme_status or None,
        "outcome": edition.outcome or None,
        "participation": edition.participation or None,
        "note": edition.note or None,
        "sources": list(edition.sources),
        "confidence": edition.confidence,
        "updated_at": edition.updated_at.isoformat(),
        "url": absolute(f"/events/#forum-{edition.number}"),
    }
