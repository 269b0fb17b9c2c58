"""Events and the forum's editions: a list and a page each for people; JSON, CSV, Atom, iCalendar for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template

from hub.core import clock
from hub.core.errors import NotFound
from hub.feeds import agenda
from hub.feeds.agenda import AgendaCounts, AgendaFilter, Entry, Occasion
from hub.feeds.calendar import calendar_of
from hub.feeds.eventdata import EVENT_COLUMNS, atom_entry, csv_line, item_of, structured_data
from hub.feeds.eventrows import edition_row, edition_title, event_rows, slug_of
from hub.feeds.models import CalendarEvent, ForumEdition
from hub.feeds.policy import can_keep_events
from hub.feeds.queries import city_names
from hub.feeds.rows import Link
from hub.feeds.views.blueprint import bp
from hub.vocabularies.queries import Vocabulary, vocabulary
from hub.web import formats
from hub.web.actor import signed_in_user
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import in_language
from hub.web.paging import Page
from hub.web.params import read_query

PER_PAGE = 20
ATOM_LIMIT = 50
BATCH = 200


@dataclass(frozen=True)
class EventsAsked:
    """What the address of the events asks for."""

    narrowed: AgendaFilter
    page: int
    per_page: int

    def address(self, suffix: str = "/", page: int = 1, **changes: Any) -> str:
        """Return the address of the same question in another format, on another page, or with one filter changed."""
        here = self.narrowed
        pairs = {"city": here.city, "principle": here.principle, "year": here.year} | changes
        known = [(name, value) for name, value in pairs.items() if value]
        known += [("page", page)] if page > 1 else []
        known += [("per_page", self.per_page)] if self.per_page != PER_PAGE and suffix in ("/", ".json") else []
        return f"/events{suffix}" + (f"?{urlencode(known)}" if known else "")


def asked_events(words: Vocabulary) -> EventsAsked:
    """Read the question from the address; raises Invalid naming the parameter."""
    query = read_query(allowed={"city", "principle", "year", "page", "per_page"})
    code = query.text("principle", 40)
    known = words.find("gwangju", code.upper())
    year = query.integer("year", None, 1900, 2100)
    narrowed = AgendaFilter(query.text("city", 80).lower(), known.code if known else code, year)
    page = query.integer("page", 1) or 1
    return EventsAsked(narrowed, page, query.integer("per_page", PER_PAGE, 1, 100) or PER_PAGE)


@bp.get("/events/")
@public
def show_events() -> str:
    """List what is to come, soonest first, then what is over, then the forum's editions, newest first."""
    words, today = vocabulary(), clock.now().date()
    asked = asked_events(words)
    every = agenda.list_occasions()
    found = agenda.in_order((each for each in every if each.fits(asked.narrowed)), today)
    lines = [each for each in found if each.is_coming(today) or not each.is_edition]
    editions = [each for each in found if each.is_edition and asked.page == 1]
    start = (asked.page - 1) * asked.per_page
    slice_ = lines[start : start + asked.per_page]
    rows = event_rows(agenda.load_entries(slice_), words, today)
    return render_template(
        "feeds/events.html",
        nav_current="news",
        coming=[row for row in rows if row.is_to_come],
        over=[row for row in rows if not row.is_to_come],
        editions=[edition_row(each, today) for each in _editions(editions)],
        page=Page(rows, len(lines), asked.page, asked.per_page),
        total=len(found),
        has_any=bool(every),
        asked=asked.narrowed,
        choices=choices(agenda.count_choices(every, asked.narrowed), asked.narrowed, words),
        chips=chips_of(asked, words),
        address=asked.address,
        page_address=lambda number: asked.address(page=number),
        may_edit=_may_edit(),
    )


def _editions(occasions: list[Occasion]) -> list[ForumEdition]:
    newest_first = sorted(occasions, key=lambda each: each.first, reverse=True)
    return [each for each in agenda.load_entries(newest_first) if isinstance(each, ForumEdition)]


def _may_edit() -> bool:
    me: Any = signed_in_user()
    return me is not None and can_keep_events(me)


def choices(counts: AgendaCounts, narrowed: AgendaFilter, words: Vocabulary) -> dict[str, list[dict[str, Any]]]:
    """Return what the list can be narrowed by, with how many events each choice shows; what is chosen stays offered."""
    names = city_names({*counts.cities, *filter(None, [narrowed.city])})
    cities = [
        {"code": slug, "label": name, "count": counts.cities.get(slug, 0)}
        for slug, name in sorted(names.items(), key=lambda pair: pair[1].casefold())
    ]
    principles = [
        {"code": term.code, "label": in_language(term.labels), "count": counts.principles.get(term.code, 0)}
        for term in words.top("gwangju")
        if term.code in counts.principles or term.code == narrowed.principle
    ]
    years = [{"code": str(year), "label": str(year), "count": count} for year, count in counts.years.items()]
    return {"city": cities, "principle": principles, "year": years}


