"""Compiled cases from the seed files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hub.cases.content import CaseText, content_of, put_text
from hub.cases.events import CasePublished, CaseRevised
from hub.cases.models import CaseRedaction, CaseRevision, CaseStudy
from hub.cases.seedrows import CaseRow, CaseTranslationRow
from hub.cases.service.translating import put_seeded_translation
from hub.cases.states import NOTHING, changed, state_of
from hub.cases.template import INDICATOR, PARTNER
from hub.cities.models import City
from hub.core.db import db
from hub.core.log import record
from hub.core.seedfiles import Row, SeedModel
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


def load_case_translations(rows: Iterable[Row[CaseTranslationRow]], now: datetime) -> Loaded:
    """Bring the translations of compiled cases to what the file says, after the cases, inside `transaction()`.

    What a person wrote or changed, the original or the translation, is left alone.
    """
    left_alone = _left_alone()
    compiled = select(CaseStudy.slug, CaseStudy.id).where(CaseStudy.is_compiled)
    cases = {slug: case_id for slug, case_id in db.session.execute(compiled) if case_id not in left_alone}
    loaded = Loaded()
    for row in rows:
        value, case_id = row.value, cases.get(row.value.case)
        if case_id is None:
            loaded = loaded.plus(Loaded(same=1))
            continue
        put = put_seeded_translation(
            case_id, value.language, value.texts, is_machine=value.machine, credit=value.credit, now=now
        )
        loaded = loaded.plus(put)
    return loaded


def _fill(case: CaseStudy, row: CaseRow, city_id: int | None) -> None:
    put_text(case, text_of_row(row))
    case.city_id, case.country = city_id, row.country
    case.years_text, case.confidence = row.years, row.confidence


def text_of_row(row: CaseRow) -> CaseText:
    """Return what a row says as the text of a case."""
    return CaseText(
        language=row.language, title=row.title, summary=row.summary,
        lead_office=row.lead_office, contact_role=row.contact_role, contact_address=row.contact_address,
        started=row.started, ended=row.ended, is_ongoing=row.is_ongoing, is_approximate=row.is_approximate,
        stage=row.stage or "",
        clauses=row.clauses, types=row.practice_types, groups=row.target_groups, items=row.commitment_items,
        alliance=row.us_principles, rights=row.rights, sdgs=row.sdgs,
        competence=row.competence or "", participation_level=row.participation_level or "",
        problem=row.problem, action=row.action, participation=row.participation, legal_basis=row.legal_basis,
        partners=tuple(_cells(partner, PARTNER) for partner in row.partners),
        cost_band=row.cost_band or "", cost_amount=row.cost_amount, cost_currency=row.cost_currency,
        cost_year=row.cost_year, staff=row.staff, funders=row.funders,
        results=row.results, has_reported_results=row.results_reported, evidence_type=row.evidence_type or "",
        indicators=tuple(_cells(indicator, INDICATOR) for indicator in row.indicators),
        failures=row.failures, conditions=row.conditions, lessons=row.lessons,
        adapted_from=row.adapted_from, adapted_from_url=row.adapted_from_url,
        essential=row.essential, adaptable=row.adaptable,
        sources=tuple((source.url or "", source.title) for source in row.sources),
        people_check=row.people_check, open_answers=row.open_answers,
    )  # fmt: skip


def _cells(row: SeedModel, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(getattr(row, name) or "" for name in names)
