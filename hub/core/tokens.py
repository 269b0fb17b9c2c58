"""Secrets that travel by mail or cookie: 256 random bits, of which the record keeps only the hash."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """Return a new token and its hash."""
    token = secrets.token_urlsafe(32)
    return token, hash_token(token)


def hash_token(token: str) -> str:
    """Return the sha256 of a token, whatever characters someone sends as one."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
