"""Compiled cases from the seed files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hub.cases.content import content_of, put_sources, put_tags
from hub.cases.events import CasePublished, CaseRevised
from hub.cases.models import (
    CLAUSE,
    ITEM,
    PRACTICE_TYPE,
    TARGET_GROUP,
    US_PRINCIPLE,
    CaseRedaction,
    CaseRevision,
    CaseStudy,
)
from hub.cases.seedrows import CaseRow
from hub.cases.states import NOTHING, changed, state_of
from hub.cities.models import City
from hub.core.db import db
from hub.core.log import record
from hub.core.seedfiles import Row
from hub.vocabularies.service import Loaded


def load_cases(rows: Iterable[Row[CaseRow]], now: datetime) -> Loaded:
    """Bring the compiled cases to what the file says, inside `transaction()`.

    A case that a person edited, moved to another city or took someone out of is left alone.
    """
    known = {case.slug: case for case in db.session.scalars(select(CaseStudy))}
    left_alone = _left_alone()
    digests = {case.seed_digest for case in known.values()}
    cities = {row.slug: row.id for row in db.session.execute(select(City.slug, City.id))}
    loaded = Loaded()
    for row in rows:
        case = known.get(row.value.id)
        is_settled = case is not None and (case.id in left_alone or not case.is_compiled)
        if is_settled or row.digest in digests:  # the latter also under a new slug
            loaded = loaded.plus(Loaded(same=1))
            continue
        is_new = case is None
        before = NOTHING if case is None else state_of(case)
        case = case or CaseStudy(slug=row.value.id, is_compiled=True)
        _fill(case, row.value, cities.get(row.value.city) if row.value.city else None)
        case.publish(now)
        case.seed_digest = row.digest
        db.session.add(case)
        db.session.flush()  # the revision and the log entry name the case's id
        db.session.add(
            CaseRevision(
                case_id=case.id, number=case.version, content=content_of(case), recorded_at=now,
                change_note="" if is_new else "Compiled text brought up to date",
            )
        )  # fmt: skip
        event = CasePublished(case.id) if is_new else CaseRevised(case.id)
        record(event, by=None, now=now, changes=changed(before, state_of(case)))
        loaded = loaded.plus(Loaded(added=1) if is_new else Loaded(changed=1))
    return loaded


def _left_alone() -> set[int]:
    """Return the cases that people had a hand in."""
    edited = select(CaseRevision.case_id).where(CaseRevision.author_id.is_not(None))
    touched = select(CaseStudy.id).where(CaseStudy.updated_by.is_not(None))
    return {
        *db.session.scalars(edited),
        *db.session.scalars(touched),
        *db.session.scalars(select(CaseRedaction.case_id)),
    }


def _fill(case: CaseStudy, row: CaseRow, city_id: int | None) -> None:
    case.city_id, case.country, case.language, case.title = city_id, row.country, row.language, row.title
    case.summary, case.problem, case.action, case.results = row.summary, row.problem, row.action, row.results
    case.has_reported_results, case.lessons, case.years_text = row.results_reported, row.lessons, row.years
    case.started, case.ended, case.is_ongoing = row.started, row.ended, row.is_ongoing
    case.is_approximate, case.confidence = row.is_approximate, row.confidence
    put_tags(
        case,
        {
            CLAUSE: row.clauses,
            PRACTICE_TYPE: row.practice_types,
            TARGET_GROUP: row.target_groups,
            ITEM: row.commitment_items,
            US_PRINCIPLE: row.us_principles,
        },
    )
    put_sources(case, tuple((source.url or "", source.title) for source in row.sources))
