"""Who works for a city: what its coordinators see and change."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.cities import queries as cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Forbidden, Invalid
from hub.extensions import csrf
from hub.people import policy, queries, service
from hub.people.forms import InviteForm
from hub.people.views.base import (
    bp,
    kept_private,
    me,
    native_or_own,
    offered_languages,
    private_page,
    send_invitation,
)
from hub.web import limits
from hub.web.gate import COORDINATOR, TO_READ, is_fresh, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query, takes

DONE = {"invited", "withdrawn", "removed", "changed"}


def _my_city(slug: str) -> int:
    """Return the city's id where the person signed in coordinates it; raises NotFound, Forbidden."""
    city_id = cities.get_city(slug).id
    if not policy.can_see_team(me(), city_id):
        raise Forbidden("not a coordinator of this city")
    return city_id


@bp.route("/cities/<slug>/people", methods=["GET", "POST"])
@limits.invitations
@csrf.exempt
@sensitive("POST")
@permission(COORDINATOR)
def show_team(slug: str) -> ResponseReturnValue:
    """Show who works for a city and who is invited to, and invite someone."""
    query = read_query(allowed={"done"})
    city_id = _my_city(slug)
    form = InviteForm(offered_languages())
    if request.method == "POST" and form.is_good():
        try:
            place = send_invitation(
                form, role=form.role.data, city_id=city_id, language=form.language.data,
                place=f"/cities/{slug}/people?done=invited",
            )  # fmt: skip
            return kept_private(redirect(place, 303))
        except Invalid as error:
            form.refuse_invalid(error)
    return _team(slug, form if request.method == "POST" else None, done=query.text("done", 20))


def _team(slug: str, form: InviteForm | None = None, *, refused: str = "", done: str = "") -> ResponseReturnValue:
    city, now = cities.get_city(slug), clock.now()
    form = form or InviteForm(
        offered_languages(), formdata=None, data={"language": native_or_own(city.native_language)}
    )  # fmt: skip
    waiting = [(each, policy.is_open(each, now)) for each in queries.waiting_invitations(city_id=city.id)]
    return private_page(
        "people/team.html", 400 if form.problems or refused else 200, city=city, user=me(), form=form,
        city_label=cities.label_of(city.name, city.name_native, city.native_language, language()),
        team=queries.team_of(city.id), waiting=waiting, refused=refused, now=now, nav_current="desk",
        done=done if done in DONE else "", is_fresh=is_fresh(me(), within=TO_READ),
    )  # fmt: skip


@bp.post("/cities/<slug>/people/<int(max=2147483647):user_id>/role")
@takes("role")
@sensitive("POST")
@permission(COORDINATOR)
def change_team_role(slug: str, user_id: int) -> ResponseReturnValue:
    """Make a contributor of a city a coordinator, or the other way round."""
    read_query()
    city_id, by = _my_city(slug), me()
    is_self = by.id == user_id
    try:
        with transaction():
            service.change_role(
                user_id, city_id=city_id, role=request.form.get("role", ""), by=by, now=clock.now()
            )  # fmt: skip
    except Invalid as error:
        return _team(slug, refused=_(error.message, **error.values))
    return kept_private(redirect("/desk" if is_self else f"/cities/{slug}/people?done=changed", 303))


@bp.post("/cities/<slug>/people/<int(max=2147483647):user_id>/remove")
@sensitive("POST")
@permission(COORDINATOR)
def remove_member(slug: str, user_id: int) -> ResponseReturnValue:
    """Take someone out of a city's people."""
    read_query()
    city_id, by = _my_city(slug), me()
    is_self = by.id == user_id
    try:
        with transaction():
            service.remove_member(user_id, city_id=city_id, by=by, now=clock.now())
    except Invalid as error:
        return _team(slug, refused=_(error.message, **error.values))
    return kept_private(redirect("/desk" if is_self else f"/cities/{slug}/people?done=removed", 303))


@bp.post("/cities/<slug>/people/invitations/<int(max=2147483647):invitation_id>/withdraw")
@permission(COORDINATOR)
def withdraw_from_team(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take back an invitation to a city."""
    read_query()
    city_id, by = _my_city(slug), me()
    with transaction():
        service.withdraw_invitation(invitation_id, city_id=city_id, by=by, now=clock.now())
    return kept_private(redirect(f"/cities/{slug}/people?done=withdrawn", 303))
