"""Where one is signed in, and ending it."""

from __future__ import annotations

from flask import redirect, session
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from hub.core import clock
from hub.core.db import transaction
from hub.people import service
from hub.people.views.base import bp, kept_private, me
from hub.web.gate import MEMBER, permission
from hub.web.params import read_query

HERE = "/account?done=ended#h-where"


@bp.post("/account/sign-ins/<int(max=2147483647):sign_in_id>/end")
@permission(MEMBER)
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    read_query()
    user, is_this = me(), me().sign_in_id == sign_in_id
    with transaction():
        service.end_one_of_mine(sign_in_id, by=user, now=clock.now())
    return _signed_out() if is_this else kept_private(redirect(HERE, 303))


@bp.post("/account/sign-ins/end-others")
@permission(MEMBER)
def end_other_sign_ins() -> ResponseReturnValue:
    """End all of one's own sign-ins but the one on this device."""
    read_query()
    user = me()
    with transaction():
        service.end_all_of_mine(keep=user.sign_in_id, by=user, now=clock.now())
    return kept_private(redirect(HERE, 303))


@bp.post("/account/sign-ins/end-all")
@permission(MEMBER)
def end_all_sign_ins() -> ResponseReturnValue:
    """End all of one's own sign-ins, this one too."""
    read_query()
    user = me()
    with transaction():
        service.end_all_of_mine(by=user, now=clock.now())
    return _signed_out()


def _signed_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    return kept_private(redirect("/login", 303))
