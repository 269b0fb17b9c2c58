"""Reads of accounts."""

from __future__ import annotations

from sqlalchemy import func, select

from hub.core.db import db
from hub.people.models import User


def find_active_user(user_id: str) -> User | None:
    """Return the account with this id when it may sign in."""
    user = db.session.get(User, int(user_id)) if user_id.isascii() and user_id.isdigit() and len(user_id) < 10 else None
    return user if user is not None and user.is_active else None


def find_user_by_email(email: str) -> User | None:
    """Return the account with this address, whatever its case."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
