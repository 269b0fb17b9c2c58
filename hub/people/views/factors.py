"""What opens one's account: the page of it all, one-time codes, recovery codes."""

from __future__ import annotations

import pyotp
import segno
from flask import redirect, request, session
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid, NotFound
from hub.extensions import csrf
from hub.people import factor_letters
from hub.people.factors import factors_of
from hub.people.forms.factors import ButtonForm, CodeForm
from hub.people.models import User
from hub.people.passkeys import SITE_NAME
from hub.people.service.ceremonies import CODES
from hub.people.service.factors import new_app_secret, shown_app_secret, turn_off_codes, turn_on_codes
from hub.people.service.recovery import make_recovery_codes
from hub.people.views.base import bp, kept_private, me, private_page
from hub.people.views.ceremonies import held, hold, let_go, secret_key
from hub.web import limits
from hub.web.gate import MEMBER, SET_UP_FACTOR, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

DONE = {"passkey", "removed", "codes", "codes-off", "shown"}
INVITED = "invited"  # in the session: the token of the organizer's invitation that is being taken up


@bp.get(SET_UP_FACTOR)
@permission(MEMBER)
def show_security() -> ResponseReturnValue:
    """Show what opens one's account: passkeys, one-time codes, recovery codes."""
    query = read_query(allowed={"needed", "done"})
    done = query.text("done", 20)
    return security_page(is_needed=query.text("needed", 10) == "1", done=done if done in DONE else "")


def security_page(*, is_needed: bool = False, done: str = "", refused: str = "") -> ResponseReturnValue:
    """Return the page of what opens one's account."""
    user = me()
    return private_page(
        "people/security.html", 400 if refused else 200, user=user, has=factors_of(user.id), done=done, refused=refused,
        is_needed=is_needed and user.needs_factor, invited=session.get(INVITED, ""),
    )  # fmt: skip


@bp.route(f"{SET_UP_FACTOR}/codes", methods=["GET", "POST"])
@limits.guesses
@csrf.exempt
@permission(MEMBER)
@sensitive()
def set_up_codes() -> ResponseReturnValue:
    """Show the secret of an authenticator app, and take it as hers once a code proves that the app has it."""
    read_query()
    user, now, form = me(), clock.now(), CodeForm()
    secret = shown_app_secret(held(CODES), user, key=secret_key(), now=now)
    if request.method == "POST" and secret is None:
        form.refuse("code", _("The secret was shown for too long. Here is a new one: scan it and type its code."))
    elif request.method == "POST" and form.is_good():
        try:
            return kept_private(redirect(_turn_on(form.code.data or "", user), 303))
        except Invalid as error:
            form.refuse_invalid(error)
        except NotFound:  # taken at the same moment in another window
            return kept_private(redirect(SET_UP_FACTOR, 303))
    if secret is None:
        with transaction():
            token = new_app_secret(user, key=secret_key(), now=now)
        hold(CODES, token)
        secret = shown_app_secret(token, user, key=secret_key(), now=now) or ""
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return private_page(
        "people/codes.html", 400 if form.problems else 200, form=form, groups=groups, has=factors_of(user.id),
        picture=_picture(pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=SITE_NAME)),
    )  # fmt: skip


def _picture(address: str) -> Markup:
    """Return a QR code as SVG, dark on light whatever the page, so that every camera reads it."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    # Numbers and our own names only: the address is in the pattern of its dots.
    return Markup(drawn)  # noqa: S704  # nosec B704


def _turn_on(code: str, user: User) -> str:
    now = clock.now()
    with transaction():
        changed = turn_on_codes(held(CODES), code, by=user, key=secret_key(), now=now)
        factor_letters.queue_factor_changed(changed, factor_letters.CODES_ON, language(), now)
    let_go(CODES)
    return f"{SET_UP_FACTOR}?done=codes"


@bp.post(f"{SET_UP_FACTOR}/codes/off")
@permission(MEMBER)
@sensitive()
def switch_off_codes() -> ResponseReturnValue:
    """Turn one-time codes off."""
    read_query()
    user, now = me(), clock.now()
    try:
        with transaction():
            changed = turn_off_codes(by=user, now=now)
            factor_letters.queue_factor_changed(changed, factor_letters.CODES_OFF, language(), now)
    except Invalid as error:
        return security_page(refused=_(error.message, **error.values))
    return kept_private(redirect(f"{SET_UP_FACTOR}?done=codes-off", 303))


@bp.route(f"{SET_UP_FACTOR}/recovery", methods=["GET", "POST"])
@limits.guesses
@csrf.exempt
@permission(MEMBER)
@sensitive()
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once; sent again, the form says that they were shown."""
    read_query()
    user, now, form = me(), clock.now(), ButtonForm()
    has = factors_of(user.id)
    if request.method != "POST" or not form.is_good():
        return private_page("people/recovery.html", 400 if form.problems else 200, form=form, has=has, codes=[])
    codes: list[str] = []

    def make() -> str:
        changed, made = make_recovery_codes(by=user, now=now)
        factor_letters.queue_factor_changed(changed, factor_letters.RECOVERY_MADE, language(), now)
        codes.extend(made)
        return f"{SET_UP_FACTOR}?done=shown"

    try:
        place = form.carry_out(make, now)
    except Invalid as error:
        return security_page(refused=_(error.message, **error.values))
    if not codes:
        return kept_private(redirect(place, 303))
    return private_page(
        "people/recovery.html",
        form=form,
        has=has,
        codes=codes,
        made_at=now,
        user=me(),
        invited=session.get(INVITED, ""),
    )
