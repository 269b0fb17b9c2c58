"""How coordinators keep their city's profile true."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities import profile, queries, service
from hub.cities.coalitions import choices_of
from hub.cities.forms import ProfileForm
from hub.cities.models import City
from hub.cities.policy import can_edit_city
from hub.cities.service.editing import FIELDS
from hub.cities.views.blueprint import bp, private
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.extensions import csrf
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.gate import COORDINATOR, permission
from hub.web.params import read_query, takes

SHOWN = (*FIELDS, "coalition")


class Difference(NamedTuple):
    """A field that says one thing on record and another in the form."""

    label: str
    saved: str
    yours: str


@bp.route("/cities/<slug>/edit", methods=["GET", "POST"])
@csrf.exempt
@permission(COORDINATOR)
def edit_profile(slug: str) -> ResponseReturnValue:
    """Let a coordinator change what the hub says of her city."""
    read_query()
    city = queries.get_city(slug)
    if not can_edit_city(signed_in_user(), city):
        raise Forbidden("only its own coordinators change a city's profile")
    if request.method != "POST":
        return _edit_page(city, _filled(city))
    form = _form(city)
    if form.is_good():
        try:
            return redirect(form.carry_out(lambda: _change(slug, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _conflict_page(slug, form)
    return _edit_page(city, form, 400)


def _change(slug: str, form: ProfileForm) -> str:
    me: Any = signed_in_user()
    typed = {name: form[name].data or "" for name in SHOWN if name in form}
    service.change_profile(slug, form.seen_version, typed, me, clock.now())
    return f"/cities/{slug}"


def _filled(city: City) -> ProfileForm:
    values = {name: getattr(city, name) for name in SHOWN} | {"version": queries.profile_version(city.id)}
    return _form(city, formdata=None, data=values)


def _form(city: City, **values: Any) -> ProfileForm:
    """Return the form with its choices; the coalition is asked for only where the city's place does not decide it."""
    terms = vocabulary()
    found = [(code, profile.term_label("coalitions", code, terms)) for code in choices_of(city.country, city.region)]
    form = ProfileForm(**values, kept_language=city.native_language, country=city.country, coalitions=found)
    if not found:
        del form.coalition
    return form


def _conflict_page(slug: str, form: ProfileForm) -> ResponseReturnValue:
    """Show what was saved meanwhile beside what was typed; saving once more then takes what was typed."""
    city = queries.get_city(slug)
    differences = []
    for name in SHOWN:
        if name not in form:
            continue
        saved, yours = str(getattr(city, name) or ""), str(form[name].data or "")
        if saved != yours:
            differences.append(Difference(form[name].label.text, saved, yours))
    form.version.data = str(queries.profile_version(city.id))
    return _edit_page(city, form, 409, differences=differences)


def _edit_page(city: City, form: ProfileForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    name, _other, _language = profile.names(city)
    page = render_template("cities/edit.html", city=city, name=name, form=form, nav_current="desk", **more)
    return private(page, status)


@bp.post("/cities/<slug>/second-reader")
@takes("is_needed")
@permission(COORDINATOR)
def choose_second_reader(slug: str) -> ResponseReturnValue:
    """Let a coordinator say whether somebody else reads before anything of her city is published."""
    me: Any = signed_in_user()
    if not can_edit_city(me, queries.get_city(slug)):
        raise Forbidden("only its own coordinators say how a city publishes")
    said = request.form.get("is_needed")
    if said not in ("yes", "no"):
        raise Invalid("is_needed", "Open the page anew and try again.")
    with transaction():
        service.choose_second_reader(slug, said == "yes", me, clock.now())
    return redirect(f"/cities/{slug}#second-reader", 303)
