"""All accounts, for the forum's organizers: find, invite, suspend, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.cities import queries as cities
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.people import policy, queries, service
from hub.people.forms import OrganizersInviteForm, SuspendForm
from hub.people.models import ORGANIZER
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
from hub.web.gate import ORGANIZER as ORGANIZERS
from hub.web.gate import TO_READ, is_fresh, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.paging import Page
from hub.web.params import read_query, takes

if TYPE_CHECKING:
    from hub.cities.models import City

PER_PAGE = 50
DONE = {"invited", "withdrawn", "suspended", "restored", "ended", "changed"}
PEOPLE = "/organizers/people"
BIGGEST_ID = "<int(max=2147483647):user_id>"


@bp.get("/organizers/people")
@permission(ORGANIZERS)
def list_people() -> ResponseReturnValue:
    """List and find the accounts, with what each person is."""
    query = read_query(allowed={"q", "page", "done"})
    text, number = query.text("q", 200), query.integer("page", 1) or 1
    found, total = queries.list_people(text, page=number, per_page=PER_PAGE)
    return private_page(
        "people/people.html", page=Page(found, total, number, PER_PAGE), text=text, nav_current="desk",
        labels=_labels([each.city for user in found for each in user.memberships]), done=_known(query.text("done", 20)),
        page_url=lambda other: f"{PEOPLE}?{urlencode({'q': text, 'page': other} if text else {'page': other})}",
    )  # fmt: skip


@bp.route("/organizers/people/invite", methods=["GET", "POST"])
@limits.invitations
@csrf.exempt
@sensitive("POST")
@permission(ORGANIZERS)
def invite_person() -> ResponseReturnValue:
    """Invite someone to the forum or to a city, and show who is invited and has not answered."""
    query = read_query(allowed={"done"})
    offered = [city for city in cities.by_name(cities.list_cities()) if city.membership != "suspended"]
    choices = [(city.slug, city.label(language())) for city in offered]
    form = OrganizersInviteForm(offered_languages(), choices)
    if request.method == "POST" and form.is_good():
        role = form.role.data
        city = next((city for city in offered if city.slug == form.city.data and role != ORGANIZER), None)
        try:
            place = send_invitation(
                form, role=role, city_id=city.id if city else None, place=f"{PEOPLE}/invite?done=invited",
                language=form.language.data or native_or_own(city.native_language if city else None),
            )  # fmt: skip
            return kept_private(redirect(place, 303))
        except Invalid as error:
            form.refuse_invalid(error)
    waiting = [(each, policy.is_open(each, clock.now())) for each in queries.waiting_invitations()]
    return private_page(
        "people/invite.html", 400 if form.problems else 200, form=form, waiting=waiting, now=clock.now(),
        labels=_labels([each.city for each, _open in waiting]), nav_current="desk", done=_known(query.text("done", 20)),
        is_fresh=is_fresh(me(), within=TO_READ),
    )  # fmt: skip


@bp.post("/organizers/people/invitations/<int(max=2147483647):invitation_id>/withdraw")
@permission(ORGANIZERS)
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take back any invitation."""
    read_query()
    by = me()
    with transaction():
        service.withdraw_invitation(invitation_id, by=by, now=clock.now())
    return kept_private(redirect(f"{PEOPLE}/invite?done=withdrawn", 303))


@bp.get(f"/organizers/people/{BIGGEST_ID}")
@permission(ORGANIZERS)
def show_person(user_id: int) -> ResponseReturnValue:
    """Show one person: what she is, where, her invitations and her state."""
    query = read_query(allowed={"done"})
    return _person(user_id, done=query.text("done", 20))


@bp.post(f"/organizers/people/{BIGGEST_ID}/suspend")
@csrf.exempt
@sensitive("POST")
@permission(ORGANIZERS)
def suspend_person(user_id: int) -> ResponseReturnValue:
    """Close an account, with a reason."""
    read_query()
    form, by, now = SuspendForm(), me(), clock.now()
    queries.get_person(user_id)
    if form.is_good():

        def suspend() -> str:
            service.suspend_person(user_id, reason=form.reason.data or "", by=by, now=now)
            return f"{PEOPLE}/{user_id}?done=suspended"

        try:
            return kept_private(redirect(form.carry_out(suspend, now), 303))
        except Invalid as error:
            form.refuse_invalid(error)
    return _person(user_id, form)


@bp.post(f"/organizers/people/{BIGGEST_ID}/restore")
@sensitive("POST")
@permission(ORGANIZERS)
def restore_person(user_id: int) -> ResponseReturnValue:
    """Open a suspended account again."""
    read_query()
    by = me()
    with transaction():
        service.restore_person(user_id, by=by, now=clock.now())
    return kept_private(redirect(f"{PEOPLE}/{user_id}?done=restored", 303))


@bp.post(f"/organizers/people/{BIGGEST_ID}/role")
@takes("role", "city")
@sensitive("POST")
@permission(ORGANIZERS)
def change_city_role(user_id: int) -> ResponseReturnValue:
    """Make someone's contributor role in a city a coordinator's, or the other way round."""
    read_query()
    by, city_id = me(), cities.get_city(request.form.get("city", "")).id
    try:
        with transaction():
            service.change_role(
                user_id, city_id=city_id, role=request.form.get("role", ""), by=by, now=clock.now()
            )  # fmt: skip
    except Invalid as error:
        return _person(user_id, refused=_(error.message, **error.values))
    return kept_private(redirect(f"{PEOPLE}/{user_id}?done=changed", 303))


@bp.post(f"/organizers/people/{BIGGEST_ID}/end-organizer")
@sensitive("POST")
@permission(ORGANIZERS)
def end_organizer_role(user_id: int) -> ResponseReturnValue:
    """Make an organizer an ordinary member."""
    read_query()
    by = me()
    is_self = by.id == user_id
    try:
        with transaction():
            service.end_organizer_role(user_id, by=by, now=clock.now())
    except Invalid as error:
        return _person(user_id, refused=_(error.message, **error.values))
    return kept_private(redirect("/account" if is_self else f"{PEOPLE}/{user_id}?done=ended", 303))


def _person(user_id: int, form: SuspendForm | None = None, *, refused: str = "", done: str = "") -> ResponseReturnValue:
    person, now = queries.get_person(user_id), clock.now()
    form = form or SuspendForm(formdata=None)
    invitations = queries.invitations_of(person)
    cities_named = [each.city for each in person.memberships] + [each.city for each in invitations]
    return private_page(
        "people/person.html", 400 if form.problems or refused else 200, person=person, user=me(), form=form,
        invitations=[(each, policy.is_open(each, now)) for each in invitations], labels=_labels(cities_named),
        devices=queries.count_sign_ins(person.id, now), now=now, refused=refused, done=_known(done),
        reason="" if person.is_active else queries.why_suspended(person.id), nav_current="desk",
        is_fresh=is_fresh(me(), within=TO_READ),
    )  # fmt: skip


def _labels(named: list[City | None]) -> dict[int, str]:
    """Return cities' names in the language of the request, by id."""
    found = [city for city in named if city is not None]
    return {c.id: cities.label_of(c.name, c.name_native, c.native_language, language()) for c in found}


def _known(done: str) -> str:
    return done if done in DONE else ""