def chips_of(asked: EventsAsked, words: Vocabulary) -> list[Link]:
    """Return the filters in use; what no city or principle is called is shown as it was typed."""
    narrowed, chips = asked.narrowed, []
    if narrowed.city:
        name = city_names({narrowed.city}).get(narrowed.city, narrowed.city)
        chips.append(Link(name, asked.address(city="")))
    if narrowed.principle:
        term = words.find("gwangju", narrowed.principle)
        label = f"{term.code} {in_language(term.labels)}" if term else narrowed.principle
        chips.append(Link(label, asked.address(principle="")))
    if narrowed.year:
        chips.append(Link(str(narrowed.year), asked.address(year=None)))
    return chips


@bp.get("/events.<any(json,csv,atom,ics):suffix>")
@public
def export_events(suffix: str) -> Response:
    """Give the same events as JSON (one page), CSV (all), Atom (50, changed last first) or iCalendar."""
    words, now = vocabulary(), clock.now()
    asked = asked_events(words)
    every = agenda.list_occasions()
    found = agenda.in_order((each for each in every if each.fits(asked.narrowed)), now.date())
    if suffix == "ics":
        taken_out = agenda.list_taken_out(asked.narrowed, now)
        return _calendar(calendar_of(_each_entry(found), taken_out, calendar_name(asked, words)), "events.ics")
    if suffix == "csv":
        return formats.csv_stream("events.csv", EVENT_COLUMNS, map(csv_line, _each_entry(found)))
    if suffix == "atom":
        newest = sorted(found, key=lambda each: each.updated_at, reverse=True)[:ATOM_LIMIT]
        return formats.atom_feed(
            title=_("Human Rights Cities Hub: events"),
            path=asked.address(".atom"),
            page_path=asked.address(),
            entries=[atom_entry(entry, now.date()) for entry in agenda.load_entries(newest)],
        )
    start = (asked.page - 1) * asked.per_page
    entries = agenda.load_entries(found[start : start + asked.per_page])
    page = Page(entries, len(found), asked.page, asked.per_page)
    facets = choices(agenda.count_choices(every, asked.narrowed), asked.narrowed, words)
    return formats.json_list(page, [item_of(entry) for entry in entries], facets=facets)


def _each_entry(found: list[Occasion]) -> Iterator[Entry]:
    for start in range(0, len(found), BATCH):
        yield from agenda.load_entries(found[start : start + BATCH])


def calendar_name(asked: EventsAsked, words: Vocabulary) -> str:
    """Return what a calendar is called where it is shown beside others."""
    parts = [chip.label for chip in chips_of(asked, words)]
    return _("Human rights cities: events") + (f" ({', '.join(parts)})" if parts else "")


def _calendar(content: bytes, filename: str) -> Response:
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


@bp.get("/events/<slug>")
@public
def show_event(slug: str) -> str:
    """Show one event, or one edition of the forum. Raises NotFound."""
    read_query()
    today = clock.now().date()
    entry: Entry = agenda.find_edition(slug) or agenda.get_event(slug)
    edition = edition_row(entry, today) if isinstance(entry, ForumEdition) else None
    return render_template(
        "feeds/event.html",
        nav_current="news",
        row=event_rows([entry], vocabulary(), today)[0],
        edition=edition,
        structured=structured_data(entry, edition),
        may_edit=edition is None and _may_edit(),
    )


@bp.get("/events/<slug>.<any(ics,json):suffix>")
@public
def export_event(slug: str, suffix: str) -> Response:
    """Give one event or edition to a calendar or another program. Raises NotFound.

    Of one that was taken out a calendar is still told so; an edition of an unknown day has no calendar file.
    """
    read_query()
    edition = agenda.find_edition(slug)
    if suffix == "json":
        return formats.json_document(item_of(edition or agenda.get_event(slug)))
    if edition is not None:
        return _calendar_of_edition(edition)
    event = agenda.get_told(slug)
    is_out = event.removed_at is not None
    name = _("Cancelled") if is_out else event.title
    return _calendar(calendar_of([] if is_out else [event], [event] if is_out else [], name), _filename(event))


def _calendar_of_edition(edition: ForumEdition) -> Response:
    if edition.start_on is None:
        raise NotFound(f"the days of {slug_of(edition)} are not known")
    return _calendar(calendar_of([edition], [], edition_title(edition)), f"{slug_of(edition)}.ics")


def _filename(event: CalendarEvent) -> str:
    return f"event-{event.id}.ics"  # slugs hold letters of every script, headers do not
