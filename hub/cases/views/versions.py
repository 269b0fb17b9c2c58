"""How a case came to say what it says: its versions, what changed between any two, one of them brought back."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import page as shown
from hub.cases import service
from hub.cases.completeness import Unfinished
from hub.cases.content import content_of, content_of_text
from hub.cases.diff import Change, changes
from hub.cases.forms.translating import RestoreForm
from hub.cases.history import VersionLine, field_name, spell, version_line
from hub.cases.marks import mark_words, marks_of
from hub.cases.models import CaseStudy
from hub.cases.parts import sections
from hub.cases.policy import can_propose_change, can_take_out, needs_second_reader
from hub.cases.queries import (
    count_revisions,
    find_revision,
    get_case,
    list_revisions,
    newest_revision_number,
    revision_numbers,
)
from hub.cases.rows import case_path
from hub.cases.service.restoring import restored_text
from hub.cases.versions import cited_in_words, cited_version, told_then, version_of
from hub.cases.views.base import bp, common
from hub.cases.views.writing import carried_out
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import WRITER, permission, public
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

VERSIONS_A_PAGE = 10
HIGHEST = 1_000_000  # no case has as many versions
_FORMATS = (("BibTeX", "bib"), ("RIS", "ris"), ("JSON", "json"))
_BESIDE = ("years_text", "stage", "lead_office", "contact_role", "contact_address", "confidence")


@bp.get("/cases/<slug>/history")
@public
def show_history(slug: str) -> Response:
    """Show the versions of a case, newest first, with what changed in each; or one version; or two side by side."""
    query = read_query(allowed={"version", "from", "to", "page"})
    me = signed_in_user()
    case = get_case(slug, me)
    number = query.integer("version", high=HIGHEST)
    older, newer = query.integer("from", high=HIGHEST), query.integer("to", high=HIGHEST)
    if number is not None:
        page = _version(case, number)
    elif older is not None or newer is not None:
        page = _between(case, older, newer)
    else:
        page = _versions(case, query.integer("page", default=1) or 1)
    response = make_response(page)
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
        numbers=revision_numbers(case.id) if total > 1 else [],
        marks=_marks(case),
        may_take_out=can_take_out(signed_in_user(), case),
    )


def _between(case: CaseStudy, older: int | None, newer: int | None) -> str:
    """Return the page of what changed between two versions; without one of them, to the newest or from the one before.

    Raises NotFound for a version that is not there, Invalid for the same one twice.
    """
    numbers = revision_numbers(case.id)
    after = newer or (numbers[0] if numbers else 0)
    before = older or next((number for number in numbers if number < after), after)
    if before == after:
        raise Invalid("from", "Choose two different versions.")
    before, after = sorted((before, after))
    first, last = find_revision(case.id, before), find_revision(case.id, after)
    if first is None or last is None:
        raise NotFound(f"case {case.slug} has no version {before if first is None else after}")
    return render_template(
        "cases/between.html",
        **common(case),
        first=version_line(first, [], is_first=False),
        last=version_line(last, changes(first.content, last.content, spell), is_first=False),
        field_name=field_name,
        numbers=numbers,
        marks=_marks(case),
    )


def _marks(case: CaseStudy) -> list[str]:
    return [mark_words(mark) for mark in marks_of(case.id)]


def _version(case: CaseStudy, number: int) -> str:
    revision = version_of(case, number)
    me, content, told = signed_in_user(), revision.content, told_then(revision, case)
    is_newest = revision.number == newest_revision_number(case.id)
    return render_template(
        "cases/version.html",
        **common(case),
        line=version_line(revision, [], is_first=False),
        told=told,
        sections=sections(told, has_city=case.city is not None),
        facts=_facts(content),
        is_newest=is_newest,
        marks=_marks(case),
        prose=shown.prose,
        host=shown.host,
        tags=[spell("tags", tuple(tag)) for tag in content.get("tags", [])],
        files=[spell("files", tuple(file)) for file in content.get("files", [])],
        sources=[(title, url) for url, title in content.get("sources", [])],
        cited=cited_in_words(cited_version(case, revision)),
        formats=[(name, f"{case_path(case.slug)}.{suffix}?version={revision.number}") for name, suffix in _FORMATS],
        may_restore=not is_newest and can_propose_change(me, case),
    )


def _facts(content: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Return the facts beside a version: name, words, and whether a person wrote these words."""
    rows = [(name, spell(name, content.get(name) or None)) for name in _BESIDE]
    return [(field_name(name), words, name not in ("stage", "confidence")) for name, words in rows if words]


@bp.route("/cases/<slug>/restore", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def restore_version(slug: str) -> ResponseReturnValue:
    """Show what bringing a version back would change, ask why, and do it, or propose it to a second reader.

    Where none is named, it is the one before the newest.
    """
    asked = read_query(allowed={"version"}).integer("version", high=HIGHEST)
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not can_propose_change(me, case):
        raise Forbidden("this case is not one's own to change")
    numbers = revision_numbers(case.id)
    wanted = asked or (numbers[:2][-1] if numbers else 0)
    note = _("Brought back what version %(number)d said.", number=wanted)
    form = RestoreForm(data={"version": str(case.version), "number": str(wanted), "change_note": note})
    sent = str(form.number.data or "")
    number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else wanted
    if find_revision(case.id, number) is None:
        raise NotFound(f"case {case.slug} has no version {number}")
    is_late = False
    if request.method == "POST" and form.is_good():
        version, why = int(str(form.version.data)), str(form.change_note.data or "")

        def work() -> str:
            service.restore_version(slug, number, version, by=me, now=clock.now(), note=why)
            return case_path(slug)

        try:
            return redirect(carried_out(form, work, [number, version, why]), 303)
        except Conflict:
            is_late = True
        except Unfinished as error:
            form.refuse("form_key", _(error.message))
        except Invalid as error:
            form.refuse_invalid(error)
        case = get_case(slug, me)
        form.version.data = str(case.version)
    found = _would_change(case, number)
    page = render_template(
        "cases/restore.html", **(common(case) | {"nav_current": "desk"}), form=form, number=number, changes=found,
        field_name=field_name, is_late=is_late, waits=needs_second_reader(me, case),
    )  # fmt: skip
    return page, 409 if is_late else 400 if form.problems else 200


def _would_change(case: CaseStudy, number: int) -> list[Change]:
    """Return what would change in a case if it said again what a version said."""
    revision, now = version_of(case, number), content_of(case)
    return changes(now, now | content_of_text(restored_text(case, revision.content)), spell)
