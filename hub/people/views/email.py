"""The address of one's own account: changing it, and proving by a mailed link that it is hers."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.people import letters, queries, service
from hub.people.forms import EmailForm
from hub.people.views.base import bp, dead_link, kept_private, me, private_page
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.gate import MEMBER, permission, public, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query


@bp.route("/account/email", methods=["GET", "POST"])
@limits.mails
@csrf.exempt
@sensitive()
@permission(MEMBER)
def change_email() -> ResponseReturnValue:
    """Note the address a member wants to change to and tell the present one; the worker mails a link, or a word.

    The answer is the same whether or not another account has that address.
    """
    read_query()
    form, user, now = EmailForm(), me(), clock.now()
    if request.method == "POST" and form.is_good():

        def ask() -> str:
            service.ask_change(form.email.data or "", by=user, language=language(), now=now)
            letters.queue_change_asked(user, language(), now)
            return "/account?done=asked"

        try:
            return kept_private(redirect(form.carry_out(ask, now), 303))
        except Invalid as error:
            form.refuse_invalid(error)
    return private_page("people/email_change.html", 400 if form.problems else 200, form=form, user=user)


@bp.post("/account/email/again")
@limits.mails
@permission(MEMBER)
def send_proof_again() -> ResponseReturnValue:
    """Send the link that confirms a member's address once more."""
    read_query()
    user = me()
    with transaction():
        service.ask_confirmation(by=user, language=language(), now=clock.now())
    return kept_private(redirect("/account?done=asked", 303))


@bp.route("/account/email/<token>", methods=["GET", "POST"])
@limits.guesses
@public
def prove_email(token: str) -> ResponseReturnValue:
    """Show a button to whoever comes by a mailed link, and on pressing it confirm the address or change to it.

    Only the person herself, signed in, can press it: a link that reached a stranger is worth nothing.
    """
    read_query()
    proof, user = queries.find_proof(token, clock.now()), signed_in_user()
    if proof is None or (user is not None and user.id != proof.user_id):
        return dead_link()
    if user is None:
        return kept_private(redirect(f"/login?next=/account/email/{token}", 303))
    email, is_change = proof.email, proof.email != user.email
    if request.method != "POST":
        return private_page("people/email_proof.html", email=email, is_change=is_change, refused="")
    try:
        _prove(token)
    except NotFound:  # used at the same moment
        return dead_link()
    except Invalid as error:
        refused = _(error.message, **error.values)
        return private_page("people/email_proof.html", 409, email=email, is_change=is_change, refused=refused)
    return kept_private(redirect(f"/account?done={'moved' if is_change else 'confirmed'}", 303))


def _prove(token: str) -> None:
    user, now = me(), clock.now()
    with transaction():
        before = service.use_proof(token, by=user, now=now)
        if before != user.email:
            letters.queue_email_changed(user, before, language(), now)
