"""The forum's editions as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from hub.feeds.models import ForumEdition
from hub.feeds.rows import edition_title
from hub.web.formats import absolute
from hub.web.locale import in_language

UID_DOMAIN = "human-rights-cities-hub"  # not the host: a calendar must know an entry again after a move


def forum_calendar(editions: Iterable[ForumEdition], name: str) -> bytes:
    """Return the editions whose days are known as all-day entries.

    An edition of which only the month is known is left out: a calendar has no way to say "some days in May".
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Human Rights Cities Hub//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for edition in editions:
        if edition.start_on is not None:
            calendar.add_component(_event(edition, edition.start_on, edition.end_on or edition.start_on))
    return bytes(calendar.to_ical())


def _event(edition: ForumEdition, first: date, last: date) -> Event:
    event = Event()
    event.add("uid", f"forum-{edition.number}@{UID_DOMAIN}")
    event.add("dtstamp", _whole_second(edition.updated_at))
    event.add("last-modified", _whole_second(edition.updated_at))
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # the day after the last: DTEND is exclusive
    event.add("transp", "TRANSPARENT")
    event.add("summary", ": ".join(filter(None, [edition_title(edition), in_language(edition.theme)])))
    event.add("location", in_language(edition.place))
    words = [in_language(edition.outcome), in_language(edition.participation), in_language(edition.note)]
    if any(words):
        event.add("description", "\n".join(filter(None, words)))
    event.add("url", absolute(f"/events/#forum-{edition.number}"))
    return event


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
