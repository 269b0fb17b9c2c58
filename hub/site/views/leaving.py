"""Leaving the hub, by oneself or, on request, by an organizer."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from hub.core import clock
from hub.core.errors import Invalid, NotFound
from hub.core.log import Origin, come_from
from hub.extensions import csrf
from hub.people.models import User
from hub.people.queries import get_person
from hub.people.service.leaving import is_last_organizer
from hub.site import desk, leaving
from hub.site.forms import LeaveForm
from hub.site.views.base import bp
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, ORGANIZER, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

OWN = "/account/leave"


@bp.route(OWN, methods=["GET", "POST"])
@csrf.exempt
@sensitive()
@permission(MEMBER)
def leave() -> ResponseReturnValue:
    """Say what leaving means, and close the account of the member who asks for it."""
    read_query()
    me: Any = signed_in_user()
    if request.method == "POST":
        come_from(Origin(f"web POST {OWN}"))  # from where she left is not kept
    return _close(me, me, place="/privacy?left=1")


@bp.route("/organizers/people/<int(max=2147483647):user_id>/forget", methods=["GET", "POST"])
@csrf.exempt
@sensitive("POST")
@permission(ORGANIZER)
def forget_person(user_id: int) -> ResponseReturnValue:
    """Let an organizer close an account for good, on the request of its person."""
    read_query()
    person = get_person(user_id)
    if person.left_at is not None:
        raise NotFound(f"{user_id} left")
    return _close(person, signed_in_user(), place="/organizers/people")


def _close(person: User, by: Any, *, place: str) -> ResponseReturnValue:
    """Show the form, or close the account and lead on; who closes her own is signed out by it."""
    form, now, person_id, is_self = LeaveForm(), clock.now(), person.id, person.id == by.id
    refused = _refusal(person, by)
    if request.method == "POST" and refused:
        form.refuse("understood", refused)
    elif request.method == "POST" and form.is_good():

        def close() -> str:
            leaving.leave(person_id, by=by, language=language(), now=now)
            return place

        try:
            response = redirect(form.carry_out(close, now), 303)
        except Invalid as error:
            form.refuse_invalid(error)
            return _page(person, form, refused, is_self=is_self)
        if is_self:
            logout_user()
            session.clear()
        response.headers["Cache-Control"] = "no-store"
        return response
    return _page(person, form, refused, is_self=is_self)


def _refusal(person: User, by: User) -> str:
    """Say why this account cannot be closed here; empty where it can."""
    if person.is_demo:
        return _("A demo account belongs to nobody, so nobody can leave with it.")
    if is_last_organizer(person):
        return _("This is the last organizer. Invite another one first.")
    if person.id == by.id and request.path != OWN:
        return _("This is you. Leave from your own account.")
    return ""


def _page(person: User, form: LeaveForm, refused: str, *, is_self: bool) -> ResponseReturnValue:
    alone = [desk.city_name(city) for city in leaving.cities_left_alone(person)]
    page = render_template(
        "site/leave.html", person=person, form=form, refused=refused, is_self=is_self, action=request.path,
        alone=alone, nav_current="" if is_self else "desk",
    )  # fmt: skip
    response = make_response(page, 400 if form.problems else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
