"""Reading a case."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template

from hub.cases import page as shown
from hub.cases.compare import compare_path
from hub.cases.links import gone_links
from hub.cases.metadata import cited_in_words, format_url, link_header, structured_data
from hub.cases.models import DRAFT, CaseStudy
from hub.cases.near import near_cases, related
from hub.cases.outline import outline
from hub.cases.policy import (
    can_archive_case,
    can_compare,
    can_confirm_case,
    can_delete_draft,
    can_move_case,
    can_publish_case,
    can_say_still_true,
    can_take_out,
    can_write_case,
)
from hub.cases.queries import files_of, get_case
from hub.cases.rows import case_path, years_phrase
from hub.cases.translations import ORIGINAL, Told, told_in
from hub.cases.truth import question, truth_of
from hub.cases.views.base import bp, common
from hub.cases.waiting import waiting_of
from hub.cases.yearly import is_to_be_said_again
from hub.core import clock
from hub.core.errors import Invalid
from hub.exchange import queries as exchange
from hub.web.actor import signed_in_user
from hub.web.formats import absolute
from hub.web.gate import public
from hub.web.locale import language, language_links
from hub.web.params import read_query


@bp.get("/cases/<slug>")
@public
def show_case(slug: str) -> Response:
    """Show one case, in numbered parts with the facts beside it; a draft only to the people of its city."""
    query = read_query(allowed={"text", "city"})
    me = signed_in_user()
    case = get_case(slug, me)
    told = _told(case, query.text("text", 35))
    facts = _facts(case, told, has_fit=can_compare(me, case))
    asked_city = query.text("city", 80)
    response = make_response(
        render_template("cases/case.html", **common(case), **facts, **_for(case, me), asked_city=asked_city)
    )
    if case.state != DRAFT:
        response.headers["Link"] = link_header(case)
    if me is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


def _told(case: CaseStudy, asked: str) -> Told:
    """Return the case in the language asked for, or in the reader's; raises Invalid where it is not told in it."""
    told = told_in(case, asked or language())
    if asked and asked not in (ORIGINAL, told.language):
        raise Invalid("text", "This case is not told in that language.")
    return told


def _facts(case: CaseStudy, told: Told, *, has_fit: bool) -> dict[str, Any]:
    """Return what the page says of a case, to whoever reads it; `has_fit` adds how her own city compares."""
    is_draft = case.state == DRAFT
    files = [shown.file_shown(case, file) for file in files_of(case.id)]
    pictures, documents = [file for file in files if file.is_image], [file for file in files if not file.is_image]
    steps, near = shown.timeline(case), [] if is_draft else near_cases(related(case))
    replies = exchange.replies_beside_case(case.id)
    return {
        "told": told,
        "translated": shown.translation_words(told),
        "other_tongues": shown.tongues(case, told),
        "outline": outline(
            told,
            case,
            has_pictures=bool(pictures),
            has_steps=bool(steps),
            has_fit=has_fit,
            has_replies=bool(replies),
        ),
        "truth": truth_of(case, clock.now().date()),
        "asked": question(case),
        "current_principles": set(case.principle_codes),
        "canonical": absolute(case_path(case.slug)),
        "alternates": [(link.code, absolute(link.url)) for link in language_links()],
        "years": years_phrase(case),
        "bar": shown.principle_bar(),
        "prose": shown.prose,
        "host": shown.host,
        "sources": [(source.title, source.url) for source in case.sources],
        "gone": gone_links(case),
        "pictures": pictures,
        "documents": documents,
        "provenance": shown.provenance(case),
        "beside": shown.beside(case, told),
        "timeline": steps,
        "replies": replies,
        "locator": shown.locator(case),
        "contact": shown.contact(case, told),
        "near": near,
        "compare_url": compare_path([case.slug, *(other.slug for other in near[:2])]) if near else "",
        "cited": cited_in_words(case),
        "formats": [] if is_draft else _formats(case),
        "structured": None if is_draft else structured_data(case, told.others, told.translation),
    }


def _for(case: CaseStudy, me: Any) -> dict[str, Any]:
    """Return what the page offers this reader."""
    return {"mine": _mine(case, me), "organizing": can_move_case(me), "may_take_out": can_take_out(me, case)}


def _formats(case: CaseStudy) -> list[tuple[str, str]]:
    names = (("BibTeX", "bib"), ("RIS", "ris"), ("Markdown", "md"), ("JSON", "json"), ("PDF", "pdf"))
    return [(name, format_url(case, suffix)) for name, suffix in names]


def _mine(case: CaseStudy, me: Any) -> dict[str, Any]:
    """Return what the reader may do with the case; empty for everyone who does not write for its city."""
    if me is None or not me.works_for(case.city_id):
        return {}
    return {
        "edit": can_write_case(me, case),
        "publish": can_publish_case(me, case),
        "archive": can_archive_case(me, case),
        "confirm": can_confirm_case(me, case),
        "delete": can_delete_draft(me, case),
        "waiting": waiting_of(case, me),
        "still": can_say_still_true(me, case) and is_to_be_said_again(case, clock.now().date()),
    }
