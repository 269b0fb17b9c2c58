"""The list of cases for programs and archives: JSON, CSV, Atom."""

from __future__ import annotations

from flask import Response

from hub.cases.queries import all_published
from hub.cases.rows import CSV_HEADER, case_csv_row, case_item, case_path
from hub.search.labels import Labels, facet_json
from hub.search.links import list_url
from hub.search.queries import find_case_ids, find_cases
from hub.search.views.blueprint import ResultPage, bp, read_criteria, this_index
from hub.web import limits
from hub.web.formats import AtomEntry, atom_feed, csv_stream, json_list
from hub.web.gate import public
from hub.web.locale import gettext as _

FEED_SIZE = 50


@bp.get("/cases.json")
@limits.searches
@public
def list_cases_json() -> Response:
    """One page of the list, for programs."""
    criteria = read_criteria()
    results = find_cases(this_index(), criteria, with_clauses=True)
    page = ResultPage(results.cases, results.total, criteria.page, criteria.per_page)
    facets = facet_json(results.facets, criteria, Labels(results.facets, criteria, of_all_cities=True))
    items = [case_item(case) for case in results.cases]
    return json_list(page, items, facets=facets, is_indexed=results.is_indexed)


@bp.get("/cases.csv")
@limits.searches
@public
def list_cases_csv() -> Response:
    """All rows of the query, streamed."""
    ids = find_case_ids(this_index(), read_criteria())
    return csv_stream("cases.csv", CSV_HEADER, (case_csv_row(case) for case in all_published(ids)))


@bp.get("/cases.atom")
@limits.searches
@public
def list_cases_atom() -> Response:
    """The newest fifty of the query."""
    criteria = read_criteria()
    newest = criteria.with_("sort", "newest").with_("per_page", FEED_SIZE)
    cases = find_cases(this_index(), newest, with_facets=False).cases
    entries = [
        AtomEntry(
            id=f"case/{case.id}", url=case_path(case.slug),
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
