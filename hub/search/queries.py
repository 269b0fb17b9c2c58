"""Finding: what the index says, checked against the database before anyone sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cases.queries import list_published
from hub.cities.models import City
from hub.core.db import db
from hub.core.log import LogEntry, entries_after
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from hub.search.query import needles
from hub.search.sources import MODELS, touched

Needles = tuple[tuple[str, ...], ...]
OTHER_KINDS = ("city", "principle", "item", "news", "event", "organisation")


@dataclass(frozen=True)
class CaseResults:
    """One page of cases that match, with the counts of every facet and what to mark in the texts."""

    cases: list[CaseStudy]
    total: int
    facets: dict[str, dict[str, int]]
    needles: Needles
    note: str  # how the words were understood: "", cut, plain, unbalanced, empty


@dataclass(frozen=True)
class Found:
    """What was found of one kind besides cases."""

    kind: str
    total: int
    rows: list[object] = field(default_factory=list)


@lru_cache(maxsize=8)
def open_index(folder: Path) -> Index:
    """Return this node's index for reading; one per process, shared by its threads."""
    return Index.open(folder)


def newest_state(folder: Path) -> tuple[str, int]:
    """Return the hash of the newest entry that public pages follow from, and how near this node's index has come."""
    told = select(LogEntry.hash, LogEntry.position).where(~LogEntry.is_quiet)
    newest = db.session.execute(told.order_by(LogEntry.position.desc()).limit(1)).first()
    place = open_index(folder).place()
    digest, position = (newest[0], newest[1]) if newest else ("", 0)
    return digest, min(place.position, position) if place else -1


def find_cases(index: Index, criteria: Criteria, *, with_facets: bool = True) -> CaseResults:
    """Return a page of published cases; raises Unavailable while this node has no index."""
    parsed = parse(criteria.q)
    hidden = _not_yet_indexed(index)
    hits = index.search(
        parsed.tree,
        kinds=("case",),
        filters=criteria.filters,
        years=criteria.years,
        facets=FACET_NAMES if with_facets else (),
        sort=criteria.sort,
        offset=criteria.offset,
        limit=criteria.per_page,
        hidden=hidden,
    )
    ids = [int(key.partition(":")[2]) for key in hits.keys]
    return CaseResults(list_published(ids), hits.total, hits.facets, needles(parsed.tree), parsed.note)


def find_case_ids(index: Index, criteria: Criteria) -> list[int]:
    """Return the ids of all published cases that match, in no useful order; for exports and the map."""
    parsed, hidden = parse(criteria.q), _not_yet_indexed(index)
    return index.ids(parsed.tree, kind="case", filters=criteria.filters, years=criteria.years, hidden=hidden)


def count_cases(index: Index, criteria: Criteria) -> int:
    """Return how many published cases match."""
    parsed, hidden = parse(criteria.q), _not_yet_indexed(index)
    found = index.search(
        parsed.tree, kinds=("case",), filters=criteria.filters, years=criteria.years, limit=1, hidden=hidden
    )
    return found.total


def _not_yet_indexed(index: Index) -> list[str]:
    """Return the keys that the log names after the index's place: what the index says of them may be old."""
    place = index.place()
    if place is None:
        return []
    late = entries_after(place.position, 200)
    return sorted({key for entry in late for key in touched(entry.kind, entry.payload)})


def find_others(index: Index, text: str, limit: int = 6) -> list[Found]:
    """Return what else matches the words, by kind, in the order of `OTHER_KINDS`."""
    parsed = parse(text)
    if parsed.tree is None:
        return []
    hidden = _not_yet_indexed(index)
    found = []
    for kind in OTHER_KINDS:
        hits = index.search(parsed.tree, kinds=(kind,), limit=limit, hidden=hidden)
        if hits.total:
            found.append(Found(kind, hits.total, _rows(kind, [int(key.partition(":")[2]) for key in hits.keys])))
    return found


def _rows(kind: str, ids: list[int]) -> list[object]:
    model = MODELS[kind]
    by_id = {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
    return [by_id[row_id] for row_id in ids if row_id in by_id]


def find_cities(slugs: list[str]) -> list[City]:
    """Return the cities with these slugs, in no useful order."""
    return list(db.session.scalars(select(City).where(City.slug.in_(slugs))))
