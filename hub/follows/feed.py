"""The feed of one thing: the newest of exactly what its followers are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select, tuple_

from hub.cases.carriers import carriers
from hub.cases.models import PUBLISHED, CaseRevision, CaseStudy, CaseTag
from hub.cases.rows import case_path, city_label
from hub.cities.models import ADMITTED, City, CityApplication
from hub.commitments.models import StatusRecord
from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.models import CASE, CITY, COMMITMENT
from hub.follows.told import News, news_of
from hub.vocabularies.queries import vocabulary
from hub.web.formats import AtomEntry

NEWEST = 50


class Happening(NamedTuple):
    """Something followers are told: when, what it is about, where it stands, and a name that no other happening has."""

    at: datetime
    event: str
    subject: Any
    path: str
    name: str
    summary: str = ""
    author: str = ""


def entries(kind: str, key: str) -> list[AtomEntry]:
    """Return the newest 50 entries of the feed of a thing that is there."""
    if kind == CASE:
        found = _of_case(db.session.scalars(select(CaseStudy).where(CaseStudy.slug == key)).one())
    elif kind == CITY:
        city = db.session.scalars(select(City).where(City.slug == key)).one()
        found = [*_published(select(CaseStudy).where(CaseStudy.city_id == city.id)), *_joined(city)]
        found += _recorded(select(StatusRecord).where(StatusRecord.city_id == city.id))
    else:
        tagged = select(CaseTag.case_id).where(tuple_(CaseTag.scheme, CaseTag.code).in_(carriers(key, vocabulary())))
        found = _published(select(CaseStudy).where(CaseStudy.id.in_(tagged)))
        if kind == COMMITMENT:
            found += _recorded(select(StatusRecord).where(StatusRecord.item_code == key))
    newest = sorted(found, key=lambda each: (each.at, each.path), reverse=True)[:NEWEST]
    told = [(each, news_of(each.event, each.subject)) for each in newest]
    return [_entry(each, news) for each, news in told if news is not None]


def _published(wanted: Select[CaseStudy]) -> list[Happening]:
    query = wanted.where(CaseStudy.state == PUBLISHED).order_by(CaseStudy.published_at.desc(), CaseStudy.id.desc())
    return [_publication(case) for case in db.session.scalars(query.limit(NEWEST))]


def _publication(case: CaseStudy) -> Happening:
    author = city_label(case.city) if case.city else ""
    at = case.published_at or case.updated_at
    return Happening(at, "CasePublished", case, case_path(case.slug), f"case/{case.id}", case.summary, author)


def _recorded(wanted: Select[StatusRecord]) -> list[Happening]:
    query = wanted.order_by(StatusRecord.recorded_at.desc(), StatusRecord.id.desc()).limit(NEWEST)
    return [
        Happening(
            status.recorded_at,
            "StatusRecorded",
            status,
            f"/cities/{status.city.slug}/commitments#record-{status.id}",
            f"record/{status.id}",
            status.note,
            city_label(status.city),
        )
        for status in db.session.scalars(query)
    ]


def _joined(city: City) -> list[Happening]:
    admitted = select(CityApplication.decided_at).where(
        CityApplication.city_id == city.id, CityApplication.state == ADMITTED, CityApplication.decided_at.is_not(None)
    )
    found = [at for at in db.session.scalars(admitted) if at]
    return [
        Happening(at, "CityAdmitted", city, f"/cities/{city.slug}", f"city/{city.id}/joined/{at.date()}")
        for at in found
    ]


def _of_case(case: CaseStudy) -> list[Happening]:
    """Return what the log says of a case that its followers are told; its versions alone do not tell these apart."""
    told = select(LogEntry).where(
        LogEntry.kind.in_(("CasePublished", "CaseRevised", "CaseArchived")),
        LogEntry.payload["case_id"].as_integer() == case.id,
    )
    revisions = select(CaseRevision.recorded_at, CaseRevision.change_note).where(CaseRevision.case_id == case.id)
    notes = {row.recorded_at: row.change_note for row in db.session.execute(revisions)}
    return [
        Happening(
            entry.recorded_at,
            entry.kind,
            case,
            f"{case_path(case.slug)}#told-{entry.position}",
            f"case/{case.id}/told/{entry.position}",
            notes.get(entry.recorded_at) or (case.summary if entry.kind == "CasePublished" else ""),
            city_label(case.city) if case.city else "",
        )
        for entry in db.session.scalars(told.order_by(LogEntry.position.desc()).limit(2 * NEWEST))
        if entry.payload.get("is_substantial", True)
    ]


def _entry(happening: Happening, news: News) -> AtomEntry:
    subject = happening.subject
    codes = subject.principle_codes if isinstance(subject, CaseStudy) else ()
    categories = (subject.item_code, subject.status) if isinstance(subject, StatusRecord) else codes
    return AtomEntry(
        id=happening.name,
        title=news.text,
        url=happening.path,
        updated_at=happening.at,
        published_at=happening.at,
        summary=happening.summary,
        author=happening.author,
        categories=tuple(categories),
    )
