"""Dates as precise as they are known: a year, a month, a day, a span, or about a year."""

from __future__ import annotations

import re
from datetime import date, datetime

from babel.dates import format_interval, format_skeleton, format_time

from hub.web.locale import format_date, language
from hub.web.locale import gettext as _
from hub.web.zones import local, short_name

_KNOWN = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def partial_date(text: str | None, style: str = "long") -> str:
    """Return `2006`, `2006-06`, `2006-06-29`, `about 2011` or `2007..2010` in the words of the current language.

    A text of another shape comes back as it is, an empty one empty; `style` (long, medium) is for whole days.
    """
    text = (text or "").strip()
    if text.startswith("about "):
        return _("about %(date)s", date=partial_date(text.removeprefix("about ")))
    first, dots, last = text.partition("..")
    if dots:
        return date_span(first, last)
    if not _KNOWN.fullmatch(text):
        return text
    if len(text) == 10:
        return format_date(date.fromisoformat(text), style)
    year, month = int(text[:4]), int(text[5:7] or 1)
    return format_skeleton("yMMMM" if len(text) == 7 else "y", date(year, month, 1), locale=language())


def format_day(moment: datetime, style: str = "medium") -> str:
    """Return the day that a moment falls on where the reader is; what is public has one day for all, `format_date`."""
    return format_date(local(moment), style)


def format_moment(moment: datetime) -> str:
    """Return a moment to the minute with the name of its zone: the reader's own, UTC for visitors."""
    at = local(moment)
    return f"{format_date(at, 'medium')}, {format_time(at, 'short', locale=language())} {short_name(at)}"


def date_span(first: str, last: str | None) -> str:
    """Return a first and a last date as one span; the first alone when there is no other."""
    if not last or last == first:
        return partial_date(first)
    if len(first) == len(last) == 10:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        return format_interval(begin, end, "yMMMMd", locale=language())
    return _("%(first)s to %(last)s", first=partial_date(first), last=partial_date(last))


def machine_date(text: str | None) -> str:
    """Return what `<time datetime>` may hold for such a date: its first year, month or day, or nothing."""
    found = _KNOWN.search(text or "")
    return found.group() if found else ""
