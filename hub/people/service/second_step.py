"""The second step of a sign-in: after the right password, and before there is a sign-in."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import NamedTuple

from hub.core.errors import NotFound
from hub.core.tokens import hash_token
from hub.people.models import User
from hub.people.service.ceremonies import SECOND_STEP, begin_ceremony, take_ceremony
from hub.people.service.factors import take_code
from hub.people.service.passkeys import use_passkey
from hub.people.service.recovery import take_recovery_code
from hub.people.service.signins import begin_sign_in, locked


class Opened(NamedTuple):
    """A sign-in that has begun: whose, by what, its token, whether it is to last, and the page to go on to."""

    user: User
    method: str
    token: str
    is_remembered: bool
    place: str


def begin_second_step(
    user_id: int, *, checked_hash: str, better_hash: str | None, is_remembered: bool, place: str, now: datetime
) -> str | None:
    """Begin the second step of someone whose password was right, inside `transaction()`; None where there is none.

    It is bound to the password that was checked: a new one ends it.
    """
    user = locked(user_id)
    if user is None or not user.is_active or not user.has_factor or user.password_hash != checked_hash:
        return None
    if better_hash is not None:
        user.password_hash = better_hash
    content = {"checked": hash_token(user.password_hash), "remember": is_remembered, "next": place}
    return begin_ceremony(SECOND_STEP, user_id=user_id, content=content, now=now)


def pass_by_code(
    token: str, user_id: int, code: str, *, key: str, now: datetime, device: str = "", address: str = ""
) -> Opened | None:
    """Sign in with a one-time code, inside `transaction()`; None when it does not fit.

    Raises NotFound when the second step can be ended no more, Invalid naming `code` when the secret cannot be read.
    """
    user = _still_open(user_id)
    if not take_code(user_id, code, key=key, now=now):
        return None
    return _open(token, user, "code", now, device, address)


def pass_by_recovery_code(
    token: str, user_id: int, code: str, *, now: datetime, device: str = "", address: str = ""
) -> Opened | None:
    """Sign in with a recovery code, inside `transaction()`; None when it does not fit. Raises NotFound."""
    user = _still_open(user_id)
    if not take_recovery_code(user_id, code, now=now):
        return None
    return _open(token, user, "recovery", now, device, address)


def pass_by_passkey(
    token: str, passkey_id: int, count: int, *, now: datetime, device: str = "", address: str = ""
) -> Opened | None:
    """Sign in with a passkey that was proved just now, inside `transaction()`; None when it is refused after all.

    Raises NotFound when the second step can be ended no more.
    """
    user = use_passkey(passkey_id, count, now=now)
    return _open(token, user, "passkey", now, device, address) if user is not None else None


def _still_open(user_id: int) -> User:
    user = locked(user_id)
    if user is None or not user.is_active:
        raise NotFound("the account is closed")
    return user


def _open(token: str, user: User, method: str, now: datetime, device: str, address: str) -> Opened:
    content = take_ceremony(token, SECOND_STEP, user_id=user.id, now=now)
    if not hmac.compare_digest(str(content["checked"]), hash_token(user.password_hash)):
        raise NotFound("the password was changed meanwhile")
    is_remembered = bool(content["remember"])
    opened = begin_sign_in(
        user, is_remembered=is_remembered, now=now, method=method, device=device, address=address
    )  # fmt: skip
    return Opened(user, method, opened, is_remembered, str(content["next"]))
