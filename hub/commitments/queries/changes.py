"""What came on record, or took effect, within some days; and what was in force before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, extract, func, or_, select

from hub.commitments.models import DAY, MONTH, StatusRecord
from hub.commitments.queries.lines import Sees, list_lines
from hub.commitments.states import STOPPED, StatusLine, Step, history, in_force
from hub.core.db import db

RECORDED, EFFECTIVE = "recorded", "effective"


class Change(NamedTuple):
    """A record, what was in force before it, and what turn it was (back, stop, again, or empty)."""

    line: StatusLine
    before: StatusLine | None
    turn: str


class Span(NamedTuple):
    """Some days, both ends within, and whether they are of recording or of taking effect."""

    first: date
    last: date
    by: str = RECORDED


def _nothing(_city_id: int) -> bool:
    return False


def count_changes(span: Span) -> int:
    """Return how many records a span holds."""
    return db.session.scalar(select(func.count()).select_from(StatusRecord).where(_within(span))) or 0


def list_changes(
    span: Span, *, offset: int = 0, limit: int | None = None, with_evidence: bool = False, sees: Sees = _nothing
) -> list[Change]:
    """Return the records of a span, the newest first, each with what it changed."""
    order = StatusRecord.recorded_at if span.by == RECORDED else StatusRecord.effective_from
    wanted = select(StatusRecord.id, StatusRecord.city_id, StatusRecord.item_code).where(_within(span))
    rows = db.session.execute(wanted.order_by(order.desc(), StatusRecord.id.desc()).offset(offset).limit(limit)).all()
    if not rows:
        return []
    keys = {(row.city_id, row.item_code) for row in rows}
    by_key: dict[tuple[int, str], list[StatusLine]] = {}
    city_ids = {city_id for city_id, _item in keys}
    lines = list_lines(city_ids=city_ids, with_evidence=with_evidence, sees=sees)
    for line in lines:
        if (line.city_id, line.item_code) in keys:
            by_key.setdefault((line.city_id, line.item_code), []).append(line)
    return [_change(row.id, by_key[row.city_id, row.item_code], span.by) for row in rows]


def _change(record_id: int, lines: list[StatusLine], by: str) -> Change:
    line = next(each for each in lines if each.id == record_id)
    recorded = line.recorded_at.astimezone(UTC).date()
    if by == RECORDED:  # what the hub held true a moment before
        before = in_force([each for each in lines if each.id < record_id], recorded)
        known = [each for each in lines if each.id <= record_id]
        turn = next((step.turn for step in history(known, recorded) if step.record.id == record_id), "")
        return Change(line, before, turn)
    steps = history(lines, recorded)
    place = next(at for at, step in enumerate(steps) if step.record.id == record_id)
    return Change(line, _ahead(steps[:place]), steps[place].turn)


def _ahead(steps: Collection[Step]) -> StatusLine | None:
    """Return the last of these that no correction took the place of."""
    kept = [step.record for step in steps if step.place != "replaced"]
    return kept[-1] if kept else None


def fell(change: Change) -> bool:
    """Tell whether something reached was given up or fell back."""
    return change.turn == "back" or (change.turn == "stop" and change.line.status in STOPPED)


def months_with_changes(limit: int = 24) -> list[date]:
    """Return the first days of the months in which something was recorded, the newest first."""
    moments = db.session.scalars(
        select(func.max(StatusRecord.recorded_at)).group_by(
            extract("year", StatusRecord.recorded_at), extract("month", StatusRecord.recorded_at)
        )
    )
    months = {_utc(moment).date().replace(day=1) for moment in moments}
    return sorted(months, reverse=True)[:limit]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _within(span: Span) -> ColumnElement[bool]:
    if span.by == RECORDED:
        begin = datetime.combine(span.first, time.min, UTC)
        end = datetime.combine(span.last, time.max, UTC)
        return StatusRecord.recorded_at.between(begin, end)
    is_exact = StatusRecord.precision.in_((DAY, MONTH))
    is_whole = StatusRecord.effective_to <= span.last  # a year counts where all of it lies within
    return StatusRecord.effective_from.between(span.first, span.last) & or_(is_exact, is_whole)
