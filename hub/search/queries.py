"""Finding: what the index says, checked against the database before anyone sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from hub.cases.models import CaseStudy
from hub.cases.queries import list_published
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Unavailable
from hub.core.log import LogEntry
from hub.search import spelling, unindexed
from hub.search.asking import Asked, understand
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES, TOP_PRINCIPLE
from hub.search.foundby import found_by_tags
from hub.search.index.crossing import Crossed
from hub.search.index.store import Hits, Index
from hub.search.lateness import hidden_keys
from hub.search.query import loosened
from hub.search.results import CaseResults, Found, Near, Tag
from hub.search.sources import MODELS

__all__ = ["CaseResults", "Found", "Near"]  # the doors of other rooms may import only this file

_TRIES = 3
# Made once: to put a statement together takes as long as to ask it.
_NEWEST_TOLD = (
    select(LogEntry.hash, LogEntry.position).where(~LogEntry.is_quiet).order_by(LogEntry.position.desc()).limit(1)
)
_CITY_NAMES = select(City.slug, City.name, City.name_native, City.native_language).where(
    City.slug.in_(bindparam("slugs", expanding=True))
)
OTHER_KINDS = ("city", "principle", "item", "news", "event", "calendar", "organisation")


class CityName(NamedTuple):
    """What a city is called, in English and by itself."""

    slug: str
    name: str
    name_native: str | None
    native_language: str | None


@lru_cache(maxsize=8)
def open_index(folder: Path) -> Index:
    """Return this node's index for reading; one per process, shared by its threads."""
    return Index.open(folder)


def newest_state(folder: Path) -> tuple[str, int]:
    """Return what public pages follow from: the newest entry that tells them anything, and how near the index has come.

    The first part also names this node's index, which is another one after it was damaged.
    """
    newest = db.session.execute(_NEWEST_TOLD).first()
    index = open_index(folder)
    place = index.place()
    digest, position = (newest[0], newest[1]) if newest else ("", 0)
    return f"{digest} {index.version()}", min(place.position, position) if place else -1


def find_cases(
    index: Index, criteria: Criteria, *, with_facets: bool = True, with_clauses: bool = False
) -> CaseResults:
    """Return a page of published cases; without an index that can be asked, by filters and titles alone.

    Clauses are counted on wish, and where a principle is chosen.
    """
    asked, index = understand(criteria.q), index.still()
    facets = _facets(criteria, with_clauses) if with_facets else ()
    try:
        narrowing = _of_cases(index, criteria)
        for _ in range(_TRIES):
            hits = _ask(index, asked, criteria, narrowing, facets)
            results = _results(asked, hits, found_by_tags(index, asked, hits.keys))
            if len(results.cases) == len(hits.keys):
                break
            # The index and this request read the record a moment apart: what is not shown must not be counted either.
            shown = {f"case:{case.id}" for case in results.cases}
            narrowing["hidden"] = {*narrowing["hidden"], *(key for key in hits.keys if key not in shown)}
        return results
    except Unavailable:
        return unindexed.find_cases(criteria, with_facets=with_facets)


def _ask(index: Index, asked: Asked, criteria: Criteria, narrowing: dict[str, Any], facets: tuple[str, ...]) -> Hits:
    return index.search(
        asked.tree,
        **narrowing,
        facets=facets,
        sort=criteria.sort,
        offset=criteria.offset,
        limit=criteria.per_page,
    )


def _facets(criteria: Criteria, with_clauses: bool) -> tuple[str, ...]:
    if with_clauses or criteria.principle:
        return FACET_NAMES
    return tuple(TOP_PRINCIPLE if name == "principle" else name for name in FACET_NAMES)


def _of_cases(index: Index, criteria: Criteria) -> dict[str, Any]:
    """Return what narrows a question to the cases asked for; raises Unavailable."""
    return {"kinds": ("case",), "filters": criteria.filters, "years": criteria.years, "hidden": _late(index)}


def _results(asked: Asked, hits: Hits, found_by: dict[int, tuple[Tag, ...]] | None = None) -> CaseResults:
    cases = list_published(_ids(hits.keys), with_texts=bool(asked.needles))
    facets = {"principle" if name == TOP_PRINCIPLE else name: counts for name, counts in hits.facets.items()}
    return CaseResults(
        cases, hits.total, facets, asked.needles, asked.note, asked.understood, asked.tags, found_by or {}
    )


def _ids(keys: Sequence[str]) -> list[int]:
    return [int(key.partition(":")[2]) for key in keys]


def find_case_ids(index: Index, criteria: Criteria) -> list[int]:
    """Return the ids of all published cases that match, in no useful order; for exports."""
    try:
        asked, hidden = understand(criteria.q).tree, _late(index)
        return index.ids(asked, kind="case", filters=criteria.filters, years=criteria.years, hidden=hidden)
    except Unavailable:
        return unindexed.find_case_ids(criteria)


def count_cases(index: Index, criteria: Criteria) -> int:
    """Return how many published cases match."""
    return count_each(index, [criteria])[0]


