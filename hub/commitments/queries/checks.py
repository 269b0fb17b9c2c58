"""Reads of checks: what others found of records, and how far they stand behind them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from hub.cities.models import City
from hub.commitments.assurance import SELF_DECLARED, Assurance, CheckLine, assurance
from hub.commitments.models import REFUSED, Verification
from hub.core.db import db

MANY = 1000  # beyond, all checks are read rather than naming the records one by one

_Peer = aliased(City)
_CHECK: Select[*tuple[object, ...]] = (
    select(
        Verification.id, Verification.record_id, Verification.tier, Verification.result, Verification.reason,
        Verification.conflicts, Verification.checked_on, Verification.expires_on, Verification.recorded_at,
        Verification.appeal_of_id, Verification.request_id, func.coalesce(_Peer.slug, ""),
        func.coalesce(_Peer.name, ""), _Peer.name_native, _Peer.native_language, Verification.is_demo,
    )
    .outerjoin(_Peer, _Peer.id == Verification.by_city_id)
    .order_by(Verification.id)
)  # fmt: skip


def checks_of(record_ids: Collection[int]) -> dict[int, list[CheckLine]]:
    """Return what every check of these records found, in the order of recording; records without one are left out."""
    if not record_ids:
        return {}
    wanted, asked = _CHECK, set(record_ids)
    if len(asked) <= MANY:
        wanted = wanted.where(Verification.record_id.in_(asked))
    found: dict[int, list[CheckLine]] = {}
    for row in db.session.execute(wanted):
        if row[1] in asked:
            found.setdefault(row[1], []).append(CheckLine._make(row))
    return found


def checks_in_force(record_ids: Collection[int], day: date, known: datetime | None = None) -> dict[int, Assurance]:
    """Return how far others stand behind each of these records on a day, by what was known at a moment (else now)."""
    found = checks_of(record_ids)
    return {number: assurance(found[number], day, known) if number in found else SELF_DECLARED for number in record_ids}


def find_finding(request_id: int) -> CheckLine | None:
    """Return the check that a request ended in."""
    row = db.session.execute(_CHECK.where(Verification.request_id == request_id)).first()
    return CheckLine._make(row) if row else None


def find_refusal(request_id: int) -> CheckLine | None:
    """Return the refusal that a request ended in."""
    found = find_finding(request_id)
    return found if found is not None and found.result == REFUSED else None


def find_refuser(verification_id: int | None) -> int | None:
    """Return the id of whoever made a check; None where it is not known."""
    return db.session.scalar(select(Verification.by_user_id).where(Verification.id == verification_id))
