"""Reads of case studies. Lists hold published cases only; a draft looks as if it did not exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased, lazyload, selectinload

from hub.cases.carriers import carriers
from hub.cases.counts import counts_by_term, counts_of_principles
from hub.cases.desk import compiled_of, drafts_of, own_published
from hub.cases.listed import ListedCase, list_published
from hub.cases.models import PUBLISHED, CaseFile, CaseRevision, CaseStudy, CaseTag
from hub.cases.policy import READABLE, can_read_case
from hub.cases.rows import case_item, case_row, case_rows
from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.text import has_control_characters
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

# The doors of lower rooms may import only this file of the room, so what they show cases with is given on here.
__all__ = [
    "ListedCase", "case_item", "case_row", "case_rows", "compiled_of", "counts_by_term", "counts_of_principles",
    "drafts_of", "list_published", "own_published",
]  # fmt: skip

BATCH = 200


@dataclass(frozen=True)
class RevisionView:
    """One version of a case as it was published."""

    number: int
    content: dict[str, Any]
    is_compiled: bool  # brought in from the seed files, by no person
    author_name: str | None  # as anyone may read it; empty where it is withheld or the person left
    change_note: str
    is_substantial: bool
    recorded_at: datetime
    reviewer_name: str | None = None  # of the second person who read it, as anyone may read it
    restored_from: int | None = None  # the number of the version that it brought back


def get_case(slug: str, user: User | None = None) -> CaseStudy:
    """Return a case that `user` may read, with city, tags and sources; raises NotFound, also for a foreign draft."""
    if has_control_characters(slug):  # PostgreSQL refuses to compare with NUL
        raise NotFound("no such case")
    drafts = user is not None and bool(user.roles)
    case = db.session.scalar(_by_slug(drafts), {"slug": slug})
    if case is None or not can_read_case(case, user):
        raise NotFound("no such case")
    return case


def find_case(case_id: int) -> CaseStudy | None:
    """Return a case in whatever state by its id; whoever calls asks whether it may be read."""
    return db.session.get(CaseStudy, case_id)


@lru_cache(maxsize=2)
def _by_slug(drafts: bool) -> Select[CaseStudy]:
    query = select(CaseStudy).where(CaseStudy.slug == bindparam("slug"))
    if not drafts:
        query = query.where(CaseStudy.state.in_(READABLE))
    return query.options(selectinload(CaseStudy.sources))


def files_of(case_id: int) -> list[CaseFile]:
    """Return the pictures and documents of a case, in the order in which they came."""
    query = select(CaseFile).where(CaseFile.case_id == case_id, CaseFile.removed_at.is_(None)).order_by(CaseFile.id)
    return list(db.session.scalars(query))


def find_file(case_id: int, file_id: int) -> CaseFile | None:
    """Return a file of a case that was not taken away."""
    return next((file for file in files_of(case_id) if file.id == file_id), None)


def all_published(ids: Sequence[int] | None = None, batch: int = BATCH) -> Iterator[CaseStudy]:
    """Yield published cases, newest first or in the order of `ids`, `batch` at a time, with sources loaded."""
    if ids is None:
        ids = list(db.session.scalars(_newest_first(select(CaseStudy.id))))
    for start in range(0, len(ids), batch):
        part = ids[start : start + batch]
        query = select(CaseStudy).where(CaseStudy.id.in_(part)).options(selectinload(CaseStudy.sources))
        found = {case.id: case for case in db.session.scalars(query) if case.is_published}
        yield from (found[case_id] for case_id in part if case_id in found)


def newest(limit: int) -> list[CaseStudy]:
    """Return the cases published last; among those of one moment the practices begun last."""
    return list(db.session.scalars(_newest_first(select(CaseStudy)).limit(limit)))


def cases_of_city(city_id: int) -> list[CaseStudy]:
    """Return the published cases of a city, newest first."""
    return list(db.session.scalars(_newest_first(select(CaseStudy).where(CaseStudy.city_id == city_id))))


def cases_with_code(code: str, limit: int | None = None) -> list[CaseStudy]:
    """Return the published cases that carry a code of any charter or a commitment item, newest first.

    A principle covers its clauses, a theme of the Declaration the clauses that the crosswalk ties to it or to its
    subthemes, a US principle its statements.
    """
    wanted = carriers(code, vocabulary())
    if not wanted:
        return []
    tagged = select(CaseTag.case_id).where(tuple_(CaseTag.scheme, CaseTag.code).in_(wanted))
    query = _newest_first(select(CaseStudy).where(CaseStudy.id.in_(tagged)))
    return list(db.session.scalars(query.limit(limit) if limit is not None else query))


def counts_by_city() -> dict[int, int]:
    """Return how many published cases each city has, by city id; cities without one are left out."""
    query = (
        select(CaseStudy.city_id, func.count())
        .where(CaseStudy.state == PUBLISHED, CaseStudy.city_id.is_not(None))
        .group_by(CaseStudy.city_id)
    )
    return {city_id: number for city_id, number in db.session.execute(query) if city_id is not None}


def cities_with_cases() -> set[int]:
    """Return the ids of the cities that have a published case."""
    return set(counts_by_city())


def list_revisions(case_id: int, limit: int, offset: int = 0) -> list[RevisionView]:
    """Return versions of a case, newest first."""
    query = _revisions(case_id).order_by(CaseRevision.number.desc()).limit(limit).offset(offset)
    return [_revision_view(row) for row in db.session.execute(query)]


def count_revisions(case_id: int) -> int:
    """Return how many versions of a case were published."""
    return db.session.scalar(select(func.count()).where(CaseRevision.case_id == case_id)) or 0


def find_revision(case_id: int, number: int) -> RevisionView | None:
    """Return one version of a case by its number."""
    row = db.session.execute(_revisions(case_id).where(CaseRevision.number == number)).first()
    return _revision_view(row) if row else None


def revision_numbers(case_id: int) -> list[int]:
    """Return the numbers of all versions of a case, newest first."""
    query = select(CaseRevision.number).where(CaseRevision.case_id == case_id)
    return list(db.session.scalars(query.order_by(CaseRevision.number.desc())))


def newest_revision_number(case_id: int) -> int:
    """Return the number of the newest version of a case, 0 when there is none."""
    return db.session.scalar(select(func.max(CaseRevision.number)).where(CaseRevision.case_id == case_id)) or 0


_Reviewer = aliased(User)


def _revisions(case_id: int) -> Select[CaseRevision, User, User]:
    query = select(CaseRevision, User, _Reviewer).outerjoin(User, User.id == CaseRevision.author_id)
    query = query.outerjoin(_Reviewer, _Reviewer.id == CaseRevision.reviewed_by)
    unasked = lazyload(User.memberships), lazyload(_Reviewer.memberships)
    return query.where(CaseRevision.case_id == case_id).options(*unasked)


def _revision_view(row: Row[CaseRevision, User, User]) -> RevisionView:
    revision, author, reviewer = row
    return RevisionView(
        revision.number,
        revision.content,
        revision.author_id is None,
        author.public_name if author is not None else None,
        revision.change_note,
        revision.is_substantial,
        revision.recorded_at,
        reviewer.public_name if reviewer is not None else None,
        revision.restored_from,
    )


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.where(CaseStudy.state == PUBLISHED).order_by(
        CaseStudy.published_at.desc(), CaseStudy.started.desc().nulls_last(), CaseStudy.id
    )
