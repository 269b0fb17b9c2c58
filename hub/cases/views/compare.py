"""Up to three cases side by side."""

from __future__ import annotations

from flask import Response, make_response, render_template

from hub.cases.compare import MOST, columns, compare_path, rows
from hub.cases.models import CaseStudy
from hub.cases.near import Near, near_cases, related
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.translations import told_in
from hub.cases.views.base import bp
from hub.core.errors import Invalid, NotFound
from hub.web.gate import public
from hub.web.locale import language
from hub.web.params import read_query

OFFERED = 4  # cases near to those compared, while there is room for one more


@bp.get("/cases/compare")
@public
def compare() -> Response:
    """Show up to three cases in one table; of a single one, which to put beside it. Says which of them is not there."""
    slugs = read_query(repeated={"case"}).values("case")
    if len(slugs) > MOST:
        raise Invalid("case", "Compare up to %(limit)s cases.", limit=MOST)
    found = {slug: case for slug in slugs if (case := _find(slug))}
    cases = list({case.id: case for case in found.values()}.values())
    told = [told_in(case, language()) for case in cases]
    page = render_template(
        "cases/compare.html",
        nav_current="cases",
        columns=columns(cases, told),
        rows=rows(cases, told) if len(cases) > 1 else [],
        absent=[slug for slug in slugs if slug not in found],
        offered=_offered(cases),
        with_path=lambda slug: compare_path([*(case.slug for case in cases), slug]),
        first_url=case_path(cases[0].slug) if cases else "",
    )
    return make_response(page, 200 if len(found) == len(slugs) else 404)


def _find(slug: str) -> CaseStudy | None:
    try:
        return get_case(slug)
    except NotFound:
        return None


def _offered(cases: list[CaseStudy]) -> list[Near]:
    """Return cases near to the first that there is still room for."""
    if not cases or len(cases) >= MOST:
        return []
    here = {case.slug for case in cases}
    return [other for other in near_cases(related(cases[0], OFFERED + MOST)) if other.slug not in here][:OFFERED]
