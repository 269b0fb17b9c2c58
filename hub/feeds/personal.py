"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.core.db import db
from hub.feeds.models import CalendarEvent, FeedSource


def about(user_id: int) -> dict[str, Any]:
    """Return the news sources and events that a person added."""
    query = select(FeedSource).where(FeedSource.added_by == user_id).order_by(FeedSource.id)
    events = select(CalendarEvent).where(CalendarEvent.added_by == user_id).order_by(CalendarEvent.id)
    return {
        "events_added": [{"title": each.title, "added_at": each.added_at} for each in db.session.scalars(events)],
        "sources_added": [
            {"title": each.title, "address": each.address, "added_at": each.added_at}
            for each in db.session.scalars(query)
        ],
    }
