"""The doors of finding: `/cases/` and `/search`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template
from werkzeug.wrappers import Response as BaseResponse

from hub.cases.queries import all_published
from hub.cases.rows import CSV_HEADER, CaseRow, case_csv_row, case_item, case_path, case_row
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES
from hub.search.found import found_groups
from hub.search.index.store import Index
from hub.search.labels import Labels, facet_groups, facet_json
from hub.search.language.marking import fragment, highlight
from hub.search.queries import CaseResults, count_cases, find_case_ids, find_cases, find_others, open_index
from hub.search.sources import case_body
from hub.web import limits
from hub.web.formats import AtomEntry, absolute, atom_feed, csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

bp = Blueprint("search", __name__)
SINGLE = ("q", "year_from", "year_to", "sort", "page", "per_page")
FEED_SIZE = 50


def read_criteria() -> Criteria:
    """Read the criteria from this request; raises Invalid naming the parameter that makes no sense."""
    query = read_query(allowed=SINGLE, repeated=FACET_NAMES)
    data: dict[str, object] = {name: query.values(name) for name in FACET_NAMES}
    data |= {name: query.text(name) for name in SINGLE}
    return Criteria.build(data)


def list_url(criteria: Criteria, suffix: str = "/") -> str:
    """Return the address of a list of cases; `suffix` is `/` for the page, `.json`, `.csv` or `.atom`."""
    pairs = criteria.to_pairs()
    return f"/cases{suffix}" + (f"?{urlencode(pairs)}" if pairs else "")


@bp.get("/cases/")
@limits.searches
@public
def list_cases() -> str:
    """The case studies: words, filters with counts, chips, sorting, pages."""
    criteria, index = read_criteria(), _index()
    results = find_cases(index, criteria)
    labels = Labels(results.facets, criteria)
    page = Page(results.cases, results.total, criteria.page, criteria.per_page)
    return render_template(
        "search/cases.html",
        nav_current="cases",
        criteria=criteria,
        page=page,
        rows=marked_rows(results),
        note=results.note,
        groups=facet_groups(results.facets, criteria, labels),
        filter_count=len(criteria.chips()) - bool(criteria.q),
        chips=[{"label": labels.chip(*chip), "url": list_url(criteria.without(*chip))} for chip in criteria.chips()],
        clear_url=list_url(criteria.only_words()),
        ways_out=_ways_out(index, criteria, labels) if not results.total else [],
        sorts=_sorts(criteria),
        page_url=lambda number: list_url(criteria.with_("page", number)),
        format_links=[(name, list_url(criteria.with_("page", 1), suffix)) for name, suffix in _FORMATS],
        atom_url=list_url(criteria, ".atom"),
        current_principles={code.split(".")[0] for code in criteria.principle},
    )


_FORMATS = (("CSV", ".csv"), ("JSON", ".json"), ("Atom", ".atom"))


def _index() -> Index:
    return open_index(current_app.config["HUB"].index_dir)


def marked_rows(results: CaseResults) -> list[CaseRow]:
    """Return the rows of a list of cases, with what was searched for marked in them."""
    rows = []
    for case in results.cases:
        row = case_row(case)
        if results.needles:
            text = f"{case.summary}\n{case_body(case)}"
            row = replace(
                row,
                title=highlight(case.title, results.needles, case.language),
                highlight=fragment(text, results.needles, case.language, 300),
            )
        rows.append(row)
    return rows


def _sorts(criteria: Criteria) -> list[tuple[str, str, bool]]:
    names = {
        "relevance": _("best match"), "newest": _("newest"), "oldest": _("oldest"), "title": _("title"),
        "city": _("city"),
    }  # fmt: skip
    if not criteria.q:
        del names["relevance"]
    current = criteria.sort if criteria.q or criteria.sort != "relevance" else "newest"
    return [(label, list_url(criteria.with_("sort", code)), code == current) for code, label in names.items()]


def _ways_out(index: Index, criteria: Criteria, labels: Labels) -> list[dict[str, Any]]:
    """Name, for a list that came out empty, each filter without which something is found, and how much."""
    ways = []
    for chip in criteria.chips():
        wider = criteria.without(*chip)
        count = count_cases(index, wider)
        if count:
            ways.append({"label": labels.chip(*chip), "url": list_url(wider), "count": count})
    return ways


@bp.get("/cases.json")
@limits.searches
@public
def list_cases_json() -> Response:
    """One page of the list, for programs."""
    criteria = read_criteria()
    results = find_cases(_index(), criteria)
    page = Page(results.cases, results.total, criteria.page, criteria.per_page)
    facets = facet_json(results.facets, criteria, Labels(results.facets, criteria))
    return json_list(page, [case_item(case) for case in results.cases], facets=facets)


@bp.get("/cases.csv")
@limits.searches
@public
def list_cases_csv() -> Response:
    """All rows of the query, streamed."""
    ids = find_case_ids(_index(), read_criteria())
    return csv_stream("cases.csv", CSV_HEADER, (case_csv_row(case) for case in all_published(ids)))


@bp.get("/cases.atom")
@limits.searches
@public
def list_cases_atom() -> Response:
    """The newest fifty of the query."""
    criteria = read_criteria()
    newest = criteria.with_("sort", "newest").with_("per_page", FEED_SIZE)
    cases = find_cases(_index(), newest, with_facets=False).cases
    entries = [
        AtomEntry(
            id=absolute(case_path(case.slug)), url=case_path(case.slug),
            title=f"{case.title} ({_('Demo')})" if case.is_demo else case.title,
            updated_at=case.updated_at, published_at=case.published_at, summary=case.summary, language=case.language,
            author=case.city.name if case.city else "", categories=case.principle_codes,
        )
        for case in cases
    ]  # fmt: skip
    return atom_feed(
        title=_("Case studies of human rights cities"), path=list_url(criteria, ".atom"), page_path=list_url(criteria),
        entries=entries,
    )  # fmt: skip


@bp.get("/search")
@limits.searches
@public
def search_all() -> str | BaseResponse:
    """Everything found, under headings, cases first."""
    query = read_query(allowed=("q",))
    criteria = Criteria.build({"q": query.text("q"), "per_page": 6})
    results = find_cases(_index(), criteria, with_facets=False) if criteria.q else None
    return render_template(
        "search/search.html",
        criteria=criteria,
        results=results,
        rows=marked_rows(results) if results else [],
        cases_url=list_url(Criteria(q=criteria.q)),
        groups=found_groups(find_others(_index(), criteria.q)) if criteria.q else [],
    )
