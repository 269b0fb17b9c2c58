"""Moments in the words of the reader's language, always with their zone."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_date, format_time, format_timedelta

from hub.web.locale import language


def format_moment(moment: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    at = moment.astimezone(UTC)
    return f"{format_date(at, 'medium', locale=language())}, {format_time(at, 'short', locale=language())} UTC"


def format_ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, or how soon it comes: “3 minutes ago”, “in 2 hours”."""
    return format_timedelta(moment - now, add_direction=True, locale=language())
