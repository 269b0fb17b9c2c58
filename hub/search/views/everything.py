"""`/search`: everything found, under headings, cases first; or all of one kind, page by page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template

from hub.core.errors import Invalid
from hub.search.criteria import PER_PAGE, Criteria, page_number
from hub.search.found import found_group, found_groups
from hub.search.index.store import Index
from hub.search.labels import Labels
from hub.search.links import list_url
from hub.search.noting import note_miss
from hub.search.queries import OTHER_KINDS, better_words, count_cases, find_cases, find_kind, find_others
from hub.search.results import CaseResults
from hub.search.rows import marked_rows
from hub.search.views.blueprint import ResultPage, bp, this_index
from hub.search.wayout import VERY_LITTLE
from hub.web import limits
from hub.web.gate import public
from hub.web.params import read_query

SHOWN = 6


@bp.get("/search")
@limits.searches
@public
def search_all() -> str:
    """Everything found, under headings, cases first; with `kind` all of that kind. Raises Invalid."""
    query = read_query(allowed=("q", "kind", "page"))
    criteria, kind = Criteria.build({"q": query.text("q"), "per_page": SHOWN}), query.text("kind")
    if kind and kind not in OTHER_KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(OTHER_KINDS))
    number = page_number(query.text("page"), PER_PAGE)
    if number > 1 and not kind:
        raise Invalid("page", "Choose a kind to page through: %(choices)s.", choices=", ".join(OTHER_KINDS))
    return _of_kind(criteria, kind, number) if kind else _of_all_kinds(criteria)


def kind_url(words: str, kind: str = "", page: int = 1) -> str:
    """Return the address of what was found of one kind, or of everything."""
    pairs: list[tuple[str, Any]] = [("q", words), ("kind", kind), ("page", page if page > 1 else "")]
    return "/search?" + urlencode([pair for pair in pairs if pair[1]])


def _of_kind(criteria: Criteria, kind: str, number: int) -> str:
    found = find_kind(this_index(), criteria.q, kind, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    return render_template(
        "search/kind.html",
        criteria=criteria,
        kind=kind,
        group=found_group(found),
        page=ResultPage(found.rows, found.total, number, PER_PAGE),
        page_url=lambda other: kind_url(criteria.q, kind, other),
        all_url=kind_url(criteria.q),
    )


def _of_all_kinds(criteria: Criteria) -> str:
    index = this_index()
    results = find_cases(index, criteria, with_facets=False) if criteria.q else None
    others = find_others(index, criteria.q, SHOWN) if criteria.q else []
    note_miss(criteria, results, has_others=bool(others))
    labels = Labels({}, criteria)
    return render_template(
        "search/search.html",
        criteria=criteria,
        results=results,
        tagged=[labels.tag(*tag) for tag in results.tags] if results else [],
        rows=marked_rows(results, labels) if results else [],
        cases_url=list_url(Criteria(q=criteria.q)),
        groups=found_groups(others),
        kind_url=lambda kind: kind_url(criteria.q, kind),
        meant=_meant(index, criteria, results, bool(others)),
    )


def _meant(index: Index, criteria: Criteria, results: CaseResults | None, has_others: bool) -> dict[str, str] | None:
    """Return the search in other spelling, where next to nothing was found of any kind."""
    if results is None or results.total > VERY_LITTLE or not results.is_indexed:
        return None
    words = better_words(index, criteria.q)
    if not words or words == criteria.q:
        return None
    meant = criteria.with_("q", words)
    is_better = count_cases(index, meant) > results.total or (not has_others and bool(find_others(index, words, 1)))
    return {"label": words, "url": kind_url(words)} if is_better else None
