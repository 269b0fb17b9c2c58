"""How long ago someone last said that a case holds, and when it is to be said again; pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

MONTHS = 12  # a city is asked once a year


class Said(Protocol):
    """A case, or as much of it as this needs."""

    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def is_compiled(self) -> bool: ...


def said_at(case: Said) -> datetime | None:
    """Return when the city last said that a case holds; publishing it says so too. None where nobody ever did."""
    return None if case.is_compiled else case.confirmed_at or case.published_at


def months_between(first: date, last: date) -> int:
    """Return how many whole months lie between two days, 0 where the last is not after the first."""
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, months)


def is_to_be_said_again(case: Said, today: date) -> bool:
    """Tell whether a year went by since the city last said that a case holds; one that nobody said never is."""
    said = said_at(case)
    return said is not None and months_between(said.date(), today) >= MONTHS
