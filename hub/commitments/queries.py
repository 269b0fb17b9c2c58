"""Reading status records as lines: the whole network, one city or one item, with evidence where it is shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, and_, or_, select

from hub.commitments.models import Evidence, StatusEvidence, StatusRecord
from hub.commitments.states import EvidenceLine, Key, StatusLine, Step, history, network_states
from hub.core.db import db

Lines = Select[*tuple[object, ...]]

_LINE = (
    StatusRecord.id, StatusRecord.city_id, StatusRecord.item_code, StatusRecord.status, StatusRecord.effective_text,
    StatusRecord.effective_from, StatusRecord.effective_to, StatusRecord.precision, StatusRecord.claimed_by,
    StatusRecord.note, StatusRecord.legal_reason, StatusRecord.recorded_at, StatusRecord.replaces_id,
    StatusRecord.is_demo,
)  # fmt: skip


def list_lines(*, city_id: int | None = None, item: str | None = None, with_evidence: bool = False) -> list[StatusLine]:
    """Return status records of the city or item named, else all, replaced ones too, in the order they were recorded."""
    return _read(_narrowed(select(*_LINE), city_id, item).order_by(StatusRecord.id), with_evidence)


def current_states(as_of: date, *, with_evidence: bool = False) -> dict[Key, StatusLine]:
    """Return the record in force for every (city id, item code) that has one on that day."""
    return network_states(list_lines(with_evidence=with_evidence), as_of)


def known_counts(as_of: date) -> dict[int, int]:
    """Return how many items are known of each city, by city id; a city that is missing has none."""
    counts: dict[int, int] = {}
    for city_id, _item in current_states(as_of):
        counts[city_id] = counts.get(city_id, 0) + 1
    return counts


def city_states(city_id: int, as_of: date) -> dict[str, StatusLine]:
    """Return the record in force on that day, with evidence, for each item known of a city, by item code."""
    current = network_states(list_lines(city_id=city_id, with_evidence=True), as_of)
    return {item: line for (_city, item), line in current.items()}


def city_histories(city_id: int, as_of: date) -> dict[str, list[Step]]:
    """Return the history, with evidence, of every item that a city has a record of, by item code."""
    by_item: dict[str, list[StatusLine]] = {}
    for line in list_lines(city_id=city_id, with_evidence=True):
        by_item.setdefault(line.item_code, []).append(line)
    return {item: history(lines, as_of) for item, lines in by_item.items()}


def item_histories(code: str, as_of: date) -> dict[int, list[Step]]:
    """Return the history, with evidence, of an item in every city that has a record of it, by city id."""
    by_city: dict[int, list[StatusLine]] = {}
    for line in list_lines(item=code, with_evidence=True):
        by_city.setdefault(line.city_id, []).append(line)
    return {city_id: history(lines, as_of) for city_id, lines in by_city.items()}


def item_states(code: str, as_of: date) -> dict[Key, StatusLine]:
    """Return the record of an item in force on that day, with evidence, for every city that has one."""
    return network_states(list_lines(item=code, with_evidence=True), as_of)


def newest_lines(
    limit: int,
    *,
    items: Collection[str] | None = None,
    city_ids: Collection[int] | None = None,
    day: date | None = None,
) -> list[StatusLine]:
    """Return the records that came on record last, newest first, at most `limit`.

    Of these items and cities only, and only those that had taken effect by `day`; undated ones count as in `states`.
    """
    wanted = select(*_LINE)
    if day is not None:
        end_of_day = datetime.combine(day, time.max, UTC)
        undated = and_(StatusRecord.effective_from.is_(None), StatusRecord.recorded_at <= end_of_day)
        wanted = wanted.where(or_(StatusRecord.effective_from <= day, undated))
    if items is not None:
        wanted = wanted.where(StatusRecord.item_code.in_(items))
    if city_ids is not None:
        wanted = wanted.where(StatusRecord.city_id.in_(city_ids))
    newest_first = (StatusRecord.recorded_at.desc(), StatusRecord.id.desc())
    return _read(wanted.order_by(*newest_first).limit(limit), with_evidence=False)


def _narrowed(wanted: Lines, city_id: int | None, item: str | None) -> Lines:
    if city_id is not None:
        wanted = wanted.where(StatusRecord.city_id == city_id)
    if item is not None:
        wanted = wanted.where(StatusRecord.item_code == item)
    return wanted


def _read(wanted: Lines, with_evidence: bool) -> list[StatusLine]:
    lines = [StatusLine._make((*row, ())) for row in db.session.execute(wanted)]
    if not with_evidence or not lines:
        return lines
    carried: dict[int, list[EvidenceLine]] = {}
    records = wanted.with_only_columns(StatusRecord.id).order_by(None)
    links = (
        select(StatusEvidence.record_id, Evidence.kind, Evidence.url, Evidence.title)
        .join(Evidence, Evidence.id == StatusEvidence.evidence_id)
        .where(Evidence.is_public, StatusEvidence.record_id.in_(records))
        .order_by(Evidence.id)
    )
    for record_id, kind, url, title in db.session.execute(links):
        carried.setdefault(record_id, []).append(EvidenceLine(kind, url, title))
    return [line._replace(evidence=tuple(carried.get(line.id, ()))) for line in lines]
