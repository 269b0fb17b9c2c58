"""Recovery codes, for the day the phone is lost."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import delete, update

from hub.core.db import db
from hub.core.errors import Invalid
from hub.core.log import differing, record
from hub.core.tokens import hash_token
from hub.people.events import RecoveryCodesMade, RecoveryCodeUsed
from hub.people.factors import factors_of
from hub.people.models import RecoveryCode, User
from hub.people.service.ceremonies import changed_one
from hub.people.service.factors import acting, state_of

HOW_MANY, BYTES = 10, 10  # 80 bits each: nobody guesses one, so a plain sha256 of it is enough to keep
_LOOKS_LIKE = str.maketrans("018", "OIB")  # base32 has no such digits; someone copied by eye


def make_recovery_codes(*, by: User, now: datetime) -> tuple[User, list[str]]:
    """Give someone ten new recovery codes, inside `transaction()`, and return them; those before end.

    Raises Invalid naming `codes` where there is no second factor that could be lost.
    """
    user = acting(by)
    before = state_of(user.id)
    if not before["has_factor"]:
        raise Invalid("codes", "Recovery codes stand in for a second factor. Set up a passkey or one-time codes first.")
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_new_recovery_code() for _ in range(HOW_MANY)]
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=hash_token(_plain(code)), created_at=now) for code in codes
    )  # fmt: skip
    db.session.flush()
    record(RecoveryCodesMade(user.id), by=user.id, now=now, changes=differing(before, state_of(user.id)))
    return user, codes


def _new_recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(BYTES)).decode("ascii")
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code).upper().translate(_LOOKS_LIKE)
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def take_recovery_code(user_id: int, code: str, *, now: datetime) -> bool:
    """Use up one of someone's recovery codes, inside `transaction()`; false when it is none of hers or was used."""
    before = factors_of(user_id).recovery_left
    kept = hash_token(_plain(code))
    mine = update(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == kept)
    if not changed_one(mine.where(RecoveryCode.used_at.is_(None)).values(used_at=now)):
        return False
    record(RecoveryCodeUsed(user_id), by=user_id, now=now, changes={"recovery_codes": (before, before - 1)})
    return True
