"""When an event begins and ends, by the clock of the place where it is held."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from hub.core.zones import zone_of
from hub.feeds.models import CalendarEvent


def moment_at(day: date, clock: str, zone: str | None) -> datetime:
    """Return the moment at which a clock in a zone shows a time (HH:MM) on a day; of two the first.

    Raises ValueError where the text is no time, and where that clock never shows it: it is put forward over it.
    """
    place = zone_of(zone)
    shown = datetime.combine(day, time.fromisoformat(clock), place)
    if shown.astimezone(UTC).astimezone(place).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise ValueError("the clock is put forward over this time")
    return shown


def starts_at(event: CalendarEvent) -> datetime | None:
    """Return the moment at which an event begins; None where only its days are said."""
    return _said(event.starts_on, event.starts_at_time, event.time_zone)


def ends_at(event: CalendarEvent) -> datetime | None:
    """Return the moment at which an event ends; None where only its days, or only its beginning, are said."""
    return _said(event.ends_on, event.ends_at_time, event.time_zone)


def _said(day: date, clock: str | None, zone: str | None) -> datetime | None:
    if not clock:
        return None
    try:
        return moment_at(day, clock, zone)
    except ValueError:  # the rules of a zone may change after an event was entered
        return datetime.combine(day, time.fromisoformat(clock), zone_of(zone))
