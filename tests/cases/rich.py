"""A case in which every part of the template is filled, and its translations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseStudy, CaseTranslation
from hub.core.db import db, transaction
from tests.cases.factory import WHEN

RICH: dict[str, Any] = {
    "started": 2019, "is_ongoing": True, "stage": "running", "lead_office": "Office of neighbourhoods",
    "contact_role": "Its coordinator", "contact_address": "fair@example.org", "participation": "Neighbours planned it.",
    "participation_level": "involve", "legal_basis": "A by-law.", "competence": "own", "cost_band": "10k-100k",
    "cost_amount": "42,000", "cost_currency": "EUR", "cost_year": 2024, "staff": "One post",
    "partners": [["Neighbours' league", "ran it", "https://example.org/league"]],
    "indicators": [
        ["Complaints solved", "%", "40", "80", "2023", "https://example.org/a|b"],
        ["Visitors", "", "some", "400", "", "The city"],
    ],
    "evidence_type": "monitoring", "conditions": "A street.", "adapted_from": "Graz",
    "adapted_from_url": "https://example.org/g", "essential": "The table.", "adaptable": "The day.",
    "will_mentor": "yes", "open_answers": ["failures"], "consent_note": "consent in the safe",
    "tags": [
        ("clause", "GP3.1"), ("clause", "GP8.2"), ("type", "participation"), ("group", "youth"),
        ("funder", "own_budget"), ("right", "ii"), ("sdg", "11"),
    ],
}  # fmt: skip


def add_translation(slug: str, language: str, *, is_machine: bool = False, **texts: str) -> None:
    """Store a published translation of a case."""
    with transaction():
        case_id = db.session.scalars(select(CaseStudy.id).where(CaseStudy.slug == slug)).one()
        db.session.add(
            CaseTranslation(
                case_id=case_id, language=language, state=PUBLISHED, texts=texts, is_machine=is_machine, follows=1,
                credit="A translator", published_at=WHEN, updated_at=WHEN,
            )
        )  # fmt: skip
