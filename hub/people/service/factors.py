"""Second factors: one-time codes, whether an account has a factor at all, and the operator's way back."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import delete, update

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import differing, record
from hub.core.text import N_
from hub.people.events import CodesTurnedOff, CodesTurnedOn, FactorsReset
from hub.people.factors import factors_of
from hub.people.models import OneTimeCode, Passkey, RecoveryCode, User
from hub.people.queries import find_user_by_email
from hub.people.secrets import seal, unseal
from hub.people.service.ceremonies import (
    CODES,
    begin_ceremony,
    changed_one,
    end_ceremonies,
    find_ceremony,
    take_ceremony,
)
from hub.people.service.signins import end_sign_ins, locked

STEP = timedelta(seconds=30)  # RFC 6238, section 5.2: the time step, and one either side for clocks that differ
DIGITS = 6

WRONG_CODE = N_(
    "This code does not fit. Codes change every half minute and work once: type the one your app shows now."
)
UNREADABLE = N_(
    "The hub cannot read the secret of your app any more. Use a passkey or a recovery code, "
    "or ask the operator of the hub to set your account back."
)
LAST_FACTOR = N_(
    "You are an organizer: this is your last second factor. Set up another one first, then you can remove it."
)


def new_app_secret(user: User, *, key: str, now: datetime) -> str:
    """Make the secret that an authenticator app is to share, inside `transaction()`; return the ceremony's token."""
    sealed = seal(pyotp.random_base32(), key)
    return begin_ceremony(CODES, user_id=user.id, content={"secret": sealed}, now=now)


def shown_app_secret(token: str, user: User, *, key: str, now: datetime) -> str | None:
    """Return the secret that is shown to someone until a code proves it; None when there is none."""
    ceremony = find_ceremony(token, CODES, now)
    if ceremony is None or ceremony.user_id != user.id:
        return None
    return unseal(str(ceremony.content["secret"]), key)


def turn_on_codes(token: str, code: str, *, by: User, key: str, now: datetime) -> User:
    """Take the shown secret as hers, once a code proves that her app has it, inside `transaction()`.

    The secret of an app she had before ends. Raises NotFound when nothing is shown any more, Invalid naming `code`.
    """
    user = acting(by)
    sealed = str(take_ceremony(token, CODES, user_id=user.id, now=now)["secret"])
    step = _step_of(unseal(sealed, key) or "", code, now)
    if step is None:
        raise Invalid("code", WRONG_CODE)
    before = state_of(user.id)
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.user_id == user.id))
    db.session.add(
        OneTimeCode(user_id=user.id, secret=sealed, created_at=now, confirmed_at=now, last_step=step)
    )  # fmt: skip
    note_factors(user)
    record(CodesTurnedOn(user.id), by=user.id, now=now, changes=differing(before, state_of(user.id)))
    return user


def turn_off_codes(*, by: User, now: datetime) -> User:
    """Take one-time codes away from an account, inside `transaction()`.

    Raises NotFound when there are none, Invalid naming `codes` where they are an organizer's last factor.
    """
    user = acting(by)
    before = state_of(user.id)
    if before["one_time_codes"] is None:
        raise NotFound("no one-time codes")
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.user_id == user.id))
    note_removed(user, "codes")
    record(CodesTurnedOff(user.id), by=user.id, now=now, changes=differing(before, state_of(user.id)))
    return user


def take_code(user_id: int, code: str, *, key: str, now: datetime) -> bool:
    """Take a one-time code, inside `transaction()`: true once for each code, within one step of the clock.

    Raises Invalid naming `code` when the record holds a secret that cannot be read.
    """
    kept = db.session.get(OneTimeCode, user_id, populate_existing=True)
    if kept is None or kept.confirmed_at is None:
        return False
    secret = unseal(kept.secret, key)
    if secret is None:
        raise Invalid("code", UNREADABLE)
    step = _step_of(secret, code, now)
    if step is None:
        return False
    used = update(OneTimeCode).where(OneTimeCode.user_id == user_id, OneTimeCode.last_step < step)
    return changed_one(used.values(last_step=step))


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the newest time step around now whose code is the one typed."""
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()) or not secret:
        return None
    app, present = pyotp.TOTP(secret, digits=DIGITS), int(now.timestamp() // STEP.total_seconds())
    fitting = [
        step for step in range(present - 1, present + 2) if hmac.compare_digest(app.generate_otp(step), typed)
    ]  # fmt: skip
    return max(fitting, default=None)


def reset_factors(email: str, now: datetime) -> User:
    """Take away all factors of the account with an address, and end its sign-ins, inside `transaction()`.

    The operator's way back for someone who lost them all. Raises NotFound for an unknown address.
    """
    found = find_user_by_email(email)
    user = locked(found.id) if found is not None else None
    if user is None:
        raise NotFound("no account has this address")
    before = state_of(user.id)
    for model in (OneTimeCode, Passkey, RecoveryCode):
        db.session.execute(delete(model).where(model.user_id == user.id))
    note_factors(user)
    end_sign_ins(user.id, now)
    end_ceremonies(user.id, now)
    record(FactorsReset(user.id), by=None, now=now, changes=differing(before, state_of(user.id)))
    return user


def note_factors(user: User) -> None:
    """Keep `has_factor` true to what the account has, inside `transaction()`."""
    db.session.flush()
    user.has_factor = factors_of(user.id).has_any


def note_removed(user: User, field: str) -> None:
    """Note that a factor went, inside `transaction()`; with the last one the recovery codes end too.

    Raises Invalid naming `field` where an organizer would be left without any.
    """
    note_factors(user)
    if user.has_factor:
        return
    if user.is_organizer and not user.is_demo:
        raise Invalid(field, LAST_FACTOR)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def state_of(user_id: int) -> dict[str, Any]:
    """Return someone's factors as the log tells them, inside the transaction that changes them."""
    db.session.flush()
    has = factors_of(user_id)
    return {
        "passkeys": [each.name for each in has.passkeys],
        "one_time_codes": has.codes_since.isoformat() if has.codes_since is not None else None,
        "recovery_codes": has.recovery_left,
        "has_factor": has.has_any,
    }


def acting(by: User) -> User:
    """Return the account of someone who changes her own factors, locked. Raises Forbidden when it was closed."""
    user = locked(by.id)
    if user is None or not user.is_active:
        raise Forbidden("the account is closed")
    return user
