"""Signing in and out, one's own account, and how a city joins."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as BaseResponse

from hub.extensions import csrf, limiter
from hub.people.forms import SignInForm, local_path
from hub.people.service import check_password
from hub.site.queries import work_of
from hub.web.actor import signed_in_user
from hub.web.errors import answer
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.params import current_address, read_query

bp = Blueprint("people", __name__)

SIGN_INS = "10 per minute"


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(SIGN_INS, methods=["POST"])
@csrf.exempt  # the form checks its token itself, so that an old one brings the form back with what was typed
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or sign in and lead on; an unknown address is answered like a wrong password."""
    wanted = read_query(allowed={"next"}).text("next", 2000)
    form = SignInForm()
    target = local_path(form.next.data if request.method == "POST" else wanted)
    me: Any = signed_in_user()
    if request.method == "GET" and me is not None:
        return kept_private(redirect(target, 303))
    problem = ""
    if request.method == "POST":
        problem = _try_to_sign_in(form)
        if not problem:
            return kept_private(redirect(target, 303))
    page = render_template("people/login.html", nav_current="login", form=form, target=target, problem=problem)
    return kept_private(make_response(page, 400 if problem else 200))


def _try_to_sign_in(form: SignInForm) -> str:
    """Sign in and return nothing, or return why not in words for the person."""
    if not form.validate():
        return _("This form was open for too long, or your browser keeps no cookies. Please send it once more.")
    user = check_password(form.email.data or "", form.password.data or "") if form.is_possible else None
    if user is None:
        return _("This address and password do not open an account. Check both and try again.")
    session.clear()  # nothing from before the sign-in lives on after it
    login_user(user)
    return ""


@bp.post("/logout")
@permission(MEMBER)
def sign_out() -> ResponseReturnValue:
    """Sign out and go to the first page."""
    logout_user()
    session.clear()
    return kept_private(redirect("/", 303))


@bp.get("/account")
@permission(MEMBER)
def show_account() -> ResponseReturnValue:
    """Show a member what the hub keeps about her."""
    read_query()
    me: Any = signed_in_user()
    page = render_template("people/account.html", user=me, work=work_of(me.id))
    return kept_private(make_response(page))


@bp.get("/join")
@public
def show_join() -> str:
    """Say how a city will apply."""
    read_query()
    return render_template("people/join.html")


def kept_private(response: BaseResponse) -> BaseResponse:
    """Return the response marked as never to be stored."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_context_processor
def sign_in_address() -> dict[str, str]:
    """Give templates `login_url`: the sign-in page that leads back to the page it is shown on."""
    here = current_address()
    is_page = request.method == "GET" and request.path not in ("/", "/login")
    return {"login_url": f"/login?next={quote(here, safe='/')}" if is_page else "/login"}


@bp.app_errorhandler(CSRFError)
def say_form_is_old(_error: CSRFError) -> Response:
    """Answer a form whose token is missing or old with what to do."""
    return answer(
        400, _("This form was open for too long, or your browser keeps no cookies. Go back and send it again.")
    )
