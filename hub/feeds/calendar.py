"""Events and the forum's editions as calendar files (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, Timezone

from hub.core.text import safe_url
from hub.feeds.agenda import Entry
from hub.feeds.eventrows import edition_title, how_held, page_of
from hub.feeds.eventtimes import ends_at, starts_at
from hub.feeds.models import CalendarEvent, ForumEdition
from hub.web.formats import absolute
from hub.web.locale import gettext as _
from hub.web.locale import in_language

UID_DOMAIN = "human-rights-cities-hub"  # not the host: a calendar must know an entry again after a move
ASK_AGAIN = timedelta(hours=12)


def calendar_of(entries: Iterable[Entry], taken_out: Iterable[CalendarEvent], name: str) -> bytes:
    """Return events and editions as a calendar of a name; what was taken out is told as cancelled, without its texts.

    An edition of which only the month is known is left out: a calendar has no way to say "some days in May".
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Human Rights Cities Hub//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _line(name))
    calendar.add("x-wr-calname", _line(name))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for entry in entries:
        if isinstance(entry, CalendarEvent):
            calendar.add_component(_entered(entry))
        elif entry.start_on is not None:
            calendar.add_component(_forum(entry, entry.start_on, entry.end_on or entry.start_on))
    for event in taken_out:
        calendar.add_component(_taken_out(event))
    if not calendar.subcomponents:  # a calendar must hold something, if only the name of a clock (RFC 5545, 3.6)
        calendar.add_component(Timezone.from_tzid("UTC"))
    return bytes(calendar.to_ical())


def _forum(edition: ForumEdition, first: date, last: date) -> Event:
    event = _component(f"forum-{edition.number}", edition.updated_at)
    _whole_days(event, first, last)
    event.add("summary", _line(": ".join(filter(None, [edition_title(edition), in_language(edition.theme)]))))
    event.add("location", _line(in_language(edition.place)))
    words = [in_language(edition.outcome), in_language(edition.participation), in_language(edition.note)]
    if any(words):
        event.add("description", _lines(words))
    event.add("url", absolute(page_of(edition)))
    return event


def _entered(entered: CalendarEvent) -> Event:
    event = _bare(entered)
    spoken = {"LANGUAGE": entered.language}
    event.add("status", "CANCELLED" if entered.cancelled_at is not None else "CONFIRMED")
    event.add("summary", _line(entered.title), parameters=spoken)
    event.add("location", _line(entered.place) or how_held(entered.held))
    words = [entered.summary, entered.organiser, safe_url(entered.url or "")]
    if any(words):
        event.add("description", _lines(words), parameters=spoken)
    if entered.principle_codes:
        event.add("categories", list(entered.principle_codes))
    event.add("url", absolute(page_of(entered)))
    return event


def _taken_out(entered: CalendarEvent) -> Event:
    event = _bare(entered)
    event.add("status", "CANCELLED")
    event.add("summary", _("Cancelled"))
    return event


def _bare(entered: CalendarEvent) -> Event:
    """Return what a calendar must know of an event: which it is, which state of it this is, and when it takes place."""
    event = _component(f"event-{entered.id}", entered.updated_at)
    event.add("sequence", entered.version)
    event.add("created", _whole_second(entered.added_at))
    starts, ends = starts_at(entered), ends_at(entered)
    if starts is None:
        _whole_days(event, entered.starts_on, entered.ends_on)
        return event
    event.add("dtstart", starts.astimezone(UTC))  # universal time needs no table of zones beside it
    if ends is not None:
        event.add("dtend", ends.astimezone(UTC))
    return event


def _component(name: str, updated_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{name}@{UID_DOMAIN}")
    event.add("dtstamp", _whole_second(updated_at))
    event.add("last-modified", _whole_second(updated_at))
    return event


def _whole_days(event: Event, first: date, last: date) -> None:
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # the day after the last: DTEND is exclusive
    event.add("transp", "TRANSPARENT")


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(parts: Iterable[str]) -> str:
    """Return texts under one another, whatever ends their lines."""
    return "\n".join(line for part in parts if part for line in part.splitlines())


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
