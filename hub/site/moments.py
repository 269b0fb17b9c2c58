"""Moments in the words of the reader's language, always with their zone."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_timedelta

from hub.web.dates import format_moment
from hub.web.locale import language

__all__ = ["format_ago", "format_moment"]


def format_ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, or how soon it comes: “3 minutes ago”, “in 2 hours”."""
    return format_timedelta(moment - now, add_direction=True, locale=language())
