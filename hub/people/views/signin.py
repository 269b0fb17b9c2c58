"""Signing in and out."""

from __future__ import annotations

from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from hub.core import clock
from hub.core.db import transaction
from hub.extensions import csrf, limiter
from hub.people import passwords, service
from hub.people.forms import SignInForm, local_path
from hub.people.views.base import PASSWORDS, begin_session, bp, kept_private, me, private_page
from hub.web.actor import signed_in_user
from hub.web.forms import old_form
from hub.web.gate import MEMBER, permission, public
from hub.web.locale import gettext as _
from hub.web.params import read_query


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(PASSWORDS, methods=["POST"])
@csrf.exempt  # the form checks its token itself, so that an old one brings the form back with what was typed
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or sign in and lead on; an unknown address is answered like a wrong password."""
    query = read_query(allowed={"next", "changed"})
    wanted = query.text("next", 2000)
    form = SignInForm()
    target = local_path(form.next.data if request.method == "POST" else wanted)
    if request.method != "POST" and signed_in_user() is not None:
        return kept_private(redirect(target, 303))
    problem = ""
    if request.method == "POST":
        problem = _try_to_sign_in(form)
        if not problem:
            return kept_private(redirect(target, 303))
    return private_page(
        "people/login.html", 400 if problem else 200, nav_current="login", form=form, target=target, problem=problem,
        is_changed=query.text("changed", 10) == "1",
    )  # fmt: skip


def _try_to_sign_in(form: SignInForm) -> str:
    """Sign in and return nothing, or return why not in words for the person."""
    if not form.validate():
        return old_form()
    email, password = form.email.data or "", form.password.data or ""
    user = service.check_password(email, password) if form.is_possible else None
    token, is_remembered = None, bool(form.remember.data)
    if user is not None:
        user_id, checked = user.id, user.password_hash
        better = passwords.hash_password(password) if passwords.is_outdated(checked) else None
        with transaction():
            service.end_sign_in(str(session.get("_user_id", "")))  # of whoever was signed in here before
            token = service.open_sign_in(
                user_id, checked_hash=checked, better_hash=better, is_remembered=is_remembered, now=clock.now()
            )
    if user is None or token is None:
        return _("This address and password do not open an account. Check both and try again.")
    begin_session(user, token, is_remembered=is_remembered)
    return ""


@bp.post("/logout")
@permission(MEMBER)
def sign_out() -> ResponseReturnValue:
    """Sign out and go to the first page."""
    token = me().sign_in_token
    with transaction():
        service.end_sign_in(token)
    logout_user()
    session.clear()
    return kept_private(redirect("/", 303))
