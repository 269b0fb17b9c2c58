"""Writing a case: edit step by step, look at it, save, publish, take over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import page as shown
from hub.cases import service
from hub.cases.completeness import Unfinished
from hub.cases.content import text_of
from hub.cases.forms import EDITOR, CaseForm
from hub.cases.models import DRAFT, PUBLISHED, CaseStudy
from hub.cases.parts import sections
from hub.cases.policy import can_propose_change, can_write_case, needs_second_reader
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.template import PRINCIPLES, PRIVATE, STEPS
from hub.cases.translations import Told
from hub.cases.views import editing, steps
from hub.cases.views.base import bp, common
from hub.cases.views.editor import conflict_page, differences, editor, refuse_unfinished, step_of, unsaved_in
from hub.cases.views.sending import carried_out, own_case, sent_case, version_sent
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, WRITER, permission
from hub.web.locale import gettext as _
from hub.web.params import read_query, takes

__all__ = ["carried_out", "editor", "own_case"]

NEXT, PREVIEW, BACK, SEND, PUBLISH = "next", "preview", "back", "submit", "publish"  # what the buttons send


@bp.route("/cases/<slug>/edit", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(WRITER)
def edit_case(slug: str) -> ResponseReturnValue:
    """Change a draft or a published case, a `step` at a time or all at once; a draft can be published from here.

    `principle` names those of which the writer is to choose a clause. What is sent without a step is the whole text.
    """
    query = read_query(allowed={"step"}, repeated={"principle"})
    step = steps.asked_step(query.text("step", 40))
    me: Any = signed_in_user()
    is_sent = request.method == "POST"
    case = sent_case(slug) if is_sent else get_case(slug, me)
    # Who still wrote when a colleague published gets the text back, and is told.
    if not (can_write_case(me, case) or can_propose_change(me, case) or (is_sent and me.works_for(case.city_id))):
        raise Forbidden("this case is not one's own to change")
    if not is_sent:
        return _opened(case, step, query.values("principle"))
    form = editing.form_of(case, steps=steps.fields_shown(step or steps.ALL))
    if "add_row" in request.form:
        return editor(case, form, more_rows=request.form["add_row"])
    do = request.form.get("do", "")
    if do == BACK:
        return editor(case, form, is_kept=True)
    if not form.is_good(beside=EDITOR):
        return editor(case, form)
    return _preview(case, form) if do == PREVIEW else _save(case, form, do, step)


def _opened(case: CaseStudy, step: str, near: list[str]) -> ResponseReturnValue:
    """Return the editor as it is opened: with what this person typed and did not save, where there is such a text."""
    me: Any = signed_in_user()
    text, touched, unsaved = unsaved_in(case, me.id)
    if not step:
        first = touched[0] if touched else steps.first_open(text, case)
        step = steps.ALL if case.state != DRAFT else PRINCIPLES if near else first
    here = steps.fields_shown(step)
    conflict = None
    if unsaved is not None:
        is_shown = any(each in here for each in touched)
        unsaved = replace(unsaved, is_shown=is_shown)
        if not is_shown:
            text = text_of(case)
        elif unsaved.is_stale:
            conflict = differences(case, text)
    form = editing.form_of(case, text=text, steps=here, is_sent=False)
    if unsaved is not None and unsaved.is_shown:
        form.change_note.data, form.is_small.data = unsaved.note, unsaved.is_small
    return editor(case, form, near=near, unsaved=unsaved, conflict=conflict)


def _save(case: CaseStudy, form: CaseForm, do: str, step: str) -> ResponseReturnValue:
    """Save what was sent, or send it on: to everyone, to a second reader, to the next step."""
    slug, text = case.slug, editing.typed_text(form, case)
    me: Any = signed_in_user()
    note, is_small, version = str(form.change_note.data or ""), bool(form.is_small.data), form.base_version
    publish, sends = do == PUBLISH, do == SEND and case.state == DRAFT

    def work() -> str:
        now = clock.now()
        if sends:
            saved = service.submit_case(slug, version, by=me, now=now, text=text)
        elif case.state != DRAFT and needs_second_reader(me, case):
            service.propose_change(slug, text, version, by=me, now=now, note=note, is_small=is_small)
            saved = case
        else:
            saved = service.save_case(
                slug, text, version, by=me, now=now, note=note, is_small=is_small, publish=publish
            )
        service.settle_copy(saved, form.steps, version, by=me)
        return case_path(slug) if sends or saved.state == PUBLISHED else _onwards(case, step, do)

    try:
        return redirect(carried_out(form, work, [version, text, note, is_small, do]), 303)
    except (Conflict, Forbidden):
        return conflict_page(slug, form, text)
    except Unfinished as error:
        if step_of(form) != steps.ALL:
            return editor(get_case(slug, me), form, blocked=error)
        refuse_unfinished(form, error)
    except Invalid as error:
        form.refuse_invalid(error)
    return editor(get_case(slug, me), form)


def _onwards(case: CaseStudy, step: str, do: str) -> str:
    """Return where a draft goes on: at the next step, at this one, or, saved whole, where something is missing."""
    after = steps.neighbours(step)[1] if do == NEXT else ""
    return steps.step_url(case, after or step) if step else f"{case_path(case.slug)}/edit"


def _preview(case: CaseStudy, form: CaseForm) -> ResponseReturnValue:
    """Show what was typed as readers would see it, and keep it in the page; nothing is stored."""
    me: Any = signed_in_user()
    base, _touched, unsaved = unsaved_in(case, me.id)
    text = editing.typed_text(form, case, None if unsaved is not None and unsaved.is_stale else base)
    private: dict[str, Any] = dict.fromkeys(PRIVATE, "")
    said = replace(text, **private)
    told = Told(said, said.language, said.language, None, 0, ())
    typed = [(name, value) for name in request.form for value in request.form.getlist(name) if name != "do"]
    return render_template(
        "cases/preview.html",
        **(common(case) | {"nav_current": "desk"}),
        text=said,
        sections=sections(told, has_city=case.city is not None),
        typed=[(name, value) for name, value in typed if name != "csrf_token"],
        place=steps.step_url(case, step_of(form)) if len(form.steps) < len(STEPS) else f"{case_path(case.slug)}/edit",
        sources=[(title, url) for url, title in said.sources],
        prose=shown.prose,
        host=shown.host,
    )


@bp.post("/cases/<slug>/publish")
@takes("version")
@permission(COORDINATOR)
def publish_case(slug: str) -> ResponseReturnValue:
    """Open a draft, or an archived case again, as it stands; what is missing leads to its fields."""
    me: Any = signed_in_user()
    version = version_sent()
    try:
        with transaction():
            service.publish_case(slug, version, by=me, now=clock.now())
    except Unfinished as error:
        case = own_case(slug)
        form = editing.form_of(case, is_sent=False)
        refuse_unfinished(form, error)
        return editor(case, form)
    return redirect(case_path(slug), 303)


@bp.post("/cases/<slug>/confirm")
@takes("version")
@permission(COORDINATOR)
def confirm_case(slug: str) -> ResponseReturnValue:
    """Take over a compiled case as it stands."""
    me: Any = signed_in_user()
    version, note = version_sent(), _("Confirmed by the city as it stands.")
    with transaction():
        service.confirm_case(slug, version, by=me, now=clock.now(), note=note)
    return redirect(case_path(slug), 303)
