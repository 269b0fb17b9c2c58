"""How a city joins: the form, the confirmation, where the application stands."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from hub.cities import letters, queries, service
from hub.cities.forms import ApplicationForm, LetterForm
from hub.cities.service import Letter, Wish
from hub.cities.views.blueprint import bp, private, stored_letter
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.extensions import csrf
from hub.web import limits
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

SENT = "/join/sent"


@bp.route("/join", methods=["GET", "POST"])
@limits.applications
@limits.uploads
@csrf.exempt
@public
def apply() -> ResponseReturnValue:
    """Show how a city joins and take its application; the answer is the same whether or not we know the address."""
    read_query()
    form = ApplicationForm()
    if request.method == "POST" and form.is_good():
        try:
            letter = stored_letter(form.letter.data)
            return private(redirect(form.carry_out(lambda: _keep(form, letter), clock.now()), 303), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    if form.problems and form.letter.data:
        form.refuse("letter", _("Choose the file once more: browsers do not send it again."))
    page = render_template("cities/join.html", form=form, suggested=queries.by_name(queries.list_cities()))
    return private(page, 400 if form.problems else 200)


def _keep(form: ApplicationForm, letter: Letter | None) -> str:
    now = clock.now()
    wish = Wish(
        form.city_name.data, form.country.data, form.person_name.data, form.person_role.data, form.email.data,
        form.message.data, language(),
    )  # fmt: skip
    kept = service.apply_for_city(wish, letter, now)
    if kept is not None:
        letters.queue_received(*kept, now)
    return SENT


@bp.get(SENT)
@public
def show_sent() -> ResponseReturnValue:
    """Say that a mail was sent, whoever applied."""
    read_query()
    return render_template("cities/join_sent.html")


@bp.get("/join/<token>")
@public
def show_application(token: str) -> ResponseReturnValue:
    """Show an applicant where the application stands."""
    read_query()
    return _standing_page(token, LetterForm(formdata=None))


@bp.post("/join/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address, so that organizers see the application."""
    with transaction():
        service.confirm_application(token, clock.now())
    return private(redirect(f"/join/{token}", 303), 303)


@bp.post("/join/<token>/letter")
@limits.uploads
@csrf.exempt
@public
def send_letter(token: str) -> ResponseReturnValue:
    """Take the letter of the mayor while the application waits."""
    queries.get_application_of(token)
    form = LetterForm()
    if form.is_good():
        try:
            letter = stored_letter(form.letter.data)
            if letter is None:
                raise Invalid("letter", "Choose a file first.")
            return private(redirect(form.carry_out(lambda: _add_letter(token, letter), clock.now()), 303), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict:
            return _standing_page(token, LetterForm(formdata=None), 409)
    return _standing_page(token, form, 400)


def _add_letter(token: str, letter: Letter) -> str:
    service.add_letter(token, letter, clock.now())
    return f"/join/{token}"


def _standing_page(token: str, form: LetterForm, status: int = 200) -> ResponseReturnValue:
    application = queries.get_application_of(token)
    page = render_template("cities/application_standing.html", application=application, form=form, token=token)
    return private(page, status)
