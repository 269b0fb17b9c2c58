"""What an organizer says of an event, and whether it can be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Invalid
from hub.core.text import has_control_characters, safe_url
from hub.core.zones import is_zone
from hub.feeds.eventtimes import moment_at
from hub.vocabularies.queries import vocabulary

MAX_LINE, MAX_SUMMARY, MAX_URL = 200, 4000, 2048
FIRST_YEAR, LAST_YEAR = 1990, 2100
IN_PERSON, ONLINE, HYBRID = "in_person", "online", "hybrid"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class EventFacts:
    """What an organizer says of an event, as typed: days as YYYY-MM-DD, times as HH:MM, no last day: one day."""

    title: str
    starts_on: str
    ends_on: str = ""
    starts_at_time: str = ""
    ends_at_time: str = ""
    time_zone: str = ""
    language: str = "en"
    held: str = IN_PERSON
    place: str = ""
    organiser: str = ""
    url: str = ""
    summary: str = ""
    city_slugs: tuple[str, ...] = ()
    principle_codes: tuple[str, ...] = ()


def checked(facts: EventFacts) -> dict[str, Any]:
    """Return what was said as it is kept; raises Invalid naming the first field that cannot be."""
    title = _line("title", facts.title)
    if not title:
        raise Invalid("title", "Give the event a name.")
    if not _LANGUAGE.fullmatch(facts.language):
        raise Invalid("language", "Choose one of the list.")
    place = _line("place", facts.place)
    if facts.held not in (IN_PERSON, ONLINE, HYBRID):
        raise Invalid("held", "Choose one of the list.")
    if facts.held != ONLINE and not place:
        raise Invalid("place", "Say where people meet, or choose that it is online.")
    url = safe_url(facts.url)
    if (facts.url.strip() and not url) or len(url) > MAX_URL:
        raise Invalid("url", "Give a whole web address that begins with https:// or http://.")
    summary = "\n".join(facts.summary.strip().splitlines())
    if len(summary) > MAX_SUMMARY or has_control_characters(summary):
        raise Invalid("summary", "Write at most %(limit)d characters, as plain text.", limit=MAX_SUMMARY)
    values = {
        "title": title, "language": facts.language, "held": facts.held, "place": place, "url": url or None,
        "organiser": _line("organiser", facts.organiser), "summary": summary,
        "city_slugs": _known_cities(facts.city_slugs), "principle_codes": _known_principles(facts.principle_codes),
    }  # fmt: skip
    return values | _when(facts)


def _line(field: str, text: str) -> str:
    if has_control_characters(text):
        raise Invalid(field, "It holds a character that cannot be shown. Take it out.")
    line = " ".join(text.split())
    if len(line) > MAX_LINE:
        raise Invalid(field, "Write at most %(limit)d characters; it has %(found)d.", limit=MAX_LINE, found=len(line))
    return line


def _when(facts: EventFacts) -> dict[str, Any]:
    first = _day("starts_on", facts.starts_on)
    last = _day("ends_on", facts.ends_on) if facts.ends_on.strip() else first
    if last < first:
        raise Invalid("ends_on", "The last day lies before the first.")
    begin, end, zone = facts.starts_at_time.strip(), facts.ends_at_time.strip(), facts.time_zone.strip()
    if end and not begin:
        raise Invalid("starts_at_time", "Say when it begins too, or leave both times empty.")
    if not begin:
        zone = ""  # whole days are the same days everywhere
    elif not is_zone(zone):
        raise Invalid("time_zone", "Choose the time zone of the place, so that others know what these times mean.")
    starts = _moment("starts_at_time", first, begin, zone) if begin else None
    ends = _moment("ends_at_time", last, end, zone) if end else None
    if starts and not ends and last > first:
        raise Invalid("ends_at_time", "Say when it ends on its last day, or leave both times empty.")
    if starts and ends and ends.timestamp() <= starts.timestamp():
        raise Invalid("ends_at_time", "The end must be later than the beginning.")
    return {
        "starts_on": first, "ends_on": last, "starts_at_time": begin or None, "ends_at_time": end or None,
        "time_zone": zone or None,
    }  # fmt: skip


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
        if len(text.strip()) != 10 or text.strip() != day.isoformat():
            raise ValueError
    except ValueError:
        raise Invalid(field, "Write the date as YYYY-MM-DD.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(field, "Give a year from %(low)d to %(high)d.", low=FIRST_YEAR, high=LAST_YEAR)
    return day


def _moment(field: str, day: date, clock: str, zone: str) -> datetime:
    if not _CLOCK.fullmatch(clock):
        raise Invalid(field, "Write the time as HH:MM, from 00:00 to 23:59.")
    try:
        return moment_at(day, clock, zone)
    except ValueError:
        raise Invalid(
            field,
            "On %(day)s no clock in %(zone)s shows this time: clocks are put forward over it.",
            day=day.isoformat(),
            zone=zone,
        ) from None


def _known_cities(slugs: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(slugs))
    known = set(db.session.scalars(select(City.slug).where(City.slug.in_(wanted)))) if wanted else set()
    if not known.issuperset(wanted):
        raise Invalid("cities", "One of these cannot be chosen here.")
    return wanted


def _known_principles(codes: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(codes))
    if not {term.code for term in vocabulary().top("gwangju")}.issuperset(wanted):
        raise Invalid("principles", "One of these cannot be chosen here.")
    return wanted
