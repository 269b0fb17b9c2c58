"""`/cases/`: one result as a list, on the map, or as a matrix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template

from hub.search.criteria import FARTHEST, Criteria
from hub.search.index.store import Index
from hub.search.labels import Labels, facet_groups
from hub.search.links import follow_url, list_url
from hub.search.mapping import case_map, own_counts
from hub.search.matrix import CaseMatrix, case_matrix, chosen_cities, columns
from hub.search.noting import note_miss
from hub.search.queries import cross_cities, find_cases
from hub.search.results import CaseResults
from hub.search.rows import marked_rows
from hub.search.views.blueprint import ResultPage, bp, read_criteria, this_index
from hub.search.wayout import did_you_mean, nearest, ways_out
from hub.web import limits
from hub.web.gate import public
from hub.web.locale import gettext as _

FORMATS = (("CSV", ".csv"), ("JSON", ".json"), ("Atom", ".atom"))


@bp.get("/cases/")
@limits.searches
@public
def list_cases() -> str:
    """The case studies: words, filters with counts, chips, sorting, pages; the same as a map and as a matrix."""
    criteria, index = read_criteria(), this_index()
    in_list = criteria.view == "list"
    # The map and the matrix are made of counts: no case is loaded for them.
    results = find_cases(index, criteria if in_list else replace(criteria, page=1, per_page=1))
    note_miss(criteria, results)
    labels = Labels(results.facets, criteria)
    near = nearest(index, criteria, results)
    return render_template(
        "search/cases.html",
        nav_current="cases",
        criteria=criteria,
        results=results,
        page=ResultPage(results.cases, results.total, criteria.page, criteria.per_page),
        farthest=FARTHEST,
        rows=marked_rows(results, labels) if in_list else [],
        map=case_map(results, criteria) if criteria.view == "map" and results.total else None,
        matrix=_matrix(index, criteria, results) if criteria.view == "matrix" and results.total else None,
        tagged=[labels.tag(*tag) for tag in results.tags],
        meant=did_you_mean(index, criteria, results),
        near=near,
        near_rows=marked_rows(near.results, labels) if near else [],
        groups=facet_groups(results.facets, criteria, labels),
        filter_count=len(criteria.chips()) - bool(criteria.q),
        chips=[{"label": labels.chip(*chip), "url": list_url(criteria.without(*chip))} for chip in criteria.chips()],
        clear_url=list_url(criteria.only_words()),
        ways_out=ways_out(index, criteria, labels) if not results.total else [],
        tabs=_tabs(criteria),
        sorts=_sorts(criteria),
        page_url=lambda number: list_url(criteria.with_("page", number)),
        format_links=[(name, list_url(criteria.without("view"), suffix)) for name, suffix in FORMATS],
        atom_url=list_url(criteria.without("view"), ".atom"),
        follow_url=follow_url(criteria) if criteria.chips() else "",
        current_principles={code.split(".")[0] for code in criteria.principle},
    )


def _matrix(index: Index, criteria: Criteria, results: CaseResults) -> CaseMatrix:
    counts = own_counts(results.facets, "city", criteria)
    cities = chosen_cities(counts)
    known = None if criteria.principle else results.facets["principle"]
    principles = [column.code for column in columns()]
    crossed = cross_cities(index, criteria, [city.slug for city in cities], principles, known)
    return case_matrix(criteria, results.total, counts, cities, crossed)


def _tabs(criteria: Criteria) -> list[tuple[str, str, bool]]:
    names = {"list": _("List"), "map": _("Map"), "matrix": _("Matrix")}
    return [(label, list_url(criteria.with_("view", code)), code == criteria.view) for code, label in names.items()]


def _sorts(criteria: Criteria) -> list[tuple[str, str, bool]]:
    names: dict[str, Any] = {
        "relevance": _("best match"), "newest": _("newest"), "confirmed": _("recently confirmed"),
        "oldest": _("oldest"), "title": _("title"), "city": _("city"),
    }  # fmt: skip
    if not criteria.q:
        del names["relevance"]
    current = criteria.sort if criteria.q or criteria.sort != "relevance" else "newest"
    return [(label, list_url(criteria.with_("sort", code)), code == current) for code, label in names.items()]
