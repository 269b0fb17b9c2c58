"""Since when a city is where it is with a practice: a year, a month or a day, never one to come."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

from hub.core.errors import Invalid

EARLIEST_YEAR = 1900
_WRITTEN = re.compile(r"([0-9]{4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?)?")


def read_since(text: str, today: date) -> str:
    """Return what a person wrote as `2019`, `2019-05` or `2019-05-03`; empty stays empty.

    Raises Invalid naming `since` for what is no date, lies before 1900 or is still to come.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return ""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise Invalid("since", "Write a year, a month or a day, such as 2024, 2024-05 or 2024-05-17.")
    written = "-".join(part.zfill(2) for part in found.groups() if part)
    try:
        first, _last = span_of(written)
    except ValueError:
        raise Invalid("since", "There is no such day in the calendar.") from None
    if first.year < EARLIEST_YEAR:
        raise Invalid("since", "This lies before %(year)d. Check the year.", year=EARLIEST_YEAR)
    if first > today:
        raise Invalid("since", "This lies in the future. Write since when it is so, and what is planned in the text.")
    return written


def span_of(since: str) -> tuple[date, date]:
    """Return the first and the last day that a stored date means; raises ValueError for what is no date."""
    year, month, day = (*(int(part) for part in since.split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    return first, date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
