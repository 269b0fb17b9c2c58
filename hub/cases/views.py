"""Doors of this room for people: a case, and how it came to say what it says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template

from hub.cases import page as shown
from hub.cases.diff import changes
from hub.cases.history import VersionLine, field_name, spell, version_line
from hub.cases.metadata import cited_in_words, format_url, link_header, structured_data
from hub.cases.models import ARCHIVED, CaseStudy
from hub.cases.queries import count_revisions, find_revision, get_case, list_revisions, related
from hub.cases.rows import case_path, city_label, is_current_language, own_language_name, years_phrase
from hub.core.errors import NotFound
from hub.web.formats import absolute
from hub.web.gate import public
from hub.web.locale import country_name, language_links
from hub.web.paging import Page
from hub.web.params import read_query

bp = Blueprint("cases", __name__)
VERSIONS_A_PAGE = 10


def _common(case: CaseStudy) -> dict[str, Any]:
    """Return what every page about a case shows: where it happened, in which language it is told."""
    return {
        "nav_current": "cases",
        "case": case,
        "case_url": case_path(case.slug),
        "city_name": city_label(case.city) if case.city else "",
        "country": country_name(case.country),
        "is_archived": case.state == ARCHIVED,
        "told_in": "" if is_current_language(case.language) else own_language_name(case.language),
    }


@bp.get("/cases/<slug>")
@public
def show_case(slug: str) -> Response:
    """Show one case, in numbered parts with the facts beside it."""
    read_query()
    case = get_case(slug)
    response = make_response(
        render_template(
            "cases/case.html",
            **_common(case),
            current_principles=set(case.principle_codes),
            canonical=absolute(case_path(case.slug)),
            alternates=[(link.code, absolute(link.url)) for link in language_links()],
            years=years_phrase(case),
            bar=shown.principle_bar(),
            prose=shown.prose,
            host=shown.host,
            sources=[(source.title, source.url) for source in case.sources],
            provenance=shown.provenance(case),
            kinds=shown.kinds(case),
            groups=shown.groups(case),
            clauses=shown.clause_tags(case),
            alliance=shown.alliance_tags(case),
            items=shown.item_tags(case),
            goals=shown.goals(case),
            timeline=shown.timeline(case),
            locator=shown.locator(case),
            near=shown.near_cases(related(case)),
            cited=cited_in_words(case),
            formats=[
                ("BibTeX", format_url(case, "bib")),
                ("RIS", format_url(case, "ris")),
                ("Markdown", format_url(case, "md")),
                ("JSON", format_url(case, "json")),
                ("PDF", format_url(case, "pdf")),
            ],
            structured=structured_data(case),
        )
    )
    response.headers["Link"] = link_header(case)
    return response


@bp.get("/cases/<slug>/history")
@public
def show_history(slug: str) -> str:
    """Show the versions of a case, newest first, with what changed in each; or one version as it was."""
    query = read_query(allowed={"version", "page"})
    case = get_case(slug)
    number = query.integer("version", high=1_000_000)
    if number is not None:
        return _version(case, number)
    page_number = query.integer("page", default=1) or 1
    offset = (page_number - 1) * VERSIONS_A_PAGE
    total = count_revisions(case.id)
    found = list_revisions(case.id, VERSIONS_A_PAGE + 1, offset)  # one more, to compare the oldest shown with
    if not found and page_number > 1:
        raise NotFound(f"case {slug} has no page {page_number} of versions")
    lines: list[VersionLine] = []
    for place, revision in enumerate(found[:VERSIONS_A_PAGE]):
        before = found[place + 1] if place + 1 < len(found) else None
        found_changes = changes(before.content, revision.content, spell) if before else []
        lines.append(version_line(revision, found_changes, is_first=before is None))
    return render_template(
        "cases/history.html",
        **_common(case),
        page=Page(lines, total, page_number, VERSIONS_A_PAGE),
        page_url=lambda other: f"{case_path(case.slug)}/history?page={other}",
        field_name=field_name,
    )


def _version(case: CaseStudy, number: int) -> str:
    revision = find_revision(case.id, number)
    if revision is None:
        raise NotFound(f"case {case.slug} has no version {number}")
    return render_template(
        "cases/version.html",
        **_common(case),
        line=version_line(revision, [], is_first=False),
        content=revision.content,
        is_newest=number == case.version,
        prose=shown.prose,
        host=shown.host,
        tags=[spell("tags", tuple(tag)) for tag in revision.content.get("tags", [])],
        sources=[(title, url) for url, title in revision.content.get("sources", [])],
    )
