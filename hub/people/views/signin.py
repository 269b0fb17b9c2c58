"""Signing in, by password or by passkey, and out."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from werkzeug.wrappers import Response as BaseResponse

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.people import passwords, service
from hub.people.forms import SignInForm, local_path
from hub.people.passkeys import Refused
from hub.people.service.ceremonies import SECOND_STEP, SIGN_IN
from hub.people.service.passkeys import begin_proof, use_passkey
from hub.people.service.second_step import begin_second_step
from hub.people.views.base import begin_session, bp, kept_private, me, private_page, where_from
from hub.people.views.ceremonies import (
    asked,
    hold,
    lead_to,
    not_proved,
    read_json,
    refused,
    refused_invalid,
    site,
    take_proof,
    text_of,
)
from hub.people.views.failures import count_failures, mark_of, note_failure
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.forms import old_form, strange_fields
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.params import read_query

SECOND = "/login/second"
SECOND_FOR = "second_for"  # in the session: the mark of the account whose password was right


class Outcome(NamedTuple):
    """Where a sign-in leads, or why it did not work in words for the person."""

    place: str
    problem: str = ""


def _typed_account() -> str:
    return mark_of(request.form.get("email", ""))


@bp.route("/login", methods=["GET", "POST"])
@limits.guesses
@count_failures(_typed_account)
@csrf.exempt  # the form checks its token itself, so that an old one brings the form back with what was typed
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or sign in and lead on; an unknown address is answered like a wrong password."""
    query = read_query(allowed={"next", "changed", "again"})
    wanted = query.text("next", 2000)
    form = SignInForm()
    target = local_path(form.next.data if request.method == "POST" else wanted)
    if request.method != "POST" and signed_in_user() is not None:
        return kept_private(redirect(target, 303))
    outcome = _try_to_sign_in(form, target) if request.method == "POST" else Outcome("")
    if outcome.place:
        return kept_private(redirect(outcome.place, 303))
    return sign_in_page(
        form, target, problem=outcome.problem, is_changed=query.text("changed", 10) == "1",
        is_again=query.text("again", 10) == "1",
    )  # fmt: skip


def sign_in_page(
    form: SignInForm, target: str, *, problem: str = "", is_changed: bool = False, is_again: bool = False
) -> BaseResponse:
    """Return the page to sign in on, and why one is here: a changed password, or a second step that was not ended."""
    return private_page(
        "people/login.html", 400 if problem else 200, nav_current="login", form=form, target=target, problem=problem,
        is_changed=is_changed, is_again=is_again,
    )  # fmt: skip


def _try_to_sign_in(form: SignInForm, target: str) -> Outcome:
    """Sign in, or begin the second step of an account that has one."""
    if not form.validate():
        return Outcome("", old_form())
    if strange := strange_fields(form):
        return Outcome("", strange[0][1])
    email, password = form.email.data or "", form.password.data or ""
    user = service.check_password(email, password) if form.is_possible else None
    second, token, is_remembered, now = None, None, bool(form.remember.data), clock.now()
    if user is not None:
        user_id, checked = user.id, user.password_hash
        better = passwords.hash_password(password) if passwords.is_outdated(checked) else None
        before = str(session.get("_user_id", ""))
        with transaction():
            second = begin_second_step(
                user_id, checked_hash=checked, better_hash=better, is_remembered=is_remembered, place=target, now=now
            )
            if second is None:
                service.end_sign_in(before, now)  # of whoever was signed in here
                token = service.open_sign_in(
                    user_id, checked_hash=checked, better_hash=better, is_remembered=is_remembered, now=now,
                    **where_from(),
                )  # fmt: skip
    if second is not None:
        hold(SECOND_STEP, second)
        session[SECOND_FOR] = mark_of(email)
        return Outcome(SECOND)
    if user is None or token is None:
        note_failure("password", mark_of(email))
        return Outcome("", _("This address and password do not open an account. Check both and try again."))
    begin_session(user, token, is_remembered=is_remembered)
    return Outcome(target)


@bp.post("/login/passkey/begin")
@limits.ceremonies
@public
def begin_passkey_sign_in() -> ResponseReturnValue:
    """Tell a browser what to ask its person: any passkey that it has for this hub."""
    read_query()
    with transaction():
        beginning = begin_proof(SIGN_IN, None, site=site(), now=clock.now())
    return asked(SIGN_IN, beginning)


@bp.post("/login/passkey")
@limits.guesses
@public
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign in with the passkey that a browser proved; it is both steps in one, for the device knows its person."""
    read_query()
    try:
        sent = read_json()
        passkey_id, count = take_proof(SIGN_IN, sent, None)
    except Invalid as error:
        return refused_invalid(error)
    except Refused:
        note_failure("passkey")
        return refused(not_proved())
    is_remembered, now, token = sent.get("remember") == "y", clock.now(), ""
    before = str(session.get("_user_id", ""))
    with transaction():
        user = use_passkey(passkey_id, count, now=now)
        if user is not None:
            service.end_sign_in(before, now)
            token = service.begin_sign_in(
                user, is_remembered=is_remembered, now=now, method="passkey", **where_from()
            )  # fmt: skip
    if user is None:
        note_failure("passkey")
        return refused(not_proved())
    begin_session(user, token, is_remembered=is_remembered)
    return lead_to(local_path(text_of(sent, "next")))


@bp.post("/logout")
@permission(MEMBER)
def sign_out() -> ResponseReturnValue:
    """Sign out and go to the first page."""
    token = me().sign_in_token
    with transaction():
        service.end_sign_in(token, clock.now())
    logout_user()
    session.clear()
    return kept_private(redirect("/", 303))
