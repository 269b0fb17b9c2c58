"""Cases as long lists read them: the columns that are shown, by two statements, without objects that track changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.sql.expression import literal

from hub.cases.models import CLAUSE, PUBLISHED, CaseStudy, CaseTag
from hub.cities.models import City
from hub.core.db import db


class ListedCity(NamedTuple):
    """A city as a line of a list names it."""

    slug: str
    name: str
    name_native: str | None
    native_language: str | None
    country: str


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A published case as a list shows it; its texts are empty where they were not asked for."""

    id: int
    slug: str
    country: str
    language: str
    title: str
    summary: str
    years_text: str
    started: int | None
    ended: int | None
    is_ongoing: bool
    is_approximate: bool
    is_demo: bool
    is_compiled: bool
    published_at: datetime | None
    confirmed_at: datetime | None
    updated_at: datetime
    problem: str
    action: str
    results: str
    lessons: str
    city: ListedCity | None
    tags: tuple[tuple[str, str], ...]  # scheme and code, in rank order

    def codes(self, scheme: str) -> list[str]:
        """Return the codes this case carries of one scheme, in rank order."""
        return [code for of, code in self.tags if of == scheme]

    @property
    def principle_codes(self) -> list[str]:
        """The Gwangju principles of its clauses, GP1 to GP10, each once, in rank order."""
        return list(dict.fromkeys(code.split(".")[0] for code in self.codes(CLAUSE)))


_LINE = (
    CaseStudy.id, CaseStudy.slug, CaseStudy.country, CaseStudy.language, CaseStudy.title, CaseStudy.summary,
    CaseStudy.years_text, CaseStudy.started, CaseStudy.ended, CaseStudy.is_ongoing, CaseStudy.is_approximate,
    CaseStudy.is_demo, CaseStudy.is_compiled, CaseStudy.published_at, CaseStudy.confirmed_at, CaseStudy.updated_at,
)  # fmt: skip
_TEXTS = (CaseStudy.problem, CaseStudy.action, CaseStudy.results, CaseStudy.lessons)
_NO_TEXTS = tuple(literal("").label(column.key) for column in _TEXTS)
_CITY = (City.slug, City.name, City.name_native, City.native_language, City.country)


def _statement(texts: tuple[Any, ...]) -> Select[Any]:
    columns: tuple[Any, ...] = (*_LINE, *texts, *_CITY, CaseStudy.state)
    query = select(*columns).select_from(CaseStudy).outerjoin(City, City.id == CaseStudy.city_id)
    # Asked for its state in the statement, SQLite would rather walk through everything that is published.
    return query.where(CaseStudy.id.in_(bindparam("ids", expanding=True)))


# Made once: to put a statement of so many columns together takes as long as to ask it.
_WITH_TEXTS, _WITHOUT = _statement(_TEXTS), _statement(_NO_TEXTS)
_TAGS = (
    select(CaseTag.case_id, CaseTag.scheme, CaseTag.code)
    .where(CaseTag.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(CaseTag.case_id, CaseTag.rank)
)


def list_published(ids: Sequence[int], *, with_texts: bool = True) -> list[ListedCase]:
    """Return the published cases among these ids, in the order of the ids."""
    if not ids:
        return []
    found_rows = db.session.execute(_WITH_TEXTS if with_texts else _WITHOUT, {"ids": list(ids)}).all()
    rows = [row[:-1] for row in found_rows if row[-1] == PUBLISHED]
    tags = _tags_of([row[0] for row in rows])
    found = {row[0]: _listed(row, tags.get(row[0], ())) for row in rows}
    return [found[case_id] for case_id in ids if case_id in found]


def _listed(row: Sequence[Any], tags: Sequence[tuple[str, str]]) -> ListedCase:
    city = row[-len(_CITY) :]
    values: list[Any] = [*row[: -len(_CITY)], ListedCity._make(city) if city[0] is not None else None, tuple(tags)]
    return ListedCase(*values)


def _tags_of(ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for case_id, scheme, code in db.session.execute(_TAGS, {"ids": list(ids)}):
        found.setdefault(case_id, []).append((scheme, code))
    return found
