"""Reading the whole network on a day, by spans: how many cities stand where, and what the cells of a page show."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from hub.cities.models import City
from hub.commitments.assurance import Assurance
from hub.commitments.models import NEVER_SUPERSEDED, STATUSES, UNKNOWN, StatusRecord, StatusSpan, Verification
from hub.commitments.queries.checks import checks_in_force
from hub.commitments.states import Key
from hub.core.db import db
from hub.core.log import LogEntry
from hub.vocabularies.queries import vocabulary

Counts = dict[str, dict[str, int]]  # cities by item and status

_STAND = (
    StatusSpan.city_id, StatusSpan.item_code, StatusSpan.record_id, StatusSpan.status, StatusRecord.effective_text,
    StatusRecord.is_demo,
)  # fmt: skip


class Stand(NamedTuple):
    """Where a city stands on an item, as the cell of a matrix needs it; the record says the rest."""

    record_id: int
    status: str
    effective_text: str
    is_demo: bool


def in_force_on(as_of: date, known: datetime | None = None) -> ColumnElement[bool]:
    """Return the condition that a span holds on a day, with what the hub knew at a moment, or knows now."""
    holds = and_(StatusSpan.valid_to > as_of, StatusSpan.valid_from <= as_of)
    if known is None:
        return and_(StatusSpan.known_to == NEVER_SUPERSEDED, holds)
    return and_(StatusSpan.known_to > known, StatusSpan.known_from <= known, holds)


def status_counts(
    as_of: date,
    known: datetime | None = None,
    *,
    items: Collection[str],
    region: str = "",
    city_ids: Collection[int] | None = None,
) -> Counts:
    """Return how many cities stand at each status of these items; of one region or of the cities named where given."""
    wanted = select(StatusSpan.item_code, StatusSpan.status, func.count()).where(
        StatusSpan.item_code.in_(items), StatusSpan.status.in_(STATUSES), in_force_on(as_of, known)
    )  # all statuses by name, so that the index is gone through group by group
    if city_ids is not None:
        wanted = wanted.where(StatusSpan.city_id.in_(city_ids))
    elif region:
        wanted = wanted.where(StatusSpan.city_id.in_(select(City.id).where(City.region == region)))
    found: Counts = {item: {} for item in items}
    for item, status, number in db.session.execute(wanted.group_by(StatusSpan.item_code, StatusSpan.status)):
        found[item][status] = number
    return found


def kept_counts(as_of: date, known: datetime | None = None, *, items: Collection[str], region: str = "") -> Counts:
    """Return the same of all cities, or of a region, kept in this process until the log has a new entry."""
    newest = db.session.scalar(select(LogEntry.hash).order_by(LogEntry.position.desc()).limit(1))
    return _kept_counts(newest, as_of, known, tuple(items), region)


@lru_cache(maxsize=64)
def _kept_counts(
    _newest: str | None, as_of: date, known: datetime | None, items: tuple[str, ...], region: str
) -> Counts:
    return status_counts(as_of, known, items=items, region=region)


def cities_at(
    status: str, as_of: date, known: datetime | None = None, *, items: Collection[str], among: Collection[int]
) -> set[int]:
    """Return which of the cities named stand at a status on any of these items; `unknown` is a status here."""
    wanted = select(StatusSpan.city_id).where(in_force_on(as_of, known), StatusSpan.item_code.in_(items))
    if status != UNKNOWN:
        return set(among) & set(db.session.scalars(wanted.where(StatusSpan.status == status)))
    all_known = wanted.group_by(StatusSpan.city_id).having(func.count() >= len(items))
    return set(among) - set(db.session.scalars(all_known))


def item_statuses(code: str, as_of: date, known: datetime | None = None) -> dict[int, str]:
    """Return where each city that something is known of stands on an item, by city id."""
    wanted = select(StatusSpan.city_id, StatusSpan.status).where(
        StatusSpan.item_code == code, StatusSpan.status.in_(STATUSES), in_force_on(as_of, known)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def item_checks(code: str, as_of: date, known: datetime | None = None) -> dict[int, Assurance]:
    """Return how far others stand behind the records of an item in force, by record; those never looked at left out."""
    checked = select(Verification.record_id).join(StatusSpan, StatusSpan.record_id == Verification.record_id)
    checked = checked.where(StatusSpan.item_code == code, StatusSpan.status.in_(STATUSES), in_force_on(as_of, known))
    return checks_in_force(set(db.session.scalars(checked)), as_of, known)


def stands(
    city_ids: Collection[int], as_of: date, known: datetime | None = None, *, items: Collection[str]
) -> dict[Key, Stand]:
    """Return where these cities stand on these items, by (city id, item code); what is unknown is missing."""
    wanted = (
        select(*_STAND)
        .join(StatusRecord, StatusRecord.id == StatusSpan.record_id)
        .where(StatusSpan.city_id.in_(city_ids), in_force_on(as_of, known))
    )
    if len(items) == 1:
        wanted = wanted.where(StatusSpan.item_code.in_(items))
    shown = set(items)
    return {(row[0], row[1]): Stand._make(row[2:]) for row in db.session.execute(wanted) if row[1] in shown}


def checked_records(
    stands: Collection[Stand], city_ids: Collection[int], as_of: date, known: datetime | None = None
) -> frozenset[int]:
    """Return which of these records, all of the cities named, others than the claimant stood behind on that day."""
    looked_at = select(Verification.record_id).where(Verification.city_id.in_(city_ids))
    asked = {stand.record_id for stand in stands} & set(db.session.scalars(looked_at))
    found = checks_in_force(asked, as_of, known)
    return frozenset(number for number, assurance in found.items() if assurance.is_checked)


def known_counts(as_of: date, known: datetime | None = None) -> dict[int, int]:
    """Return how many items are known of each city, by city id, without points; a city that is missing has none."""
    wanted = select(StatusSpan.city_id, func.count()).where(
        StatusSpan.item_code.in_(vocabulary().items), StatusSpan.status.in_(STATUSES), in_force_on(as_of, known)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(StatusSpan.city_id))}
