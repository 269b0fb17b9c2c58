"""What this room knows about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.core.db import db
from hub.vocabularies.models import VocabularyRevision


def about(user_id: int) -> dict[str, Any]:
    """Return the terms and items that a person changed, and why she did."""
    revisions = select(VocabularyRevision).where(VocabularyRevision.author_id == user_id)
    return {
        "items_changed": [
            {"code": each.code, "version": each.number, "note": each.note, "recorded_at": each.recorded_at}
            for each in db.session.scalars(revisions.order_by(VocabularyRevision.id))
        ]
    }
