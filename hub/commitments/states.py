"""Which status is in force on a day, and what came before it; pure, from the records alone.

The rule, as /methodology tells it:

1. A record takes effect on the first day that its effective date can mean: 2013 on 1 January 2013, June 2006 on
   1 June 2006, 2007 to 2010 on 1 January 2007, about 2016 on 1 January 2016. A record whose date is not known takes
   effect on the day (UTC) it was recorded, not before.
2. A record that another one replaces (a correction) is left out, on every day.
3. On a day, the record that took effect last and not later than that day is in force; of two that took effect on one
   day, the one recorded later (the higher id).
4. Where no record is in force the status is unknown, which is not a no. So it is where the record in force takes back
   what was said (its status is `unknown`).

What the hub knew at an earlier moment, the same rule says of the records that it had by then (`known_by`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import NamedTuple

from hub.commitments.models import LADDER, UNKNOWN

STOPPED = ("lapsed", "withdrawn")
MET = LADDER[2:]  # adopted and every rung above: decided, joined or enacted

NOW, EARLIER, LATER, REPLACED = "now", "earlier", "later", "replaced"
BACK, STOP, AGAIN = "back", "stop", "again"

Key = tuple[int, str]  # city id and item code


class EvidenceLine(NamedTuple):
    """A piece of evidence: a term of evidence_types, where it is (here, when it was uploaded), what it is called."""

    kind: str
    url: str
    title: str = ""
    is_public: bool = True
    id: int = 0
    issuer: str = ""
    issued_text: str = ""
    issued_on: date | None = None
    language: str = ""
    expires_on: date | None = None
    is_broken: bool = False  # the link leads nowhere any more
    is_removed: bool = False  # taken out; nothing of it is left but that it was there
    recorded_at: datetime | None = None


class StatusLine(NamedTuple):
    """A status record as pages and the rule read it."""

    id: int
    city_id: int
    item_code: str
    status: str
    effective_text: str
    effective_from: date | None
    effective_to: date | None
    precision: str
    claimed_by: str
    note: str
    legal_reason: str | None
    recorded_at: datetime
    replaces_id: int | None
    is_demo: bool = False
    evidence: tuple[EvidenceLine, ...] = ()
    withheld: int = 0  # pieces of evidence that this reader may not see
    is_compiled: bool = False  # by the editors, in English


@dataclass(frozen=True, slots=True)
class Step:
    """A record in the history of one item in one city: where it stands on the day asked for, and what turn it was."""

    record: StatusLine
    place: str  # now, earlier, later, replaced
    turn: str  # back (a lower rung), stop (lapsed or withdrawn), again (taken up after a stop), or empty


def day_of(moment: datetime) -> date:
    """Return the day (UTC) of a moment."""
    return moment.astimezone(UTC).date()


def takes_effect(record: StatusLine) -> date:
    """Return the first day on which a record counts."""
    return record.effective_from or day_of(record.recorded_at)


def known_by(records: Iterable[StatusLine], known: datetime | None) -> list[StatusLine]:
    """Return the records of one city and item that the hub had at a moment, in the order of recording; None for all.

    A record is known once it was recorded, and not before those recorded before it, whatever the clock said.
    """
    ordered = sorted(records, key=lambda record: record.id)
    if known is None:
        return ordered
    return list(takewhile(lambda record: record.recorded_at <= known, ordered))


def network_states(records: Iterable[StatusLine], as_of: date) -> dict[Key, StatusLine]:
    """Return the record in force for every city and item that has one, by (city id, item code)."""
    newest = _newest(records, as_of)
    return {key: record for key, record in newest.items() if record.status != UNKNOWN}


def _newest(records: Iterable[StatusLine], as_of: date) -> dict[Key, StatusLine]:
    """Return which record took effect last of every city and item, also where it takes back what was said."""
    kept = list(records)
    replaced = {record.replaces_id for record in kept if record.replaces_id is not None}
    states: dict[Key, StatusLine] = {}
    ranks: dict[Key, tuple[date, int]] = {}
    for record in kept:
        day = record.effective_from or takes_effect(record)
        if day > as_of or record.id in replaced:
            continue
        key, rank = (record.city_id, record.item_code), (day, record.id)
        if key not in ranks or rank > ranks[key]:
            states[key], ranks[key] = record, rank
    return states


def in_force(records: Iterable[StatusLine], as_of: date) -> StatusLine | None:
    """Return the record in force among those of one city and item, None where the status is unknown."""
    return next(iter(network_states(records, as_of).values()), None)


def status_on(records: Iterable[StatusLine], as_of: date) -> str:
    """Return the status of one item in one city on a day, `unknown` where no record is in force."""
    record = in_force(records, as_of)
    return record.status if record is not None else UNKNOWN


def history(records: Iterable[StatusLine], as_of: date) -> list[Step]:
    """Return all records of one city and item in the order they take effect, also those replaced and those to come."""
    ordered = sorted(records, key=lambda record: (takes_effect(record), record.id))
    replaced = {record.replaces_id for record in ordered if record.replaces_id is not None}
    current = next(iter(_newest(ordered, as_of).values()), None)
    steps: list[Step] = []
    before: StatusLine | None = None
    for record in ordered:
        if record.id in replaced:
            steps.append(Step(record, REPLACED, ""))
            continue
        place = NOW if record is current else LATER if takes_effect(record) > as_of else EARLIER
        steps.append(Step(record, place, _turn(before, record)))
        before = record
    return steps


def has_reversal(steps: Iterable[Step]) -> bool:
    """Tell whether what a city had reached was given up or fell back, up to the day asked for."""
    return any(step.turn in (BACK, STOP) and step.place in (NOW, EARLIER) for step in steps)


def _turn(before: StatusLine | None, record: StatusLine) -> str:
    if record.status in STOPPED:
        return STOP if before is None or before.status not in STOPPED else ""
    if before is None or record.status not in LADDER:
        return ""
    if before.status in STOPPED:
        return AGAIN
    fell = before.status in LADDER and LADDER.index(record.status) < LADDER.index(before.status)
    return BACK if fell else ""
