"""A report on the commitments for a period: where things stood before and after it, what changed, what became known.

Two times are kept apart. What took effect in the period changed the world then; what came on record in the period, but
speaks of another time, changed only what the hub knows. A report on the same period says the same as long as nothing
more is recorded about it, and a digest of its data lets anyone see whether something was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from hub.commitments.asked import read_known
from hub.commitments.assurance import SELF_DECLARED, Assurance, CheckLine, assurance, assurance_fields, check_fields
from hub.commitments.cycle import months_after
from hub.commitments.documents import record_fields
from hub.commitments.models import UNKNOWN
from hub.commitments.states import (
    REPLACED,
    EvidenceLine,
    StatusLine,
    Step,
    day_of,
    history,
    in_force,
    known_by,
    takes_effect,
)
from hub.core.errors import Invalid
from hub.web.params import Query

FIELDS = frozenset({"from", "to", "known"})
MONTHS = 12  # of a report where no period is asked for
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days that a report is about, the last one too; `is_then`: with what the hub knew at its end."""

    first: date
    last: date
    is_then: bool = False

    @property
    def before(self) -> date:
        """The day before it begins."""
        return self.first - timedelta(days=1)

    @property
    def known(self) -> datetime | None:
        """The moment whose knowledge counts: the end (UTC) of the last day; None for all that the hub knows now."""
        return datetime.combine(self.last, time.max, UTC) if self.is_then else None

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of it."""
        return self.first <= day <= self.last

    @property
    def query(self) -> str:
        """The query that asks for it."""
        then = "&known=then" if self.is_then else ""
        return f"from={self.first.isoformat()}&to={self.last.isoformat()}{then}"


class Change(NamedTuple):
    """A record known to have taken effect in the period, and what was in force before it."""

    step: Step
    before: StatusLine | None


@dataclass(frozen=True)
class CityReport:
    """What is on record of a city about a period; items and points by their codes."""

    period: Period
    start: Mapping[str, StatusLine]
    end: Mapping[str, StatusLine]
    changes: Sequence[Change]  # in the order they took effect
    learned: Sequence[StatusLine]  # came on record in the period and speak of another time or of none, in that order
    assured: Mapping[int, Assurance]  # of the records in force at the end, on that day
    checks: Sequence[CheckLine]  # made in the period
    items_of: Mapping[int, str]  # the item of each record
    sources: Sequence[EvidenceLine]  # what all of these rest on, each once, in the order they are named


@dataclass(frozen=True)
class NetworkReport:
    """The sums of all cities about a period, by item; of no city alone."""

    period: Period
    cities: int
    start: Mapping[str, Mapping[str, int]]  # item: status: cities
    end: Mapping[str, Mapping[str, int]]
    took_effect: Mapping[str, int]
    came_on_record: Mapping[str, int]
    checks: Mapping[tuple[str, str], int]  # tier and result
    evidence: Mapping[str, int]  # pieces that records in force at the end rest on, by kind


def read_period(query: Query, today: date) -> Period:
    """Read the days asked for, the last twelve months where none are; raises Invalid naming `from` or `to`."""
    last = query.date("to") or today
    if last > today:
        raise Invalid("to", "This day lies in the future.")
    first = query.date("from") or max(months_after(last, -MONTHS) + timedelta(days=1), EARLIEST)
    if first < EARLIEST:
        raise Invalid("from", "This lies before %(year)d. Check the year.", year=EARLIEST.year)
    if first > last:
        raise Invalid("from", "The period ends before it begins.")
    return Period(first, last, read_known(query))


def city_report(lines: Iterable[StatusLine], checks: Mapping[int, Sequence[CheckLine]], period: Period) -> CityReport:
    """Return what the records of one city, with their checks by record, say about a period."""
    by_item: dict[str, list[StatusLine]] = {}
    for line in lines:
        by_item.setdefault(line.item_code, []).append(line)
    by_item = {code: known_by(records, period.known) for code, records in by_item.items()}
    start, end = _in_force(by_item, period.before), _in_force(by_item, period.last)
    changes = sorted(
        (change for records in by_item.values() for change in _changes(records, period)),
        key=lambda change: (takes_effect(change.step.record), change.step.record.id),
    )
    changed = {change.step.record.id for change in changes}
    everything = [line for records in by_item.values() for line in records]
    learned = sorted(
        (line for line in everything if period.holds(day_of(line.recorded_at)) and line.id not in changed),
        key=lambda line: line.id,
    )
    items_of = {line.id: line.item_code for line in everything}
    said = [check for number in items_of for check in checks.get(number, ()) if _is_known(check, period)]
    return CityReport(
        period=period,
        start=start,
        end=end,
        changes=changes,
        learned=learned,
        assured={
            line.id: assurance(checks.get(line.id, ()), period.last, period.known) for line in end.values()
        },
        checks=sorted((check for check in said if period.holds(check.checked_on)), key=lambda check: check.id),
        items_of=items_of,
        sources=_sources([*end.values(), *start.values(), *(each.step.record for each in changes), *learned]),
    )  # fmt: skip


def city_data(found: CityReport, slug: str, items: Iterable[str]) -> dict[str, Any]:
    """Return a report on a city as data without words of any language; `items` are those that are asked of cities."""
    asked = list(items)
    codes = [*asked, *sorted((found.start.keys() | found.end.keys()) - set(asked))]
    return {
        "city": slug,
        **_period_fields(found.period),
        "items": [
            {
                "code": code,
                "start": _state_fields(found.start.get(code)),
                "end": _state_fields(found.end.get(code)),
                "verified": assurance_fields(found.assured.get(found.end[code].id, SELF_DECLARED))
                if code in found.end
                else None,
            }
            for code in codes
        ],
        "unknown": [code for code in asked if code not in found.end],
        "changes": [
            {
                "item": change.step.record.item_code,
                "before": change.before.status if change.before else UNKNOWN,
                "turn": change.step.turn or None,
                **_state_fields(change.step.record),
            }
            for change in found.changes
        ],
        "became_known": [{"item": line.item_code, **_state_fields(line)} for line in found.learned],
        "checks": [{"item": found.items_of[check.record_id], **check_fields(check)} for check in found.checks],
    }


def network_data(found: NetworkReport) -> dict[str, Any]:
    """Return a report on the network as data without words of any language: sums by item, unknown ones counted."""
    return {
        **_period_fields(found.period),
        "cities": found.cities,
        "items": [
            {
                "code": code,
                "start": _sums(found.start.get(code, {}), found.cities),
                "end": _sums(statuses, found.cities),
                "took_effect": found.took_effect.get(code, 0),
                "came_on_record": found.came_on_record.get(code, 0),
            }
            for code, statuses in found.end.items()
        ],
        "checks": [
            {"tier": tier, "result": result, "number": number}
            for (tier, result), number in sorted(found.checks.items())
        ],
        "evidence": dict(sorted(found.evidence.items())),
    }


def digest_of(data: Mapping[str, Any]) -> str:
    """Return the sha256 of data as JSON in UTF-8 with sorted keys and no spaces."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _in_force(by_item: Mapping[str, Sequence[StatusLine]], day: date) -> dict[str, StatusLine]:
    found = ((code, in_force(records, day)) for code, records in by_item.items())
    return {code: line for code, line in found if line is not None}


