"""Passkeys of one's own account: adding and removing."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue

from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Conflict, Invalid
from hub.people import factor_letters
from hub.people.passkeys import Refused
from hub.people.service.ceremonies import REGISTER
from hub.people.service.passkeys import add_passkey, begin_adding, remove_passkey
from hub.people.views.base import bp, kept_private, me, private_page, where_from
from hub.people.views.ceremonies import (
    LONGEST_NAME,
    asked,
    lead_to,
    read_json,
    refused,
    refused_invalid,
    short_name,
    site,
    take_new,
)
from hub.people.views.factors import security_page
from hub.web import limits
from hub.web.gate import MEMBER, SET_UP_FACTOR, permission, sensitive
from hub.web.locale import gettext as _
from hub.web.locale import language
from hub.web.params import read_query

PASSKEYS = f"{SET_UP_FACTOR}/passkeys"


@bp.get(f"{PASSKEYS}/new")
@permission(MEMBER)
@sensitive()
def new_passkey() -> ResponseReturnValue:
    """Show where a passkey is named and made."""
    read_query()
    return private_page("people/passkey_new.html", suggested=where_from()["device"], longest=LONGEST_NAME)


@bp.post(f"{PASSKEYS}/begin")
@limits.ceremonies
@permission(MEMBER)
@sensitive()
def begin_passkey() -> ResponseReturnValue:
    """Tell a browser what to ask its device for."""
    read_query()
    user = me()
    try:
        short_name(read_json())
        with transaction():
            beginning = begin_adding(user, site=site(), now=clock.now())
    except Invalid as error:
        return refused_invalid(error)
    return asked(REGISTER, beginning)


@bp.post(PASSKEYS)
@limits.guesses
@permission(MEMBER)
@sensitive()
def keep_passkey() -> ResponseReturnValue:
    """Keep the passkey that a device made."""
    read_query()
    user, now = me(), clock.now()
    try:
        sent = read_json()
        name = short_name(sent)
        new, content = take_new(REGISTER, sent, user.id)
        with transaction():
            add_passkey(new, name=name, handle=content["handle"], by=user, now=now)
            factor_letters.queue_factor_changed(user, factor_letters.PASSKEY_ADDED, language(), now, name=name)
    except Invalid as error:
        return refused_invalid(error)
    except Conflict:
        return refused(_("This passkey is in use here already."))
    except Refused:
        return refused(_("The passkey could not be added, or it took too long. Try again."))
    return lead_to(f"{SET_UP_FACTOR}?done=passkey")


@bp.post(f"{PASSKEYS}/<int(max=2147483647):passkey_id>/remove")
@permission(MEMBER)
@sensitive()
def drop_passkey(passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey of one's own."""
    read_query()
    user, now = me(), clock.now()
    try:
        with transaction():
            name = remove_passkey(passkey_id, by=user, now=now)
            factor_letters.queue_factor_changed(user, factor_letters.PASSKEY_REMOVED, language(), now, name=name)
    except Invalid as error:
        return security_page(refused=_(error.message, **error.values))
    return kept_private(redirect(f"{SET_UP_FACTOR}?done=removed", 303))
