"""Keeping what is typed while it is typed, for the one who types."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.forms import EDITOR, CaseForm
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.views import editing, steps
from hub.cases.views.base import bp
from hub.cases.views.sending import sent_case
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Forbidden, Invalid
from hub.core.text import has_control_characters
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.forms import old_form, strange_fields
from hub.web.gate import WRITER, permission
from hub.web.locale import gettext as _
from hub.web.params import read_query

MOST_SENT = 1_000_000_000  # by one window


@bp.post("/cases/<slug>/copy")
@csrf.exempt  # the form checks its own token, and the answer says so
@permission(WRITER)
def keep_copy(slug: str) -> ResponseReturnValue:
    """Keep what stands in a step of the editor until it is saved; it may be unfinished or too long, as typing is."""
    query = read_query(allowed={"step", "window", "number"})
    step = steps.asked_step(query.text("step", 40))
    window, number = query.text("window", 40), query.integer("number", 0, 0, MOST_SENT) or 0
    me: Any = signed_in_user()
    case = sent_case(slug)
    if not me.works_for(case.city_id):
        raise Forbidden("one writes for one's own city")
    form = editing.form_of(case, steps=steps.fields_shown(step or steps.ALL))
    refused = _refused(form)
    if refused:
        return jsonify(detail=refused), 400
    text, now = editing.typed_text(form, case), clock.now()
    note, is_small = str(form.change_note.data or ""), bool(form.is_small.data)
    try:
        with transaction():
            service.keep_copy(
                case.slug, text, form.steps, form.base_version, by=me, now=now, note=note, is_small=is_small,
                order=(window, number) if window else None,
            )  # fmt: skip
    except Invalid as error:
        return jsonify(detail=_(error.message, **error.values)), 400
    return jsonify(saved_at=now.isoformat())


def _refused(form: CaseForm) -> str:
    """Say why a text cannot be kept at all; empty where it can. What can be mended later does not stand in the way."""
    form.validate()
    if "csrf_token" in form and form["csrf_token"].errors:
        return old_form()
    if form.version.errors:
        return str(form.version.errors[0])
    strange = strange_fields(form, EDITOR)
    if strange:
        return strange[0][1]
    for field in form:
        values = field.data if isinstance(field.data, list) else [field.data]
        if any(isinstance(value, str) and has_control_characters(value) for value in values):
            return _("It holds a character that cannot be shown. Take it out.")
    coded = {name: field for name, field in form._fields.items() if hasattr(field, "choices") and field.errors}
    return str(next(iter(coded.values())).errors[0]) if coded else ""


@bp.post("/cases/<slug>/copy/forget")
@permission(WRITER)
def forget_copy(slug: str) -> ResponseReturnValue:
    """Let go what one typed in a case and did not save."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, me)
    if not me.works_for(case.city_id):
        raise Forbidden("one writes for one's own city")
    with transaction():
        service.forget_copy(slug, by=me)
    return redirect(f"{case_path(case.slug)}/edit", 303)
