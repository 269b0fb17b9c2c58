"""The forum's editions and other events as pages and programs are given them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from babel.dates import format_interval, format_time

from hub.core.text import safe_url
from hub.feeds.agenda import FORUM, Entry
from hub.feeds.eventtimes import ends_at, starts_at
from hub.feeds.models import CalendarEvent, ForumEdition
from hub.feeds.queries import city_names
from hub.feeds.rows import Link, Patch, patches
from hub.vocabularies.queries import Vocabulary
from hub.web.dates import date_span, machine_date
from hub.web.locale import format_date, in_language, language
from hub.web.locale import gettext as _
from hub.web.zones import short_name


@dataclass(frozen=True)
class EventRow:
    """One event or edition as a line of the calendar, and on its own page."""

    slug: str
    url: str
    title: str
    language: str  # empty: that of the page
    machine_date: str
    date_text: str
    days: str  # the same, short
    hours: str  # from when to when on its day, with the zone; empty for whole days
    place: str
    held: str
    organiser: str
    site: Link | None
    cities: list[Link]
    principles: list[Patch]
    summary: str
    is_cancelled: bool
    is_to_come: bool
    has_days: bool  # whether a calendar can hold it


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
        is_to_come=(last := edition.ends or edition.starts) >= today.isoformat()[: len(last)],
    )


def _source_links(sources: Iterable[Mapping[str, Any]]) -> list[Link]:
    links = []
    for source in sources:
        url = safe_url(str(source.get("url") or ""))
        links.append(Link(str(source.get("title") or urlsplit(url).hostname or ""), url))
    return links


def page_of(entry: Entry) -> str:
    """Return the path of the page of an event or edition."""
    return f"/events/{quote(slug_of(entry))}"


def slug_of(entry: Entry) -> str:
    """Return the last part of that path."""
    return entry.slug if isinstance(entry, CalendarEvent) else f"{FORUM}{entry.number}"


def event_rows(entries: Sequence[Entry], words: Vocabulary, today: date) -> list[EventRow]:
    """Return events and editions in the words of the current language, with the names of their principles and cities.

    What an organizer wrote of an event stays in the language that it was written in.
    """
    names = city_names({slug for entry in entries for slug in city_slugs(entry)})
    return [
        _event_row(entry, names, words, today)
        if isinstance(entry, CalendarEvent)
        else _forum_row(entry, names, edition_row(entry, today))
        for entry in entries
    ]


def city_slugs(entry: Entry) -> list[str]:
    """Return the slugs of the cities that an event is tied to, of an edition that of its host."""
    return entry.city_slugs if isinstance(entry, CalendarEvent) else [entry.city_slug]


def _event_row(event: CalendarEvent, names: Mapping[str, str], words: Vocabulary, today: date) -> EventRow:
    site = safe_url(event.url or "")
    starts = starts_at(event)
    return EventRow(
        slug=event.slug,
        url=page_of(event),
        title=event.title,
        language=event.language,
        machine_date=starts.isoformat(timespec="minutes") if starts else event.starts_on.isoformat(),
        date_text=event_time(event),
        days=_short_span(event.starts_on, event.ends_on),
        hours=_hours(event),
        place=event.place,
        held=how_held(event.held),
        organiser=event.organiser,
        site=Link((urlsplit(site).hostname or "").removeprefix("www."), site) if site else None,
        cities=_city_links(event.city_slugs, names),
        principles=patches(event.principle_codes, words),
        summary=event.summary,
        is_cancelled=event.cancelled_at is not None,
        is_to_come=event.ends_on >= today,
        has_days=True,
    )


def _forum_row(edition: ForumEdition, names: Mapping[str, str], row: EditionRow) -> EventRow:
    return EventRow(
        slug=slug_of(edition),
        url=page_of(edition),
        title=edition_title(edition),
        language="",
        machine_date=row.machine_date,
        date_text=row.date_text,
        days=_short_span(edition.start_on, edition.end_on) or row.date_text,
        hours="",
        place=row.place,
        held=row.held,
        organiser="",
        site=None,
        cities=_city_links([edition.city_slug], names),
        principles=[],
        summary="",
        is_cancelled=False,
        is_to_come=row.is_to_come,
        has_days=edition.start_on is not None,
    )


def _city_links(slugs: Iterable[str], names: Mapping[str, str]) -> list[Link]:
    return [Link(names[slug], f"/cities/{slug}") for slug in slugs if slug in names]


def event_time(event: CalendarEvent) -> str:
    """Return when an event is, by the clock of its place with the name of its zone, or its days alone."""
    first, last = event.starts_on.isoformat(), event.ends_on.isoformat()
    starts, ends = starts_at(event), ends_at(event)
    if starts is None:
        return date_span(first, last)
    if ends is None or first == last:
        return ", ".join(filter(None, [date_span(first, last), _hours(event)]))
    zone = short_name(ends)
    begin, end = f"{date_span(first, None)}, {_clock(starts)}", f"{date_span(last, None)}, {_clock(ends)} {zone}"
    return _("%(first)s to %(last)s", first=begin, last=end)


def _short_span(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    if last is None or last == first:
        return format_date(first, "medium")
    return format_interval(first, last, "yMMMd", locale=language())


def _hours(event: CalendarEvent) -> str:
    starts, ends = starts_at(event), ends_at(event)
    if starts is None or event.starts_on != event.ends_on:
        return ""
    return f"{_clock(starts)}{'–' + _clock(ends) if ends else ''} {short_name(starts)}"


def _clock(moment: datetime) -> str:
    return format_time(moment, "short", locale=language())
