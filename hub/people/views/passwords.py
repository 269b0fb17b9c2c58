"""The way to a new password, for someone who forgot hers."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.people import letters, queries, service
from hub.people.forms import ForgotForm, NewPasswordForm
from hub.people.service.asking import RESET
from hub.people.views.base import bp, dead_link, hash_new_password, kept_private, private_page
from hub.web import limits
from hub.web.gate import public
from hub.web.locale import language
from hub.web.params import read_query

SENT = "/password/forgot"


@bp.route("/password/forgot", methods=["GET", "POST"])
@limits.mails
@csrf.exempt
@public
def forgot_password() -> ResponseReturnValue:
    """Ask for the address and note it; the worker sends a way to a new password to those that have an account."""
    read_query()
    form = ForgotForm()
    if request.method == "POST" and form.is_good():
        now = clock.now()

        def ask() -> str:
            service.ask_by_address(RESET, form.email.data or "", language=language(), now=now)
            return SENT

        form.carry_out(ask, now)
        return private_page("people/password_sent.html")
    return private_page("people/password_forgot.html", 400 if form.problems else 200, form=form)


@bp.route("/password/reset/<token>", methods=["GET", "POST"])
@limits.guesses
@csrf.exempt
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Let someone who came by mail choose a new password; it ends all her sign-ins."""
    read_query()
    form = NewPasswordForm()
    now = clock.now()
    user = queries.find_reset(token, now)
    if user is None:
        return dead_link()
    if request.method == "POST" and form.is_good():
        try:
            new_hash = hash_new_password(form.password.data or "", name=user.name, email=user.email)
            return kept_private(redirect(form.carry_out(lambda: _reset(token, new_hash, now), now), 303))
        except Invalid as error:
            form.refuse_invalid(error)
        except NotFound:  # used elsewhere, or the account suspended, while we hashed
            return dead_link()
    return private_page("people/password_reset.html", 400 if form.problems else 200, form=form)


def _reset(token: str, new_hash: str, now: datetime) -> str:
    user = service.use_reset(token, new_hash=new_hash, now=now)
    letters.queue_password_changed(user, language(), now)
    return "/login?changed=1"
