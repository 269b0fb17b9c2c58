"""News entries as pages and programs are given them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from hub.core.text import excerpt, plain_text, safe_url
from hub.feeds.models import FeedEntry
from hub.feeds.queries import Story, city_names
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import machine_date, partial_date
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language

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


class SameStory(NamedTuple):
    """Another source that brought the same story."""

    label: str
    url: str
    host: str


@dataclass(frozen=True)
class NewsRow:
    """One story as a line of the news; `url` leads to its site, `path` to its page here."""

    number: int
    path: str
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
    also: list[SameStory]
    has_full_text: bool
    is_pinned: bool
    is_hidden: bool


def summary_of(entry: FeedEntry) -> str:
    """Return the words of a story's summary, without its markup."""
    return excerpt(plain_text(entry.summary_html), SUMMARY_LIMIT)


def date_of(entry: FeedEntry) -> str:
    """Return the date of a story as precise as it is known: 2012, 2012-05 or 2012-05-17."""
    return entry.date_text or entry.published_at.date().isoformat()


def news_rows(entries: Iterable[FeedEntry | Story], words: Vocabulary) -> list[NewsRow]:
    """Return stories in the words of the current language, with the names of their principles and cities."""
    told = [each if isinstance(each, Story) else Story(each) for each in entries]
    names = city_names({slug for each in told for slug in each.entry.city_slugs})
    return [_news_row(each, names, words) for each in told]


def story_path(number: int) -> str:
    """Return the page of a story."""
    return f"/news/{number}"


def host_of(url: str) -> str:
    """Return the name of a site as people say it, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _news_row(story: Story, names: Mapping[str, str], words: Vocabulary) -> NewsRow:
    entry = story.entry
    url = safe_url(entry.url)
    is_ours = entry.source.address is None  # only our own files write dates that are not whole
    return NewsRow(
        number=entry.id,
        path=story_path(entry.id),
        title=entry.title or host_of(url) or _("Without a title"),
        url=url,
        language=entry.language or "",
        machine_date=machine_date(date_of(entry)) if is_ours else entry.published_at.date().isoformat(),
        date_text=partial_date(date_of(entry), "medium"),
        summary=summary_of(entry),
        source=Link(entry.source.title, safe_url(entry.source.homepage or "")),
        host=host_of(url),
        principles=patches(entry.principle_codes, words),
        cities=[Link(names[slug], f"/cities/{slug}") for slug in entry.city_slugs if slug in names],
        also=[SameStory(copy.source_title, safe_url(copy.url), host_of(safe_url(copy.url))) for copy in story.copies],
        has_full_text=story.has_full_text,
        is_pinned=entry.pinned_at is not None,
        is_hidden=entry.hidden_at is not None,
    )


def patches(codes: Iterable[str], words: Vocabulary) -> list[Patch]:
    """Return the principles of these codes, with their names in the current language; unknown ones are left out."""
    patches = []
    for code in codes:
        term, top = words.find("gwangju", code), words.find("gwangju", words.principle_of(code))
        if term is not None and top is not None:
            patches.append(Patch(top.number or 0, code, in_language(term.labels)))
    return patches


def news_item(story: Story) -> dict[str, Any]:
    """Return a story as programs are given it."""
    entry = story.entry
    own = _source_item(entry.source.slug, entry.source.title, entry.source.homepage, entry.url)
    others = (
        _source_item(copy.source_slug, copy.source_title, copy.source_homepage, copy.url) for copy in story.copies
    )
    return {
        "id": entry.guid,
        "title": entry.title,
        "summary": summary_of(entry),
        "language": entry.language,
        "url": safe_url(entry.url),
        "url_here": absolute(story_path(entry.id)),
        "full_text": story.has_full_text,
        "source": {"slug": entry.source.slug, "title": entry.source.title, "homepage": entry.source.homepage},
        "sources": [own, *others],
        "date": date_of(entry),
        "published_at": entry.published_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "principles": list(entry.principle_codes),
        "cities": list(entry.city_slugs),
    }


def _source_item(slug: str, title: str, homepage: str | None, url: str) -> dict[str, Any]:
    return {"slug": slug, "title": title, "homepage": homepage, "url": safe_url(url)}
