"""What the doors of this room share."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, make_response, render_template, request, session
from flask_login import login_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from hub.cities.queries import list_cities
from hub.core import clock
from hub.people import letters, passwords, service
from hub.people.devices import device_name
from hub.people.forms import InviteForm
from hub.people.guessing import refuse_easy
from hub.people.models import User
from hub.web.actor import signed_in_user
from hub.web.errors import answer
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import current_address

bp = Blueprint("people", __name__)


def me() -> User:
    """Return the person signed in; only behind a permission."""
    user: Any = signed_in_user()
    if not isinstance(user, User):
        raise TypeError("nobody is signed in")
    return user


def begin_session(user: User, token: str, *, is_remembered: bool) -> None:
    """Let this browser hold the token of a sign-in; nothing of the session before lives on."""
    session.clear()
    session.permanent = is_remembered
    user.sign_in_token = token
    login_user(user)


def where_from() -> dict[str, str]:
    """Return `device` and `address` of this request, as a sign-in keeps them."""
    return {"device": device_name(request.user_agent.string), "address": request.remote_addr or ""}


def hash_new_password(password: str, *, name: str, email: str) -> str:
    """Return the hash to keep of a new password; raises Invalid naming `password` for one that others guess."""
    known = [each for city in list_cities() for each in (city.name, city.name_native) if each]
    refuse_easy(password, (name, email, *known))
    return passwords.hash_password(password)


def offered_languages() -> tuple[str, ...]:
    """Return the languages of this installation."""
    offered: tuple[str, ...] = current_app.config["HUB"].languages
    return offered


def private_page(template: str, status: int = 200, **values: Any) -> BaseResponse:
    """Return a page that is never to be stored."""
    return kept_private(make_response(render_template(template, **values), status))


def native_or_own(native_language: str | None) -> str:
    """Return the language to write to a city's people in: its own where the hub speaks it, else this request's."""
    native = (native_language or "").split("-")[0]
    return native if native in offered_languages() else language()


def send_invitation(form: InviteForm, *, role: str, city_id: int | None, language: str, place: str) -> str:
    """Invite as the form says and queue the mail, in one transaction; return where it leads. Raises Invalid."""
    by, now = me(), clock.now()

    def invite() -> str:
        invitation, token = service.invite(
            by=by, email=form.email.data or "", role=role, city_id=city_id, language=language, now=now
        )
        letters.queue_invitation(invitation, token, now)
        return place

    return form.carry_out(invite, now)


def dead_link() -> BaseResponse:
    """Return the one page for mailed addresses that are wrong, used, withdrawn or too old."""
    return private_page("people/dead_link.html", 410)


def kept_private(response: BaseResponse) -> BaseResponse:
    """Return the response marked as never to be stored."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_context_processor
def sign_in_address() -> dict[str, str]:
    """Give templates `login_url`: the sign-in page that leads back to the page it is shown on."""
    here = current_address()
    is_page = request.method in ("GET", "HEAD") and request.path not in ("/", "/login")
    return {"login_url": f"/login?next={quote(here, safe='/')}" if is_page else "/login"}


@bp.app_errorhandler(CSRFError)
def say_form_is_old(_error: CSRFError) -> Response:
    """Answer a form whose token is missing or old with what to do."""
    return answer(
        400, _("This form was open for too long, or your browser keeps no cookies. Go back and send it again.")
    )
