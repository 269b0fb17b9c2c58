"""The way to a new password, for someone who forgot hers."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.errors import NotFound
from hub.extensions import csrf, limiter
from hub.people import letters, passwords, queries, service
from hub.people.forms import ForgotForm, NewPasswordForm
from hub.people.views.base import MAILS, PASSWORDS, bp, dead_link, kept_private, private_page
from hub.web.gate import public
from hub.web.locale import language
from hub.web.params import read_query

SENT = "/password/forgot"


@bp.route("/password/forgot", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@csrf.exempt
@public
def forgot_password() -> ResponseReturnValue:
    """Ask for the address, and send a way to a new password there; the answer is the same for every address."""
    read_query()
    form = ForgotForm()
    if request.method == "POST" and form.is_good():
        now = clock.now()

        def ask() -> str:
            letters.queue_reset(service.ask_reset(form.email.data or "", now), language(), now)
            return SENT

        form.carry_out(ask, now)
        return private_page("people/password_sent.html")
    return private_page("people/password_forgot.html", 400 if form.problems else 200, form=form)


@bp.route("/password/reset/<token>", methods=["GET", "POST"])
@limiter.limit(PASSWORDS, methods=["POST"])
@csrf.exempt
@public
def reset_password(token: str) -> ResponseReturnValue:
    """Let someone who came by mail choose a new password; it ends all her sign-ins."""
    read_query()
    form = NewPasswordForm()
    now = clock.now()
    if not queries.is_reset_open(token, now):
        return dead_link()
    if request.method == "POST" and form.is_good():
        new_hash = passwords.hash_password(form.password.data or "")

        def reset() -> str:
            user = service.use_reset(token, new_hash=new_hash, now=now)
            letters.queue_password_changed(user, language(), now)
            return "/login?changed=1"

        try:
            return kept_private(redirect(form.carry_out(reset, now), 303))
        except NotFound:  # used elsewhere, or the account suspended, while we hashed
            return dead_link()
    return private_page("people/password_reset.html", 400 if form.problems else 200, form=form)
