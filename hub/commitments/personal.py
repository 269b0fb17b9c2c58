"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.commitments.models import (
    ActionStep,
    CheckRequest,
    CityPlan,
    Evidence,
    RegisterList,
    RegisterRow,
    StatusRecord,
    Verification,
)
from hub.core.db import db


def about(user_id: int) -> dict[str, Any]:
    """Return what a person recorded, gave, checked, decided and planned."""
    records = select(StatusRecord).where(StatusRecord.recorded_by == user_id).order_by(StatusRecord.id)
    evidence = select(Evidence).where(Evidence.recorded_by == user_id).order_by(Evidence.id)
    return {
        **_checks(user_id),
        **_lists_and_plans(user_id),
        "statuses_recorded": [
            {
                "city": each.city.slug, "item": each.item_code, "status": each.status, "since": each.effective_text,
                "legal_reason": each.legal_reason, "note": each.note, "recorded_at": each.recorded_at,
            }
            for each in db.session.scalars(records)
        ],
        "evidence_given": [
            {
                "address": each.url or f"/evidence/{each.id}", "kind": each.kind, "title": each.title,
                "file": each.name, "size": each.size, "is_public": each.is_public, "recorded_at": each.recorded_at,
                "issuer": each.issuer, "issued": each.issued_text,
            }
            for each in db.session.scalars(evidence)
        ],
    }  # fmt: skip


def _checks(user_id: int) -> dict[str, Any]:
    asked = select(CheckRequest).where(CheckRequest.asked_by == user_id).order_by(CheckRequest.id)
    made = select(Verification).where(Verification.by_user_id == user_id).order_by(Verification.id)
    return {
        "checks_asked": [
            {
                "item": each.item_code, "kind": each.kind, "note": each.note, "state": each.state,
                "asked_at": each.asked_at,
            }
            for each in db.session.scalars(asked)
        ],
        "checks_made": [
            {
                "item": each.item_code, "tier": each.tier, "result": each.result, "reason": each.reason,
                "conflicts": each.conflicts, "checked_on": each.checked_on, "recorded_at": each.recorded_at,
            }
            for each in db.session.scalars(made)
        ],
    }  # fmt: skip


def _lists_and_plans(user_id: int) -> dict[str, Any]:
    lists = select(RegisterList).where(RegisterList.added_by == user_id).order_by(RegisterList.id)
    lines = select(RegisterRow).where(RegisterRow.decided_by == user_id).order_by(RegisterRow.id)
    plans = select(CityPlan).where(CityPlan.added_by == user_id).order_by(CityPlan.id)
    steps = select(ActionStep).where(ActionStep.recorded_by == user_id).order_by(ActionStep.id)
    return {
        "member_lists_added": [
            {"item": each.item_code, "title": each.title, "file": each.name, "added_at": each.added_at}
            for each in db.session.scalars(lists)
        ],
        "member_lines_decided": [
            {"name": each.name, "state": each.state, "decided_at": each.decided_at}
            for each in db.session.scalars(lines)
        ],
        "plans_added": [{"title": each.title, "added_at": each.added_at} for each in db.session.scalars(plans)],
        "steps_recorded": [
            {"state": each.state, "note": each.note, "address": each.url, "recorded_at": each.recorded_at}
            for each in db.session.scalars(steps)
        ],
    }
