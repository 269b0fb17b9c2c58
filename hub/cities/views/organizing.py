"""What organizers do: answer applications, suspend and restore cities."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cases import queries as cases
from hub.cities import letters, queries, service
from hub.cities.forms import NEW_CITY, AdmitForm, Choices, DeclineForm, SuspendForm
from hub.cities.models import CityApplication
from hub.cities.service import NewCity
from hub.cities.views.blueprint import bp, private
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid, NotFound
from hub.core.text import slugify
from hub.extensions import csrf
from hub.people.letters import queue_invitation
from hub.vocabularies.queries import vocabulary
from hub.web.actor import signed_in_user
from hub.web.downloads import stored_file
from hub.web.gate import ORGANIZER, permission
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _
from hub.web.paging import Page
from hub.web.params import read_query

PER_PAGE = 20
ID = "<int(max=2147483647):application_id>"


@bp.get("/organizers/applications")
@permission(ORGANIZER)
def list_applications() -> ResponseReturnValue:
    """List the applications: those that wait first."""
    number = read_query(allowed={"page"}).integer("page", 1) or 1
    found = queries.list_applications(PER_PAGE, (number - 1) * PER_PAGE)
    page = Page(found, queries.count_applications(), number, PER_PAGE)
    waiting = queries.waiting_applications()
    return render_template("cities/applications.html", page=page, waiting=waiting, nav_current="desk")


@bp.route(f"/organizers/applications/{ID}", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def decide(application_id: int) -> ResponseReturnValue:
    """Show all that an applicant said, and admit or decline."""
    read_query()
    application = queries.get_application(application_id)
    if request.method != "POST":
        return _application_page(application, _admit_form(application), DeclineForm(formdata=None))
    if request.form.get("decision") == "decline":
        return _decline(application)
    return _admit(application)


def _admit(application: CityApplication) -> ResponseReturnValue:
    form, application_id = _admit_form(application, is_sent=True), application.id
    if form.is_good(beside=("decision",)):
        try:
            return redirect(form.carry_out(lambda: _carry_out_admission(application_id, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _decided_already(application_id)
    return _application_page(queries.get_application(application_id), form, DeclineForm(formdata=None), 400)


def _carry_out_admission(application_id: int, form: AdmitForm) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    new = NewCity(form.name.data, form.slug.data, form.region.data or "", form.gov_type.data or "")
    place = new if form.city.data == NEW_CITY else int(form.city.data)
    admission = service.admit(application_id, place, me, now)
    queue_invitation(admission.invitation, admission.token, now)
    return f"/organizers/applications/{application_id}"


def _decline(application: CityApplication) -> ResponseReturnValue:
    form, application_id = DeclineForm(), application.id
    if form.is_good(beside=("decision",)):
        try:
            return redirect(form.carry_out(lambda: _carry_out_refusal(application_id, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _decided_already(application_id)
    application = queries.get_application(application_id)
    return _application_page(application, _admit_form(application), form, 400)


def _carry_out_refusal(application_id: int, form: DeclineForm) -> str:
    me: Any = signed_in_user()
    now = clock.now()
    letters.queue_declined(service.decline(application_id, form.reason.data, me, now), now)
    return f"/organizers/applications/{application_id}"


def _decided_already(application_id: int) -> ResponseReturnValue:
    application = queries.get_application(application_id)
    forms = _admit_form(application), DeclineForm(formdata=None)
    return _application_page(application, *forms, 409, is_late=True)


def _application_page(
    application: CityApplication, admit_form: AdmitForm, decline_form: DeclineForm, status: int = 200, **more: Any
) -> ResponseReturnValue:
    page = render_template(
        "cities/application.html",
        application=application,
        admit_form=admit_form,
        decline_form=decline_form,
        nav_current="desk",
        **more,
    )
    return private(page, status)


def _admit_form(application: CityApplication, *, is_sent: bool = False) -> AdmitForm:
    """Return the form with what we guess: the city that it is, else what a new one would begin with."""
    everything = queries.by_name(queries.list_cities())
    near = [city for city in everything if city.country == application.country]
    cities: Choices = [(NEW_CITY, _("A new city"))]
    for city in (*near, *(city for city in everything if city.country != application.country)):
        words = {"city": city.label(language()), "country": country_name(city.country)}
        cities.append((str(city.id), _("%(city)s, %(country)s", **words)))
    guess = {
        "city": str(application.city_id) if application.city_id else NEW_CITY,
        "name": application.city_name,
        "slug": slugify(application.city_name),
        "region": near[0].region if near else "",
    }
    choices = (cities, _terms("regions"), _terms("government_types"))
    return AdmitForm(*choices) if is_sent else AdmitForm(*choices, formdata=None, data=guess)


def _terms(scheme: str) -> Choices:
    return [(term.code, in_language(term.labels)) for term in vocabulary().scheme(scheme) if not term.replaced_by]


@bp.get(f"/organizers/applications/{ID}/letter")
@permission(ORGANIZER)
def show_letter(application_id: int) -> ResponseReturnValue:
    """Give the letter of the mayor to an organizer."""
    read_query()
    letter = queries.get_application(application_id)
    if letter.letter_sha256 is None:
        raise NotFound("no letter was sent")
    name, mime = letter.letter_name or "letter", letter.letter_mime or "application/octet-stream"
    return stored_file(letter.letter_sha256, name, mime, is_public=False)


@bp.get("/organizers/cities")
@permission(ORGANIZER)
def list_managed_cities() -> ResponseReturnValue:
    """List the cities that take part, or did."""
    read_query()
    cities, last_published = queries.list_managed(), {}
    for city in cities:
        newest = next((case.published_at for case in cases.cases_of_city(city.id) if case.published_at), None)
        last_published[city.id] = newest
    return render_template(
        "cities/managed.html",
        cities=cities,
        last_published=last_published,
        suspensions=queries.suspensions(),
        nav_current="desk",
    )


@bp.route("/organizers/cities/<slug>/suspend", methods=["GET", "POST"])
@csrf.exempt
@permission(ORGANIZER)
def suspend(slug: str) -> ResponseReturnValue:
    """Ask why, and suspend a city."""
    read_query()
    city, form = queries.get_city(slug), SuspendForm()
    if request.method == "POST" and form.is_good():
        try:
            return redirect(form.carry_out(lambda: _suspend(slug, form), clock.now()), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    page = render_template("cities/suspend.html", city=city, form=form, nav_current="desk")
    return private(page, 400 if form.problems else 200)


def _suspend(slug: str, form: SuspendForm) -> str:
    me: Any = signed_in_user()
    service.suspend_city(slug, form.reason.data, me, clock.now())
    return "/organizers/cities"


@bp.post("/organizers/cities/<slug>/restore")
@permission(ORGANIZER)
def restore(slug: str) -> ResponseReturnValue:
    """Let a city's people write again."""
    me: Any = signed_in_user()
    with transaction():
        service.restore_city(slug, me, clock.now())
    return redirect("/organizers/cities", 303)
