"""Proving again who one is, before a step that matters."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.extensions import csrf
from hub.people import passwords, service
from hub.people.factors import factors_of
from hub.people.forms import local_path
from hub.people.forms.factors import ProveCodeForm, ProvePasswordForm
from hub.people.models import User
from hub.people.passkeys import Refused
from hub.people.service.ceremonies import PROVE
from hub.people.service.factors import WRONG_CODE, take_code
from hub.people.service.passkeys import begin_proof, use_passkey
from hub.people.views.base import bp, kept_private, me, private_page
from hub.people.views.ceremonies import (
    asked,
    lead_to,
    not_proved,
    read_json,
    refused,
    refused_invalid,
    secret_key,
    site,
    take_proof,
    text_of,
)
from hub.people.views.failures import count_failures, mark_of, note_failure
from hub.web import limits
from hub.web.actor import signed_in_user
from hub.web.forms import HubForm
from hub.web.gate import MEMBER, TO_READ, is_fresh, permission
from hub.web.gate import PROVE as CONFIRM
from hub.web.locale import gettext as _
from hub.web.params import read_query


def _account() -> str:
    user = signed_in_user()
    return mark_of(user.email) if user is not None else "nobody"


def _place(wanted: str | None) -> str:
    """Return the page to go on to; never this one again."""
    place = local_path(wanted)
    return "/account" if place.split("?")[0] == CONFIRM else place


@bp.route(CONFIRM, methods=["GET", "POST"])
@limits.guesses
@count_failures(_account)
@csrf.exempt
@permission(MEMBER)
def confirm() -> ResponseReturnValue:
    """Ask someone signed in for her password, a code or a passkey, and lead on to the step that needs it."""
    query = read_query(allowed={"next"})
    user = me()
    place = _place(request.form.get("next") if request.method == "POST" else query.text("next", 2000))
    if request.method != "POST" and is_fresh(user, within=TO_READ):
        return kept_private(redirect(place, 303))
    is_code = "code" in request.form
    password = ProvePasswordForm(formdata=None) if is_code else ProvePasswordForm()
    code = ProveCodeForm() if is_code else ProveCodeForm(formdata=None)
    if request.method == "POST":
        form: HubForm = code if is_code else password
        try:
            if form.is_good() and _has_proved(form, user, clock.now()):
                return kept_private(redirect(place, 303))
        except Invalid as error:
            form.refuse_invalid(error)
    user = me()
    return private_page(
        "people/confirm.html", 400 if code.problems or password.problems else 200, password=password, code=code,
        place=place, has=factors_of(user.id), user=user,
    )  # fmt: skip


def _has_proved(form: HubForm, user: User, now: datetime) -> bool:
    """Tell whether what was typed proves her; what is wrong then stands at the field."""
    sign_in_id, user_id, checked = user.sign_in_id, user.id, user.password_hash
    if isinstance(form, ProveCodeForm):
        with transaction():
            proved = take_code(user_id, form.code.data or "", key=secret_key(), now=now)
            proved = proved and service.prove_again(sign_in_id, checked_hash=None, now=now)
        field, wrong = "code", _(WRONG_CODE)
    else:
        proved = passwords.is_right(checked, str(form["password"].data or ""))
        if proved:
            with transaction():
                proved = service.prove_again(sign_in_id, checked_hash=checked, now=now)
        field, wrong = "password", _("This is not your password. Check it and try again.")
    if not proved:
        note_failure(field, _account())
        form.refuse(field, wrong)
    return proved


@bp.post(f"{CONFIRM}/passkey/begin")
@limits.ceremonies
@permission(MEMBER)
def begin_confirm_passkey() -> ResponseReturnValue:
    """Tell a browser which passkeys its person may prove now."""
    read_query()
    user = me()
    with transaction():
        beginning = begin_proof(PROVE, user, site=site(), now=clock.now())
    return asked(PROVE, beginning)


@bp.post(f"{CONFIRM}/passkey")
@limits.guesses
@permission(MEMBER)
def confirm_with_passkey() -> ResponseReturnValue:
    """Note that someone signed in proved a passkey of hers now, and lead on."""
    read_query()
    user, now, proved = me(), clock.now(), False
    sign_in_id, user_id = user.sign_in_id, user.id
    try:
        sent = read_json()
        passkey_id, count = take_proof(PROVE, sent, user_id)
        with transaction():
            if use_passkey(passkey_id, count, now=now) is not None:
                proved = service.prove_again(sign_in_id, checked_hash=None, now=now)
    except Invalid as error:
        return refused_invalid(error)
    except Refused:
        proved = False
    if not proved:
        note_failure("passkey", _account())
        return refused(not_proved())
    return lead_to(_place(text_of(sent, "next")))
