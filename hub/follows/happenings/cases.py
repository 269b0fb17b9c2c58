"""Case studies: published, revised, archived, told in another language."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from hub.cases.models import PUBLISHED, CaseRevision, CaseStudy, CaseTranslation, CaseTranslationRevision
from hub.cases.rows import case_path, city_label
from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.happenings.base import NEWEST, Happening

_OF_CASE, _OF_CITY = ("CasePublished", "CaseRevised", "CaseArchived"), ("CaseRevised",)


def published(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest publications of the cases of a condition."""
    query = select(CaseStudy).where(wanted, CaseStudy.state == PUBLISHED)
    query = query.order_by(CaseStudy.published_at.desc(), CaseStudy.id.desc())
    return [_publication(case) for case in db.session.scalars(query.limit(NEWEST))]


def _publication(case: CaseStudy) -> Happening:
    at = case.published_at or case.updated_at
    author = city_label(case.city) if case.city else ""
    return Happening(at, "CasePublished", case, case_path(case.slug), f"case/{case.id}", case.summary, author)


def told_of_case(case: CaseStudy) -> list[Happening]:
    """Return what the log says of a case that its followers are told; its versions alone do not tell these apart."""
    return _logged(LogEntry.payload["case_id"].as_integer() == case.id, _OF_CASE)


def revised(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest revisions, but small corrections, of the published cases of a condition."""
    cases = select(CaseStudy.id).where(wanted, CaseStudy.state == PUBLISHED)
    return _logged(LogEntry.payload["case_id"].as_integer().in_(cases), _OF_CITY)


def _logged(wanted: ColumnElement[bool], kinds: tuple[str, ...]) -> list[Happening]:
    query = select(LogEntry).where(LogEntry.kind.in_(kinds), wanted).order_by(LogEntry.position.desc())
    entries = [each for each in db.session.scalars(query.limit(2 * NEWEST)) if each.payload.get("is_substantial", True)]
    ids = {int(each.payload["case_id"]) for each in entries}
    cases = {case.id: case for case in db.session.scalars(select(CaseStudy).where(CaseStudy.id.in_(ids)))}
    versions = select(CaseRevision.case_id, CaseRevision.recorded_at, CaseRevision.change_note)
    versions = versions.where(CaseRevision.case_id.in_(ids))
    notes = {(row.case_id, row.recorded_at): row.change_note for row in db.session.execute(versions)}
    found = []
    for entry in entries:
        case = cases.get(int(entry.payload["case_id"]))
        if case is not None:
            note = notes.get((case.id, entry.recorded_at))
            found.append(_said_of(case, entry, note or (case.summary if entry.kind == "CasePublished" else "")))
    return found


def _said_of(case: CaseStudy, entry: LogEntry, summary: str) -> Happening:
    return Happening(
        entry.recorded_at,
        entry.kind,
        case,
        f"{case_path(case.slug)}#told-{entry.position}",
        f"case/{case.id}/told/{entry.position}",
        summary,
        city_label(case.city) if case.city else "",
    )


def translated(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return when the published cases of a condition could first be read in further languages."""
    first = select(CaseTranslationRevision.translation_id, func.min(CaseTranslationRevision.recorded_at).label("at"))
    firsts = first.group_by(CaseTranslationRevision.translation_id).subquery()
    query = (
        select(CaseTranslation, CaseStudy, firsts.c.at)
        .join(CaseStudy, CaseStudy.id == CaseTranslation.case_id)
        .join(firsts, firsts.c.translation_id == CaseTranslation.id)
        .where(wanted, CaseStudy.state == PUBLISHED, CaseTranslation.state == PUBLISHED)
        .order_by(firsts.c.at.desc(), CaseTranslation.id.desc())
    )
    return [
        Happening(
            at,
            "CaseTranslationPublished",
            translation,
            f"{case_path(case.slug)}?lang={translation.language}",
            f"case/{case.id}/in/{translation.language}",
            author=city_label(case.city) if case.city else "",
        )
        for translation, case, at in db.session.execute(query.limit(NEWEST))
    ]


def of_place(cities: Select[Any], *, country: str = "") -> ColumnElement[bool]:
    """Tell which cases are of these cities, or of a country as a whole."""
    national = (CaseStudy.city_id.is_(None)) & (CaseStudy.country == country) if country else false()
    return or_(CaseStudy.city_id.in_(cities), national)
