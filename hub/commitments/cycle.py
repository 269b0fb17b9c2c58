"""How long what was said of a commitment stays fresh, when it is to be said anew, and when it has run out; pure.

The rule, as /methodology tells it: a record speaks of a day. That is the day its newest evidence was issued or someone
else confirmed it; where neither is known, the day it was recorded if the city itself says so, else the day it took
effect. An item with a cycle wants to be spoken of again within so many months; after the grace that follows, the
statement has run out. It stays on record and in force: only its freshness is gone. Where the instrument itself strikes
off members that stay silent, the page says from when that would be, and never that it happened.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import NamedTuple

from hub.commitments.models import CITY
from hub.commitments.states import StatusLine
from hub.vocabularies.queries import ItemView

UNBOUND, UNDATED, FRESH, GRACE, OVERDUE, DROPPED = "unbound", "undated", "fresh", "grace", "overdue", "dropped"


class Freshness(NamedTuple):
    """How fresh a statement is on a day, which day it speaks of, when it is due anew and when it runs out."""

    state: str  # unbound (no cycle), undated (no day known), fresh, grace, overdue, dropped
    spoken_on: date | None = None
    due_on: date | None = None
    ends_on: date | None = None  # the last day of the grace
    drops_on: date | None = None  # when the instrument strikes off who stays silent


def spoken_on(line: StatusLine, day: date, checked: Iterable[date] = ()) -> date | None:
    """Return the newest day that a record speaks of, as one could know it on `day`; None where no day is known.

    `checked` are the days on which others confirmed it.
    """
    issued = [piece.issued_on for piece in line.evidence if piece.issued_on is not None]
    issued = [each for each in (*issued, *checked) if each <= day]
    recorded = line.recorded_at.astimezone(UTC).date()
    said = recorded if line.claimed_by == CITY else line.effective_to or line.effective_from
    if issued:
        return max(issued)
    return min(said, day) if said is not None else None


def freshness(line: StatusLine, item: ItemView, day: date, checked: Iterable[date] = ()) -> Freshness:
    """Return how fresh a statement is on a day, by the cycle and the grace of its item."""
    spoken = spoken_on(line, day, checked)
    if item.cycle_months is None:
        return Freshness(UNBOUND, spoken)
    if spoken is None:
        return Freshness(UNDATED)
    due_on = months_after(spoken, item.cycle_months)
    ends_on = due_on + timedelta(days=item.grace_days)
    drops_on = months_after(ends_on, item.lapse_months) if item.lapse_months is not None else None
    state = FRESH if day <= due_on else GRACE if day <= ends_on else OVERDUE
    if drops_on is not None and day > drops_on:
        state = DROPPED
    return Freshness(state, spoken, due_on, ends_on, drops_on)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later; the last of the month where that month is shorter."""
    month = day.year * 12 + day.month - 1 + months
    year, number = month // 12, month % 12 + 1
    return date(year, number, min(day.day, calendar.monthrange(year, number)[1]))
