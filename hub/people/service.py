"""Making accounts and checking passwords."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hub.core.db import db
from hub.core.log import record
from hub.people.events import AccountCreated
from hub.people.models import User
from hub.people.queries import find_user_by_email

_hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("no account has this password")


def create_user(
    *, email: str, name: str, password: str, is_organizer: bool, is_demo: bool, language: str | None, now: datetime
) -> User:
    """Make an account, inside `transaction()`."""
    user = User(
        email=email, name=name, is_organizer=is_organizer, is_demo=is_demo, language=language, created_at=now,
        password_hash=_hasher.hash(password),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()  # the log entry names the account's id
    record(AccountCreated(user.id), by=None, now=now)
    return user


def check_password(email: str, password: str) -> User | None:
    """Return the active account that address and password open; unknown addresses take as long as known ones."""
    user = find_user_by_email(email)
    try:
        _hasher.verify(user.password_hash if user else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return user if user is not None and user.is_active else None
