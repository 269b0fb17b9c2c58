"""What can be found of cases besides the texts that a list of results shows a fragment of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseTranslation
from hub.cases.template import TRANSLATED
from hub.core.db import db
from hub.search.documents import Translation

_HEADS = ("title", "summary")
_READ = (*_HEADS, "problem", "action", "results", "lessons")
MORE_WORDS = tuple(name for name in TRANSLATED if name not in _READ)  # their hits show the summary


def translations_of(ids: Sequence[int]) -> dict[int, tuple[Translation, ...]]:
    """Return what anyone may read of these cases in other languages than their own, by case."""
    query = select(CaseTranslation).where(CaseTranslation.case_id.in_(ids), CaseTranslation.state == PUBLISHED)
    found: dict[int, tuple[Translation, ...]] = {}
    for row in db.session.scalars(query.order_by(CaseTranslation.case_id, CaseTranslation.language)):
        body = "\n".join(row.texts[name] for name in TRANSLATED if name not in _HEADS and row.texts.get(name))
        told = Translation(row.language, row.texts.get("title", ""), row.texts.get("summary", ""), body)
        found[row.case_id] = (*found.get(row.case_id, ()), told)
    return found
