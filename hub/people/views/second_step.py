"""The second step of signing in: a one-time code, a passkey, or a recovery code."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, request, session
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.people import factor_letters, service
from hub.people.factors import factors_of
from hub.people.forms import SignInForm, local_path
from hub.people.forms.factors import CodeForm, RecoveryForm
from hub.people.models import Ceremony
from hub.people.passkeys import Refused
from hub.people.queries import get_person
from hub.people.service.ceremonies import MOST_TRIES, SECOND_PASSKEY, SECOND_STEP, count_try, find_ceremony
from hub.people.service.factors import WRONG_CODE
from hub.people.service.passkeys import begin_proof
from hub.people.service.second_step import Opened, pass_by_code, pass_by_passkey, pass_by_recovery_code
from hub.people.views.base import begin_session, bp, kept_private, private_page, where_from
from hub.people.views.ceremonies import (
    asked,
    held,
    lead_to,
    not_proved,
    read_json,
    refused,
    refused_invalid,
    secret_key,
    site,
    take_proof,
)
from hub.people.views.failures import count_failures, note_failure
from hub.people.views.signin import SECOND, SECOND_FOR, sign_in_page
from hub.web import limits
from hub.web.forms import HubForm
from hub.web.gate import public
from hub.web.locale import gettext as _
from hub.web.locale import language, ngettext
from hub.web.params import read_query

AGAIN = "/login?again=1"


def _account() -> str:
    return str(session.get(SECOND_FOR, "")) or "nobody"


def _begun() -> Ceremony | None:
    """Return the second step that this browser is in, None when it is over."""
    return find_ceremony(held(SECOND_STEP), SECOND_STEP, clock.now())


@bp.route(SECOND, methods=["GET", "POST"])
@limits.guesses
@count_failures(_account)
@csrf.exempt
@public
def second_step() -> ResponseReturnValue:
    """Ask for a code after the right password, and sign in with it."""
    read_query()
    begun = _begun()
    if begun is None or begun.user_id is None:
        if request.method == "POST":
            return kept_private(redirect(AGAIN, 303))
        return sign_in_page(SignInForm(), local_path(None), is_again=True)
    user_id = begun.user_id
    is_recovery = "recovery" in request.form
    code, recovery = (CodeForm(formdata=None), RecoveryForm()) if is_recovery else (CodeForm(), RecoveryForm(None))
    if request.method == "POST":
        form: HubForm = recovery if is_recovery else code
        try:
            opened = _try(form, user_id) if form.is_good() else None
        except NotFound:  # ended, used or tried too often meanwhile
            return kept_private(redirect(AGAIN, 303))
        except Invalid as error:
            form.refuse_invalid(error)
            opened = None
        if opened is not None:
            return kept_private(redirect(_begin(opened), 303))
        if (begun := _begun()) is None:
            return kept_private(redirect(AGAIN, 303))
    return private_page(
        "people/second_step.html", 400 if code.problems or recovery.problems else 200, nav_current="login", code=code,
        recovery=recovery, has=factors_of(user_id), left=MOST_TRIES - begun.tries, is_recovery=is_recovery,
    )  # fmt: skip


def _try(form: HubForm, user_id: int) -> Opened | None:
    """Sign in with what was typed; None when it does not fit, which then stands at the field.

    Raises NotFound when the second step is over, Invalid when the record cannot tell.
    """
    now, token, opened = clock.now(), held(SECOND_STEP), None
    with transaction():
        number = count_try(token, SECOND_STEP, now=now)
    field = "recovery" if isinstance(form, RecoveryForm) else "code"
    typed = str(form[field].data or "")
    with transaction():
        if field == "code":
            opened = pass_by_code(token, user_id, typed, key=secret_key(), now=now, **where_from())
        else:
            opened = pass_by_recovery_code(token, user_id, typed, now=now, **where_from())
        if opened is not None:
            _tell_if_recovered(opened, now)
            service.end_sign_in(str(session.get("_user_id", "")), now)
    if opened is None:
        note_failure(field, _account())
        left = MOST_TRIES - number
        wrong = _(WRONG_CODE) if field == "code" else _("This is none of your recovery codes, or it was used before.")
        form.refuse(field, f"{wrong} {ngettext('%(num)d try is left.', '%(num)d tries are left.', left)}")
    return opened


def _tell_if_recovered(opened: Opened, now: datetime) -> None:
    if opened.method == "recovery":
        left = factors_of(opened.user.id).recovery_left
        factor_letters.queue_factor_changed(opened.user, factor_letters.RECOVERY_USED, language(), now, left=left)


def _begin(opened: Opened) -> str:
    begin_session(opened.user, opened.token, is_remembered=opened.is_remembered)
    return opened.place


@bp.post(f"{SECOND}/passkey/begin")
@limits.ceremonies
@public
def begin_second_passkey() -> ResponseReturnValue:
    """Tell a browser which passkeys its person may prove now."""
    read_query()
    begun = _begun()
    if begun is None or begun.user_id is None:
        return lead_to(AGAIN)
    user_id = begun.user_id
    with transaction():
        beginning = begin_proof(SECOND_PASSKEY, get_person(user_id), site=site(), now=clock.now())
    return asked(SECOND_PASSKEY, beginning)


@bp.post(f"{SECOND}/passkey")
@limits.guesses
@public
def second_step_with_passkey() -> ResponseReturnValue:
    """Sign in with the password that was right before and the passkey that a browser proved now."""
    read_query()
    begun, now, opened = _begun(), clock.now(), None
    if begun is None:
        return lead_to(AGAIN)
    user_id, token = begun.user_id, held(SECOND_STEP)
    try:
        passkey_id, count = take_proof(SECOND_PASSKEY, read_json(), user_id)
        with transaction():
            opened = pass_by_passkey(token, passkey_id, count, now=now, **where_from())
            if opened is not None:
                service.end_sign_in(str(session.get("_user_id", "")), now)
    except Invalid as error:
        return refused_invalid(error)
    except NotFound:
        return lead_to(AGAIN)
    except Refused:
        opened = None
    if opened is None:
        note_failure("passkey", _account())
        return refused(not_proved())
    return lead_to(_begin(opened))
