"""What a city has to look at, when it is due and when to remind it; and what the next rung asks; pure.

The rule, as /methodology tells it: a city is reminded ninety and thirty days before a day that is due, and thirty and
ninety days after it, each time once. Who comes late to it, such as a worker that stood still, makes the latest only,
and none when the day is more than a year past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from hub.commitments.cycle import FRESH, UNBOUND, Freshness, months_after
from hub.commitments.models import LADDER, UNKNOWN
from hub.commitments.states import STOPPED, StatusLine, day_of, takes_effect

PLEDGED_MONTHS = 24
NO_EVIDENCE, ONLY_PLEDGED, RENEW = "no_evidence", "only_pledged", "renew"
SAID_ANEW = LADDER[1:]  # a promise and all above it; what never began or ended is not said anew
STATUS, ACTION = "status", "action"
STAGES = (-90, -30, 30, 90)  # days after the day that is due
REMINDED_UNTIL = timedelta(days=365)


class Statement(NamedTuple):
    """A record in force and how fresh it is; `line` carries all its evidence, `found` rests on what is public."""

    line: StatusLine
    found: Freshness


class Due(NamedTuple):
    """An item of a city to look at, why (renew, no_evidence, only_pledged), and the day that counts for it."""

    city_slug: str
    item_code: str
    why: str
    status: str
    since: date  # due on it, or so since it
    found: Freshness


class DueDate(NamedTuple):
    """A day on which something is due of a city: a status record to be said anew, or an action of its plan."""

    kind: str  # status, action
    id: int
    city_id: int
    due_on: date


class Reminder(NamedTuple):
    """A reminder that is to be made."""

    due: DueDate
    stage: int


class Missing(NamedTuple):
    """What an item in a city still lacks for the next rung; `next` is empty where there is none."""

    status: str
    next: str
    kinds: tuple[str, ...]  # terms of evidence_types that count
    shown: tuple[str, ...]  # those of them that the status in force rests on
    has_evidence: bool
    has_date: bool


def next_rung(status: str) -> str:
    """Return the rung after a status: the first promise where nothing is, the decision again after a stop."""
    if status in (UNKNOWN, LADDER[0]):
        return LADDER[1]
    if status in STOPPED:
        return LADDER[2]
    place = LADDER.index(status) + 1 if status in LADDER else len(LADDER)
    return LADDER[place] if place < len(LADDER) else ""


def missing(line: StatusLine | None, kinds: tuple[str, ...]) -> Missing:
    """Return what is missing for the next rung, given the record in force and the kinds of evidence that count."""
    if line is None:
        return Missing(UNKNOWN, next_rung(UNKNOWN), kinds, (), has_evidence=False, has_date=False)
    held = {piece.kind for piece in line.evidence}
    return Missing(
        line.status, next_rung(line.status), kinds, tuple(kind for kind in kinds if kind in held),
        has_evidence=bool(line.evidence), has_date=line.effective_from is not None,
    )  # fmt: skip


def due(statements: Iterable[Statement], slugs: Mapping[int, str], today: date) -> list[Due]:
    """Return what the cities named should look at, each item once, the earliest day first."""
    found = []
    for line, fresh in statements:
        if line.city_id not in slugs:
            continue
        if line.status == "pledged" and months_after(takes_effect(line), PLEDGED_MONTHS) <= today:
            why, since = ONLY_PLEDGED, takes_effect(line)
        elif is_to_renew(line, fresh, today):
            why, since = RENEW, fresh.due_on or day_of(line.recorded_at)
        elif all(piece.is_removed for piece in line.evidence):
            why, since = NO_EVIDENCE, day_of(line.recorded_at)
        else:
            continue
        found.append(Due(slugs[line.city_id], line.item_code, why, line.status, since, fresh))
    return sorted(found, key=lambda each: (each.since, each.city_slug, each.item_code))


def is_to_renew(line: StatusLine, found: Freshness, today: date) -> bool:
    """Tell whether a statement is to be said anew: it is due within ninety days, or was, or no day of it is known."""
    if line.status not in SAID_ANEW or found.state == UNBOUND:
        return False
    return found.state != FRESH or found.due_on is None or found.due_on + timedelta(days=STAGES[0]) <= today


def stage_on(due_on: date, today: date) -> int | None:
    """Return which reminder of a day that is due has its turn, in days after it; None before the first and long after.

    The latest that has come, so one that was missed is not made up for.
    """
    if today > due_on + REMINDED_UNTIL:
        return None
    come = [stage for stage in STAGES if due_on + timedelta(days=stage) <= today]
    return come[-1] if come else None


def reminders(due_dates: Iterable[DueDate], made: Iterable[tuple[str, int, date, int]], today: date) -> list[Reminder]:
    """Return the reminders that are to be made; `made` are kind, id, day and stage of those that were."""
    done = set(made)
    return [
        Reminder(each, stage)
        for each in due_dates
        if (stage := stage_on(each.due_on, today)) is not None and (each.kind, each.id, each.due_on, stage) not in done
    ]
