"""Since when a status holds, as exactly as it is known: a day, a month, a year, about a year, a span, or not known."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from hub.commitments.models import ABOUT, DAY, MONTH, RANGE, UNDATED, YEAR
from hub.core.errors import Invalid

EARLIEST_YEAR = 1900
YEARS_AHEAD = 10  # a decision may be planned; further ahead it is a slip of the pen
PRECISIONS = (DAY, MONTH, YEAR, ABOUT, RANGE, UNDATED)

_PART = re.compile(r"([0-9]{4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?)?")
_ABOUT = re.compile(r"about\s+", re.IGNORECASE)
_LENGTHS = {4: YEAR, 7: MONTH, 10: DAY}


class Effective(NamedTuple):
    """A date as it is stored: the text of it, the first and last day it can mean, how exactly it is known."""

    text: str
    first: date | None
    last: date | None
    precision: str


def effective_span(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day that a date means: `2006`, `2006-06`, `2006-06-29`, `about 2011`, `2007..2010`."""
    text = text.removeprefix("about ").strip()
    if not text:
        return None, None
    first, _, last = text.partition("..")
    return _edge(first, is_end=False), _edge(last or first, is_end=True)


def _edge(text: str, *, is_end: bool) -> date:
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else (12 if is_end else 1)
    day = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if is_end else 1)
    return date(year, month, day)


def read_effective(precision: str, since: str, until: str, today: date) -> Effective:
    """Return the date that a person wrote; an empty precision follows from how it is written.

    Raises Invalid naming `precision`, `since` or `until` for what is no date, lies before 1900, or lies more than ten
    years ahead.
    """
    since, until = (unicodedata.normalize("NFKC", text).strip() for text in (since, until))
    said_about = _ABOUT.match(since)
    since = since[said_about.end() :] if said_about else since
    if ".." in since and not until:
        since, _, until = (part.strip() for part in since.partition(".."))
    precision = precision or _precision_of(since, until, bool(said_about))
    if precision not in PRECISIONS:
        raise Invalid("precision", "Choose one of the list.")
    if precision == UNDATED:
        if since or until:
            raise Invalid("precision", "Choose how exactly the date is known, or leave the date empty.")
        return Effective("", None, None, UNDATED)
    if said_about and precision != ABOUT:
        raise Invalid("precision", "The date says “about”. Choose “About a year”, or take the word out.")
    if until and precision != RANGE:
        raise Invalid("until", "A last date belongs to a span of years. Choose the span, or leave this empty.")
    first = _read_part("since", since, precision, today)
    last = _read_part("until", until, precision, today) if precision == RANGE else ""
    text = f"about {first}" if precision == ABOUT else f"{first}..{last}" if last else first
    begin, end = effective_span(text)
    if begin is not None and end is not None and end < begin:
        raise Invalid("until", "The span ends before it begins.")
    return Effective(text, begin, end, precision)


def _precision_of(since: str, until: str, is_about: bool) -> str:
    if not since and not until:
        raise Invalid("since", "Write since when, or choose “Not known”.")
    if is_about:
        return ABOUT
    if until:
        return RANGE
    found = _PART.fullmatch(since)
    return DAY if found is None or found[3] else MONTH if found[2] else YEAR


def _read_part(field: str, text: str, precision: str, today: date) -> str:
    """Return a year, month or day as `2006`, `2006-06` or `2006-06-29`."""
    found = _PART.fullmatch(text)
    written = "-".join(part.zfill(2) for part in found.groups() if part) if found else ""
    exact = _LENGTHS.get(len(written))
    wanted = YEAR if precision == ABOUT else exact if precision == RANGE else precision
    if exact is None or exact != wanted:
        raise _unreadable(field, precision)
    try:
        day = _edge(written, is_end=False)
    except ValueError:
        raise Invalid(field, "There is no such day in the calendar.") from None
    if day.year < EARLIEST_YEAR:
        raise Invalid(field, "This lies before %(year)d. Check the year.", year=EARLIEST_YEAR)
    if day.year > today.year + YEARS_AHEAD:
        raise Invalid(field, "This lies more than ten years ahead. Check the year.")
    return written


def _unreadable(field: str, precision: str) -> Invalid:
    if precision == DAY:
        return Invalid(field, "Write the day as year, month and day, such as 2024-05-17.")
    if precision == MONTH:
        return Invalid(field, "Write the month as year and month, such as 2024-05.")
    if precision == RANGE:
        return Invalid(field, "Write the first and the last year of the span, such as 2007 and 2010.")
    return Invalid(field, "Write the year in four digits, such as 2024.")
