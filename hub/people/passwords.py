"""Passwords: argon2id, one spelling of each letter, the same work whether or not an account exists."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 128
_hasher = PasswordHasher()


def _spelled(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")  # one keyboard sends é as one, one as two


def hash_password(password: str) -> str:
    """Return the hash to keep of a password; takes tens of milliseconds, so never inside a transaction."""
    return _hasher.hash(_spelled(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("no account has this password")


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether a password fits a hash; without one the same work is done and the answer is no."""
    nobody = _nobody()  # made at the first question, whoever it is about
    try:
        _hasher.verify(password_hash or nobody, _spelled(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with other parameters than new ones are."""
    return _hasher.check_needs_rehash(password_hash)
