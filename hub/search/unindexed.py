"""Cases found by the database alone, while this node has no index to ask: every filter, and words in titles.

Words are not looked up in the texts: that is what the index is for. Everything else is as exact as ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select, true

from hub.cases.models import CLAUSE, PUBLISHED, US_PRINCIPLE, CaseStudy, CaseTag
from hub.cases.queries import list_published
from hub.cities.models import City
from hub.core.db import db
from hub.search.asking import understand
from hub.search.conditions import CITY_COLUMNS, COLUMNS, TAGGED, Condition, began, has_codes, holds
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES, rolled_up
from hub.search.results import CaseResults
from hub.search.sqltext import order_of, prepare
from hub.vocabularies.queries import vocabulary

_OF_CASE = frozenset({*COLUMNS, *CITY_COLUMNS})
_CITIES = select(City.id, City.slug, City.region)
_BATCH = 5000
_MOST_IDS = 5000  # that a statement is given


def find_cases(criteria: Criteria, *, with_facets: bool = True) -> CaseResults:
    """Return a page of the published cases that match, with the counts of every facet.

    A word is found where it, or its stem, begins a word of the title or of the city's name (anywhere in them in scripts
    without spaces). However much is asked, a page takes a bounded number of statements.
    """
    asked, words = understand(criteria.q), _words(criteria.q)
    page = _in_order(_cases(criteria, words), criteria.sort).offset(criteria.offset).limit(criteria.per_page)
    return CaseResults(
        list_published(list(db.session.scalars(page))),
        _count(criteria, words),
        _facet_counts(criteria, words) if with_facets else {},
        asked.needles,
        asked.note,
        asked.understood,
        asked.tags,
        is_indexed=False,
    )


def find_case_ids(criteria: Criteria) -> list[int]:
    """Return the ids of all published cases that match, in no useful order; for exports."""
    return list(db.session.scalars(_cases(criteria, _words(criteria.q))))


def count_cases(criteria: Criteria) -> int:
    """Return how many published cases match."""
    return _count(criteria, _words(criteria.q))


def principles_of_cases(criteria: Criteria) -> Iterator[tuple[int, Collection[str]]]:
    """Yield, for each case that matches and has any, its id and its codes of all charters, clauses rolled up."""
    return _principles(criteria, _words(criteria.q))


def _count(criteria: Criteria, words: Condition) -> int:
    return db.session.scalar(_narrowed(select(func.count()).select_from(CaseStudy), criteria, words)) or 0


def _facet_counts(criteria: Criteria, words: Condition) -> dict[str, dict[str, int]]:
    """Return for each facet its codes with the total one gets by taking that code alone in it."""
    narrowing = criteria.filters
    counts = _counts([name for name in FACET_NAMES if name not in narrowing], criteria, words)
    for name in narrowing:
        counts |= _counts([name], criteria.without(name), words)
    return {name: dict(counts[name]) for name in FACET_NAMES}


def _counts(facets: Collection[str], criteria: Criteria, words: Condition) -> dict[str, Counter[str]]:
    """Count facets none of which narrows the result, in one pass over the cases and two over their tags."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in facets}
    if not _OF_CASE.isdisjoint(facets):
        cities = {city_id: (slug, region) for city_id, slug, region in db.session.execute(_CITIES)}
        columns = (CaseStudy.country, CaseStudy.language, CaseStudy.city_id)
        rows = db.session.execute(_narrowed(select(*columns, func.count()), criteria, words).group_by(*columns))
        for country, language, city_id, number in rows:
            slug, region = cities.get(city_id, ("", ""))
            for name, code in (("country", country), ("language", language), ("city", slug), ("region", region)):
                if code and name in counts:
                    counts[name][code] += number
    schemes = {TAGGED[name]: name for name in facets if name in TAGGED}
    if schemes:
        tags = select(CaseTag.scheme, CaseTag.code, func.count()).where(CaseTag.scheme.in_(schemes))
        tags = tags.where(CaseTag.case_id.in_(_cases(criteria, words))).group_by(CaseTag.scheme, CaseTag.code)
        for scheme, code, number in db.session.execute(tags):
            counts[schemes[scheme]][code] = number
    if "principle" in counts:
        counts["principle"].update(code for _, codes in _principles(criteria, words) for code in codes)
    return counts


def _principles(criteria: Criteria, words: Condition) -> Iterator[tuple[int, Collection[str]]]:
    query = select(CaseTag.case_id, CaseTag.scheme, CaseTag.code).where(CaseTag.scheme.in_((CLAUSE, US_PRINCIPLE)))
    query = query.where(CaseTag.case_id.in_(_cases(criteria, words))).order_by(CaseTag.case_id)
    terms = vocabulary()

    @cache
    def meant(scheme: str, code: str) -> tuple[str, ...]:
        return rolled_up("principle", (code, *(terms.targets(code, "theme") if scheme == CLAUSE else ())))

    rows = db.session.execute(query.execution_options(yield_per=_BATCH))
    for case_id, tags in groupby(rows, key=itemgetter(0)):
        yield case_id, {code for _, scheme, tag in tags for code in meant(scheme, tag)}


def _cases(criteria: Criteria, words: Condition) -> Any:
    return _narrowed(select(CaseStudy.id), criteria, words)


def _narrowed(query: Any, criteria: Criteria, words: Condition) -> Any:
    conditions = [CaseStudy.state == PUBLISHED, words]
    conditions += [has_codes(name, codes) for name, codes in criteria.filters.items()]
    if criteria.years != (None, None):
        conditions.append(began(*criteria.years))
    return query.where(*conditions)


def _words(text: str) -> Condition:
    """Return the condition that the words hold; looked up once where few cases hold them, for titles are slow."""
    prepare()
    asked = understand(text).tree
    if asked is None:
        return true()
    condition = holds(asked)
    query = select(CaseStudy.id).where(CaseStudy.state == PUBLISHED, condition).limit(_MOST_IDS + 1)
    ids = list(db.session.scalars(query))
    return CaseStudy.id.in_(ids) if len(ids) <= _MOST_IDS else condition


def _in_order(query: Any, sort: str) -> Any:
    title = order_of(CaseStudy.title)
    if sort == "city":
        query = query.outerjoin(City, City.id == CaseStudy.city_id)
        return query.order_by(func.coalesce(City.slug, "~"), title, CaseStudy.id)
    orders: dict[str, tuple[Any, ...]] = {
        "oldest": (CaseStudy.published_at.asc(), CaseStudy.id.asc()),
        "title": (title, CaseStudy.id),
        "confirmed": (CaseStudy.confirmed_at.desc().nulls_last(), CaseStudy.id.desc()),
    }
    return query.order_by(*orders.get(sort, (CaseStudy.published_at.desc(), CaseStudy.id.desc())))
