"""Taking a case from the lists, giving it to another city, deleting a draft."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import service
from hub.cases.forms import DeleteForm, MoveForm, ReasonForm
from hub.cases.policy import can_archive_case, can_delete_draft
from hub.cases.queries import get_case
from hub.cases.rows import case_path
from hub.cases.views.base import bp, common
from hub.cases.views.writing import carried_out
from hub.cities import queries as cities
from hub.core import clock
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm
from hub.web.gate import COORDINATOR, ORGANIZER, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query


@bp.route("/cases/<slug>/archive", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(COORDINATOR)
def archive_case(slug: str) -> ResponseReturnValue:
    """Ask why, then take a published case from the lists."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, me)
    form = ReasonForm()
    if request.method == "POST" and form.is_good():

        def work() -> str:
            service.archive_case(slug, str(form.reason.data), by=me, now=clock.now())
            return case_path(slug)

        return redirect(carried_out(form, work, form.reason.data), 303)
    if not can_archive_case(me, case):
        raise Forbidden("a coordinator archives")
    page = render_template("cases/archive.html", **(common(case) | {"nav_current": "desk"}), form=form)
    return page, 400 if form.problems else 200


@bp.route("/cases/<slug>/move", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token and brings back what was typed
@permission(ORGANIZER)
@sensitive()
def move_case(slug: str) -> ResponseReturnValue:
    """Correct whose practice a published case tells."""
    read_query()
    me: Any = signed_in_user()
    case = get_case(slug, None)
    former = case.city.slug if case.city else ""
    form = MoveForm(data={"version": str(case.version), "city": former})
    nowhere = [("", _("No city: a national programme"))]
    found = cities.by_name(cities.list_cities())
    form.city.choices = nowhere + [(city.slug, city.label(language())) for city in found]
    if request.method == "POST" and form.is_good():
        chosen, reason, version = str(form.city.data or ""), str(form.reason.data), _version_of(form)

        def work() -> str:
            service.move_case(slug, version, chosen, reason, by=me, now=clock.now())
            return case_path(slug)

        try:
            return redirect(carried_out(form, work, [chosen, reason, version]), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            _begin_anew(form, get_case(slug, None).version)
    case = get_case(slug, None)
    page = render_template("cases/move.html", **(common(case) | {"nav_current": "desk"}), form=form)
    return page, _status(form)


@bp.route("/cases/<slug>/delete", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token
@permission(COORDINATOR)
@sensitive("POST")
def delete_draft(slug: str) -> ResponseReturnValue:
    """Ask once more, then delete a draft that was never published."""
    read_query()
    me: Any = signed_in_user()
    form = DeleteForm()

    def work() -> str:
        service.delete_draft(slug, version, by=me, now=clock.now())
        return "/desk"

    if request.method == "POST" and form.is_good():
        version = _version_of(form)
        try:
            return redirect(carried_out(form, work, version), 303)
        except Conflict:
            form.refuse("form_key", _("Someone saved it meanwhile. Look at it again before you delete it."))
    case = get_case(slug, me)
    if not can_delete_draft(me, case):
        raise Forbidden("a coordinator deletes what was never published")
    form.version.data = str(case.version)
    page = render_template("cases/delete.html", **(common(case) | {"nav_current": "desk"}), form=form)
    return page, _status(form)


def _begin_anew(form: Any, version: int) -> None:
    form.refuse("form_key", _("Someone saved it meanwhile. Look at it again, then send this once more."))
    form.version.data = str(version)


def _version_of(form: Any) -> int:
    """Return the version that a form was shown with, 0 (which none has) for anything else."""
    sent = str(form.version.data or "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _status(form: HubForm) -> int:
    if not form.problems:
        return 200
    return 409 if request.method == "POST" and form.form_key.errors else 400