def _changes(records: Sequence[StatusLine], period: Period) -> Iterable[Change]:
    for step in history(records, period.last):
        day = takes_effect(step.record)
        if step.place != REPLACED and step.record.effective_from is not None and period.holds(day):
            yield Change(step, in_force(records, day - timedelta(days=1)))


def _is_known(check: CheckLine, period: Period) -> bool:
    return period.known is None or check.recorded_at <= period.known


def _sources(lines: Iterable[StatusLine]) -> list[EvidenceLine]:
    """Return the pieces of evidence that can be read, each once."""
    found: dict[tuple[str, str], EvidenceLine] = {}
    for line in lines:
        for piece in line.evidence:
            if piece.url and not piece.is_removed:
                found.setdefault((piece.url, piece.kind), piece)
    return list(found.values())


def _period_fields(period: Period) -> dict[str, Any]:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "known": period.known.isoformat() if period.known else None,
    }


def _state_fields(line: StatusLine | None) -> dict[str, Any]:
    if line is None:
        return {"status": UNKNOWN}
    fields = {name: value for name, value in record_fields(line).items() if name != "verified"}
    return {"record": line.id, **fields}


def _sums(statuses: Mapping[str, int], cities: int) -> dict[str, int]:
    known = {status: number for status, number in sorted(statuses.items()) if number}
    return {**known, UNKNOWN: cities - sum(known.values())}
