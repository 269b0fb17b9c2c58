"""Makes events for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.core.db import transaction
from hub.feeds.models import CalendarEvent
from hub.feeds.service.calendar_events import add_event
from hub.feeds.service.event_facts import EventFacts

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def facts(**values: Any) -> EventFacts:
    """Return what an organizer might say of an event, with these values changed."""
    given: dict[str, Any] = {
        "title": "Human rights day", "starts_on": "2027-12-10", "place": "City Hall, Gwangju",
        "city_slugs": ("gwangju",), "principle_codes": ("GP8",), "summary": "A day of talks.", "organiser": "The city",
    }  # fmt: skip
    return EventFacts(**(given | values))


def make_event(now: datetime = NOW, **values: Any) -> CalendarEvent:
    """Enter an event."""
    with transaction():
        return add_event(facts(**values), by=None, now=now)
