"""Sums over all cities for a report on a period: what took effect, what came on record, what was checked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import func, select

from hub.commitments.models import NEVER_SUPERSEDED, Evidence, StatusEvidence, StatusRecord, StatusSpan, Verification
from hub.commitments.queries.network import in_force_on
from hub.core.db import db


def took_effect(first: date, last: date, known: datetime | None = None) -> dict[str, int]:
    """Return how many records of each item came into force on these days, by what was known at a moment.

    Records whose date is not known are left out.
    """
    wanted = (
        select(StatusSpan.item_code, func.count())
        .join(StatusRecord, StatusRecord.id == StatusSpan.record_id)
        .where(StatusSpan.valid_from >= first, StatusSpan.valid_from <= last, StatusRecord.effective_from.is_not(None))
    )
    if known is None:
        wanted = wanted.where(StatusSpan.known_to >= NEVER_SUPERSEDED)
    else:
        wanted = wanted.where(StatusSpan.known_from <= known, StatusSpan.known_to > known)
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(StatusSpan.item_code))}


def came_on_record(first: date, last: date) -> dict[str, int]:
    """Return how many records of each item were made on these days (UTC), whatever day they speak of."""
    begin, end = datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC)
    wanted = (
        select(StatusRecord.item_code, func.count())
        .where(StatusRecord.recorded_at >= begin, StatusRecord.recorded_at <= end)
        .group_by(StatusRecord.item_code)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def checks_made(first: date, last: date, known: datetime | None = None) -> dict[tuple[str, str], int]:
    """Return how many checks of these days confirmed or refused, by tier and result."""
    wanted = select(Verification.tier, Verification.result, func.count()).where(
        Verification.checked_on >= first, Verification.checked_on <= last
    )
    if known is not None:
        wanted = wanted.where(Verification.recorded_at <= known)
    rows = db.session.execute(wanted.group_by(Verification.tier, Verification.result))
    return {(row[0], row[1]): row[2] for row in rows}


def evidence_kinds(as_of: date, known: datetime | None = None) -> dict[str, int]:
    """Return how many pieces of evidence the records in force on a day rest on, by kind; also those not public."""
    resting = (
        select(StatusEvidence.evidence_id)
        .join(StatusSpan, StatusSpan.record_id == StatusEvidence.record_id)
        .where(in_force_on(as_of, known))
    )
    wanted = select(Evidence.kind, func.count()).where(Evidence.id.in_(resting), Evidence.removed_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(Evidence.kind))}
