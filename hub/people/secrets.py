"""Secrets that the record must be able to read again, encrypted with a key that the record does not hold."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"hub: secrets of one-time codes, 1"


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    """Return what seals with a key of its own, derived from the installation's (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str, key: str) -> str:
    """Return a text encrypted with a key that follows from HUB_SECRET_KEY."""
    return _box(key).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, key: str) -> str | None:
    """Return what was sealed; None when it was sealed with another key, or changed."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return None
