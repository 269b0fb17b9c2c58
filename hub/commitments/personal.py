"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.commitments.models import Evidence, StatusRecord
from hub.core.db import db


def about(user_id: int) -> dict[str, Any]:
    """Return the statuses that a person recorded and the evidence that she gave."""
    records = select(StatusRecord).where(StatusRecord.recorded_by == user_id).order_by(StatusRecord.id)
    evidence = select(Evidence).where(Evidence.recorded_by == user_id).order_by(Evidence.id)
    return {
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
            }
            for each in db.session.scalars(evidence)
        ],
    }  # fmt: skip
