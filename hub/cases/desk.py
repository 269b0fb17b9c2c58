"""What waits on the desk of a city: its drafts, the cases to take over, and what it has published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from hub.cases.completeness import missing
from hub.cases.content import text_of
from hub.cases.models import DRAFT, PUBLISHED, CaseStudy
from hub.core.db import db


@dataclass(frozen=True)
class DeskCase:
    """One case of one's own city; `missing` counts what publishing it still needs."""

    slug: str
    title: str
    language: str
    updated_at: datetime
    version: int
    city_name: str
    is_demo: bool
    missing: int


def drafts_of(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the drafts of these cities, the one saved last first."""
    return _found(city_ids, CaseStudy.state == DRAFT)


def compiled_of(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the published cases that were compiled from public sources and wait for these cities to confirm them."""
    return _found(city_ids, CaseStudy.state == PUBLISHED, CaseStudy.is_compiled)


def own_published(city_ids: Collection[int]) -> list[DeskCase]:
    """Return the published cases that are the word of these cities themselves."""
    return _found(city_ids, CaseStudy.state == PUBLISHED, CaseStudy.is_compiled.is_(False))


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
        case.slug, case.title, case.language, case.updated_at, case.version, city_name, case.is_demo, len(gaps)
    )
