"""The forum's editions and other events as programs are given them: JSON, CSV, Atom, and schema.org in pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.core.text import safe_url
from hub.feeds.agenda import Entry
from hub.feeds.eventrows import (
    EditionRow,
    edition_row,
    edition_title,
    event_time,
    how_held,
    page_of,
    slug_of,
)
from hub.feeds.eventtimes import ends_at, starts_at
from hub.feeds.models import CalendarEvent, ForumEdition
from hub.web import formats
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language

EVENT_COLUMNS = (
    "number", "year", "starts", "ends", "held", "place", "theme", "theme_status", "outcome", "participation", "note",
    "sources", "confidence", "kind", "slug", "title", "language", "summary", "organiser", "starts_at", "ends_at",
    "time_zone", "is_cancelled", "cities", "principles", "link", "url", "updated_at",
)  # fmt: skip
_ATTENDANCE = {
    "in_person": "OfflineEventAttendanceMode", "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}  # fmt: skip


def item_of(entry: Entry) -> dict[str, Any]:
    """Return an event or an edition as programs are given it: `kind` says which."""
    return event_item(entry) if isinstance(entry, CalendarEvent) else edition_item(entry)


def event_item(event: CalendarEvent) -> dict[str, Any]:
    """Return an event as programs are given it: days, and moments with their zone where times are known."""
    starts, ends = starts_at(event), ends_at(event)
    return {
        "kind": "event",
        "slug": event.slug,
        "title": event.title,
        "language": event.language,
        "summary": event.summary or None,
        "year": event.starts_on.year,
        "starts": event.starts_on.isoformat(),
        "ends": event.ends_on.isoformat(),
        "starts_at": starts.isoformat() if starts else None,
        "ends_at": ends.isoformat() if ends else None,
        "time_zone": event.time_zone,
        "held": event.held,
        "place": {event.language: event.place} if event.place else None,
        "organiser": event.organiser or None,
        "cities": list(event.city_slugs),
        "principles": list(event.principle_codes),
        "is_cancelled": event.cancelled_at is not None,
        "link": safe_url(event.url or "") or None,
        "updated_at": event.updated_at.isoformat(),
        "url": absolute(page_of(event)),
    }


def edition_item(edition: ForumEdition) -> dict[str, Any]:
    """Return a forum as programs are given it: texts in every language they are known in."""
    return {
        "kind": "edition",
        "slug": slug_of(edition),
        "number": edition.number,
        "year": edition.year,
        "title": edition_title(edition),
        "city": edition.city_slug,
        "cities": [edition.city_slug],
        "principles": [],
        "is_cancelled": False,
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
        "url": absolute(page_of(edition)),
    }


def csv_line(entry: Entry) -> list[Any]:
    """Return an event or edition as a line of `EVENT_COLUMNS`."""
    item = item_of(entry)
    return [_cell(name, item.get(name)) for name in EVENT_COLUMNS]


def _cell(name: str, value: Any) -> Any:
    """Return texts by language in the current one, sources by their addresses, yes and no as 1 and 0."""
    if isinstance(value, dict):
        return in_language(value)
    if name == "sources" and value:
        return [source.get("url") or source.get("title") for source in value]
    return int(value) if isinstance(value, bool) else value


def atom_entry(entry: Entry, today: date) -> formats.AtomEntry:
    """Return an event or edition as an entry of our Atom feed."""
    if isinstance(entry, CalendarEvent):
        return _event_entry(entry)
    row = edition_row(entry, today)
    words = [row.date_text, row.place, row.outcome, row.participation, row.note]
    return formats.AtomEntry(
        id=f"forum/{entry.number}",
        title=": ".join(filter(None, [edition_title(entry), row.theme])),
        url=page_of(entry),
        updated_at=entry.updated_at,
        summary=". ".join(filter(None, words)),
    )


def _event_entry(event: CalendarEvent) -> formats.AtomEntry:
    words = [event_time(event), event.place or how_held(event.held), event.organiser, event.summary]
    is_cancelled = event.cancelled_at is not None
    return formats.AtomEntry(
        id=f"event/{event.id}",
        title=_("Cancelled: %(title)s", title=event.title) if is_cancelled else event.title,
        url=page_of(event),
        updated_at=event.updated_at,
        published_at=event.added_at,
        summary=". ".join(filter(None, words)),
        author=event.organiser,
        language=event.language,
        categories=event.principle_codes,
    )


def structured_data(entry: Entry, row: EditionRow | None) -> dict[str, Any]:
    """Return an event or edition as schema.org knows events; to be written with every < > & escaped."""
    if isinstance(entry, CalendarEvent):
        return _event_data(entry)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": absolute(page_of(entry)),
        "url": absolute(page_of(entry)),
        "name": edition_title(entry),
        "startDate": entry.starts,
        "endDate": entry.ends or entry.starts,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": f"https://schema.org/{_ATTENDANCE.get(entry.held, _ATTENDANCE['in_person'])}",
        "location": _location(entry.held, in_language(entry.place), absolute(page_of(entry))),
    }
    if row is not None and row.theme:
        data["description"] = row.theme
    return data


def _event_data(event: CalendarEvent) -> dict[str, Any]:
    starts, ends = starts_at(event), ends_at(event)
    page, site = absolute(page_of(event)), safe_url(event.url or "")
    status = "EventCancelled" if event.cancelled_at is not None else "EventScheduled"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": page,
        "url": page,
        "name": event.title,
        "inLanguage": event.language,
        "startDate": (starts or event.starts_on).isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{_ATTENDANCE[event.held]}",
        "location": _location(event.held, event.place, site or page),
    }
    if starts is None or ends is not None:
        data["endDate"] = (ends or event.ends_on).isoformat()
    more = {
        "description": event.summary, "sameAs": site,
        "organizer": {"@type": "Organization", "name": event.organiser} if event.organiser else None,
    }  # fmt: skip
    return data | {name: value for name, value in more.items() if value}


def _location(held: str, place: str, url: str) -> Any:
    there = {"@type": "Place", "name": place, "address": place}
    online = {"@type": "VirtualLocation", "url": url}
    if held == "online":
        return online
    return [there, online] if held == "hybrid" else there
