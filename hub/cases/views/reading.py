"""Reading a case, and how it came to say what it says."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template

from hub.cases import page as shown
from hub.cases.diff import changes
from hub.cases.history import VersionLine, field_name, spell, version_line
from hub.cases.marks import mark_words, marks_of
from hub.cases.metadata import cited_in_words, format_url, link_header, structured_data
from hub.cases.models import DRAFT, CaseStudy
from hub.cases.policy import (
    can_archive_case,
    can_confirm_case,
    can_delete_draft,
    can_move_case,
    can_publish_case,
    can_take_out,
    can_write_case,
)
from hub.cases.queries import (
    count_revisions,
    files_of,
    find_revision,
    get_case,
    list_revisions,
    newest_revision_number,
    related,
)
from hub.cases.rows import case_path, years_phrase
from hub.cases.views.base import bp, common
from hub.core.errors import NotFound
from hub.web.actor import signed_in_user
from hub.web.formats import absolute
from hub.web.gate import public
from hub.web.locale import language_links
from hub.web.paging import Page
from hub.web.params import read_query

VERSIONS_A_PAGE = 10


@bp.get("/cases/<slug>")
@public
def show_case(slug: str) -> Response:
    """Show one case, in numbered parts with the facts beside it; a draft only to the people of its city."""
    read_query()
    me = signed_in_user()
    case = get_case(slug, me)
    is_draft = case.state == DRAFT
    files = files_of(case.id)
    response = make_response(
        render_template(
            "cases/case.html",
            **common(case),
            mine=_mine(case, me),
            organizing=can_move_case(me),
            may_take_out=can_take_out(me, case),
            current_principles=set(case.principle_codes),
            canonical=absolute(case_path(case.slug)),
            alternates=[(link.code, absolute(link.url)) for link in language_links()],
            years=years_phrase(case),
            bar=shown.principle_bar(),
            prose=shown.prose,
            host=shown.host,
            sources=[(source.title, source.url) for source in case.sources],
            pictures=[shown.file_shown(case, file) for file in files if file.is_image],
            documents=[shown.file_shown(case, file) for file in files if not file.is_image],
            provenance=shown.provenance(case),
            kinds=shown.kinds(case),
            groups=shown.groups(case),
            clauses=shown.clause_tags(case),
            alliance=shown.alliance_tags(case),
            items=shown.item_tags(case),
            goals=shown.goals(case),
            timeline=shown.timeline(case),
            locator=shown.locator(case),
            contact=shown.contact(case),
            near=[] if is_draft else shown.near_cases(related(case)),
            cited=cited_in_words(case),
            formats=[] if is_draft else _formats(case),
            structured=None if is_draft else structured_data(case),
        )
    )
    if not is_draft:
        response.headers["Link"] = link_header(case)
    if me is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _formats(case: CaseStudy) -> list[tuple[str, str]]:
    names = (("BibTeX", "bib"), ("RIS", "ris"), ("Markdown", "md"), ("JSON", "json"), ("PDF", "pdf"))
    return [(name, format_url(case, suffix)) for name, suffix in names]


def _mine(case: CaseStudy, me: Any) -> dict[str, bool]:
    """Return what the reader may do with the case; empty for everyone who does not write for its city."""
    if me is None or not me.works_for(case.city_id):
        return {}
    return {
        "edit": can_write_case(me, case),
        "publish": can_publish_case(me, case),
        "archive": can_archive_case(me, case),
        "confirm": can_confirm_case(me, case),
        "delete": can_delete_draft(me, case),
    }


@bp.get("/cases/<slug>/history")
@public
def show_history(slug: str) -> Response:
    """Show the versions of a case, newest first, with what changed in each; or one version as it was."""
    query = read_query(allowed={"version", "page"})
    me = signed_in_user()
    case = get_case(slug, me)
    number = query.integer("version", high=1_000_000)
    page_number = query.integer("page", default=1) or 1
    response = make_response(_version(case, number) if number is not None else _versions(case, page_number))
    if me is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _versions(case: CaseStudy, page_number: int) -> str:
    offset = (page_number - 1) * VERSIONS_A_PAGE
    total = count_revisions(case.id)
    found = list_revisions(case.id, VERSIONS_A_PAGE + 1, offset)  # one more, to compare the oldest shown with
    if not found and page_number > 1:
        raise NotFound(f"case {case.slug} has no page {page_number} of versions")
    lines: list[VersionLine] = []
    for place, revision in enumerate(found[:VERSIONS_A_PAGE]):
        before = found[place + 1] if place + 1 < len(found) else None
        found_changes = changes(before.content, revision.content, spell) if before else []
        lines.append(version_line(revision, found_changes, is_first=before is None))
    return render_template(
        "cases/history.html",
        **common(case),
        page=Page(lines, total, page_number, VERSIONS_A_PAGE),
        page_url=lambda other: f"{case_path(case.slug)}/history?page={other}",
        field_name=field_name,
        marks=_marks(case),
        may_take_out=can_take_out(signed_in_user(), case),
    )


def _marks(case: CaseStudy) -> list[str]:
    return [mark_words(mark) for mark in marks_of(case.id)]


def _version(case: CaseStudy, number: int) -> str:
    newest = newest_revision_number(case.id)
    # What changed no words, as another city or a person taken out, counts the version up and is not kept as one.
    revision = find_revision(case.id, newest if newest < number == case.version else number)
    if revision is None:
        raise NotFound(f"case {case.slug} has no version {number}")
    return render_template(
        "cases/version.html",
        **common(case),
        line=version_line(revision, [], is_first=False),
        content=revision.content,
        is_newest=revision.number == newest,
        marks=_marks(case),
        prose=shown.prose,
        host=shown.host,
        tags=[spell("tags", tuple(tag)) for tag in revision.content.get("tags", [])],
        files=[spell("files", tuple(file)) for file in revision.content.get("files", [])],
        sources=[(title, url) for url, title in revision.content.get("sources", [])],
    )
