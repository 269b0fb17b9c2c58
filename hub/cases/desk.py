"""What waits on the desk of a city: its drafts, the cases to take over, and what it has published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from hub.cases.completeness import missing
from hub.cases.content import text_of
from hub.cases.models import DRAFT, PUBLISHED, CaseProposal, CaseStudy
from hub.cases.policy import can_review_draft, can_review_proposal
from hub.cases.proposals import WAITING
from hub.core.db import db
from hub.people.models import User


@dataclass(frozen=True)
class DeskCase:
    """One case of one's own city; `missing` counts what publishing it still needs.

    `is_sent` when it waits for a second reader, `is_returned` when it came back from one.
    """

    slug: str
    title: str
    language: str
    updated_at: datetime
    version: int
    city_name: str
    is_demo: bool
    missing: int
    is_sent: bool = False
    is_returned: bool = False


@dataclass(frozen=True)
class ToRead:
    """What waits for one person to read it second: a draft, or the change of a published case."""

    path: str
    title: str
    language: str
    city_name: str
    is_demo: bool
    is_change: bool
    by: str  # who sent it, as anyone may read it
    at: datetime


def drafts_of(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the drafts of these cities, the one saved last first."""
    return _found(city_ids, CaseStudy.state == DRAFT)


def compiled_of(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the published cases that were compiled from public sources and wait for these cities to confirm them."""
    return _found(city_ids, CaseStudy.state == PUBLISHED, CaseStudy.is_compiled)


def own_published(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the published cases that are the word of these cities themselves."""
    return _found(city_ids, CaseStudy.state == PUBLISHED, CaseStudy.is_compiled.is_(False))


def to_read_by(user: User) -> list[ToRead]:
    """Return what waits for a person as second reader in the cities that she coordinates, the longest wait first."""
    city_ids = [each.city_id for each in user.memberships if user.coordinates(each.city_id)]
    if not city_ids:
        return []
    return sorted([*_drafts_to_read(user, city_ids), *_changes_to_read(user, city_ids)], key=lambda each: each.at)


def _drafts_to_read(user: User, city_ids: Collection[int]) -> Iterator[ToRead]:
    sent = (
        select(CaseStudy, User)
        .outerjoin(User, User.id == CaseStudy.submitted_by)
        .where(CaseStudy.city_id.in_(city_ids), CaseStudy.state == DRAFT, CaseStudy.submitted_at.is_not(None))
    )
    for case, sender in db.session.execute(sent):
        if can_review_draft(user, case):
            yield _to_read(f"/cases/{case.slug}/review", case, sender, case.submitted_at)


def _changes_to_read(user: User, city_ids: Collection[int]) -> Iterator[ToRead]:
    waiting = (
        select(CaseProposal, CaseStudy, User)
        .join(CaseStudy, CaseStudy.id == CaseProposal.case_id)
        .outerjoin(User, User.id == CaseProposal.proposed_by)
        .where(CaseStudy.city_id.in_(city_ids), CaseStudy.state == PUBLISHED, CaseProposal.state == WAITING)
    )
    for proposal, case, proposer in db.session.execute(waiting):
        if can_review_proposal(user, case, proposal):
            path = f"/cases/{case.slug}/proposals/{proposal.id}"
            yield _to_read(path, case, proposer, proposal.proposed_at, is_change=True)


def _to_read(path: str, case: CaseStudy, by: User | None, at: datetime | None, *, is_change: bool = False) -> ToRead:
    city_name, name = case.city.name if case.city else "", by.public_name if by is not None else ""
    return ToRead(path, case.title, case.language, city_name, case.is_demo, is_change, name, at or case.updated_at)


def _found(city_ids: Collection[int], *conditions: Any) -> list[DeskCase]:
    if not city_ids:
        return []
    query = (
        select(CaseStudy)
        .where(CaseStudy.city_id.in_(city_ids), *conditions)
        .order_by(CaseStudy.updated_at.desc(), CaseStudy.id.desc())
        .options(selectinload(CaseStudy.sources))
    )
    return [_row(case) for case in db.session.scalars(query)]


def _row(case: CaseStudy) -> DeskCase:
    gaps = missing(text_of(case), has_years=bool(case.years_text))
    city_name = case.city.name if case.city else ""
    return DeskCase(
        case.slug, case.title, case.language, case.updated_at, case.version, city_name, case.is_demo, len(gaps),
        case.submitted_at is not None, bool(case.returned_note),
    )  # fmt: skip