def count_each(index: Index, asked: Sequence[Criteria]) -> list[int]:
    """Return how many published cases match each of several criteria."""
    try:
        hidden = _late(index)
        trees = {words: understand(words).tree for words in {criteria.q for criteria in asked}}
        return [
            index.search(
                trees[criteria.q],
                kinds=("case",),
                filters=criteria.filters,
                years=criteria.years,
                limit=1,
                hidden=hidden,
            ).total
            for criteria in asked
        ]
    except Unavailable:
        return [unindexed.count_cases(criteria) for criteria in asked]


def cross_cities(
    index: Index,
    criteria: Criteria,
    cities: Sequence[str],
    principles: Sequence[str],
    known: Mapping[str, int] | None = None,
) -> Crossed:
    """Return how many matching cases each of the cities has of each of the principles, and all cities together.

    `known` are the counts of the principles among the cases, where they are known.
    """
    facet = "principle" if any("." in code for code in principles) else TOP_PRINCIPLE
    asked, rows, columns = understand(criteria.q).tree, ("city", cities), (facet, principles)
    try:
        return index.crossed(asked, rows, columns, **_of_cases(index, criteria), known=known)
    except Unavailable:
        return _crossed_without_index(criteria, cities, principles)


def _crossed_without_index(criteria: Criteria, cities: Sequence[str], principles: Sequence[str]) -> Crossed:
    query = select(CaseStudy.id, City.slug).join(City, City.id == CaseStudy.city_id).where(City.slug.in_(cities))
    city_of = dict(db.session.execute(query).all())
    cells: dict[str, Counter[str]] = {slug: Counter() for slug in cities}
    totals: Counter[str] = Counter()
    for case_id, codes in unindexed.principles_of_cases(criteria):
        wanted = [code for code in codes if code in principles]
        totals.update(wanted)
        if case_id in city_of:
            cells[city_of[case_id]].update(wanted)
    return Crossed({slug: dict(counts) for slug, counts in cells.items()}, dict(totals))


def near_cases(index: Index, criteria: Criteria, limit: int, found: Sequence[int] = ()) -> Near:
    """Return cases to offer beside the few found: those with some of the words within the filters, else the newest."""
    asked = understand(criteria.q)
    wider = loosened(asked.tree) if asked.tree is not None else None
    if wider is not None and wider != asked.tree:
        try:
            narrowing = _of_cases(index, criteria)
            narrowing["hidden"] = {*narrowing["hidden"], *(f"case:{case_id}" for case_id in found)}
            hits = index.search(wider, **narrowing, limit=limit)
            if hits.total:
                by_tag = found_by_tags(index, replace(asked, tree=wider), hits.keys)
                return Near(_results(asked, hits, by_tag), is_near=True)
        except Unavailable:
            pass  # then the newest, from the database
    return Near(find_cases(index, Criteria(sort="newest", per_page=limit), with_facets=False))


def better_words(index: Index, text: str) -> str | None:
    """Return what the words were probably meant to be, where nothing holds them as they are spelled."""
    try:
        return spelling.better(index, text, _late(index))
    except Unavailable:
        return None


def _late(index: Index) -> Collection[str]:
    """Return what to leave out of hits and counts; raises Unavailable when the index had better not be asked."""
    keys = hidden_keys(index)
    if keys is None:
        raise Unavailable("The search index is being made.", retry_after=30)
    return keys


def find_others(index: Index, text: str, limit: int = 6) -> list[Found]:
    """Return what else matches the words, by kind, in the order of `OTHER_KINDS`; nothing while there is no index."""
    return [found for found in _find_kinds(index, text, OTHER_KINDS, 0, limit) if found.total]


def find_kind(index: Index, text: str, kind: str, *, offset: int = 0, limit: int = 20) -> Found:
    """Return a page of what of one kind matches the words; nothing without words or while there is no index."""
    return next(iter(_find_kinds(index, text, (kind,), offset, limit)), Found(kind, 0))


def _find_kinds(index: Index, text: str, kinds: Sequence[str], offset: int, limit: int) -> list[Found]:
    asked, index = understand(text).tree, index.still()
    if asked is None:
        return []
    try:
        hidden = _late(index)
        hits = [index.search(asked, kinds=(kind,), offset=offset, limit=limit, hidden=hidden) for kind in kinds]
    except Unavailable:
        return []
    return [Found(kind, of.total, _rows(kind, _ids(of.keys))) for kind, of in zip(kinds, hits, strict=True)]


def _rows(kind: str, ids: list[int]) -> list[object]:
    model = MODELS[kind]
    by_id = {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
    return [by_id[row_id] for row_id in ids if row_id in by_id]


def find_cities(slugs: list[str]) -> list[CityName]:
    """Return the names of the cities with these slugs, in no useful order."""
    if not slugs:
        return []
    return [CityName._make(row) for row in db.session.execute(_CITY_NAMES, {"slugs": slugs})]
