"""How many published cases each term of the three charters has, by a few statements that stay the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, or_, select

from hub.cases.models import CLAUSE, PUBLISHED, US_PRINCIPLE, CaseStudy, CaseTag
from hub.core.db import db
from hub.vocabularies.models import CrosswalkLink, Term

_TAGGED = or_(
    and_(CaseTag.scheme == CLAUSE, Term.scheme == "gwangju"),
    and_(CaseTag.scheme == US_PRINCIPLE, Term.scheme == "us-alliance"),
)
_TOP = func.coalesce(Term.parent_code, Term.code)
_CASES = func.count(CaseTag.case_id.distinct())


def counts_by_term() -> dict[str, int]:
    """Return how many published cases each term has; terms without a case are left out.

    A principle counts the cases of its clauses, a theme those of the clauses that the crosswalk ties to it.
    """
    counts = _read(select(CaseTag.code, _CASES).join(Term, Term.code == CaseTag.code).where(_TAGGED), CaseTag.code)
    counts |= _read(_themes(CrosswalkLink.target), CrosswalkLink.target)
    return counts | counts_of_principles() | _read(_themes(_TOP), _TOP)


def counts_of_principles() -> dict[str, int]:
    """Return how many published cases each of the ten principles and of the US principles has."""
    return _read(select(_TOP, _CASES).join(Term, Term.code == CaseTag.code).where(_TAGGED), _TOP)


def _themes(target: Any) -> Any:
    return (
        select(target, _CASES)
        .join(CrosswalkLink, and_(CrosswalkLink.clause_code == CaseTag.code, CrosswalkLink.kind == "theme"))
        .join(Term, and_(Term.scheme == "declaration", Term.code == CrosswalkLink.target))
        .where(CaseTag.scheme == CLAUSE)
    )


def _read(query: Any, group: Any) -> dict[str, int]:
    published = query.join(CaseStudy, CaseStudy.id == CaseTag.case_id).where(CaseStudy.state == PUBLISHED)
    return {code: number for code, number in db.session.execute(published.group_by(group))}  # noqa: C416
