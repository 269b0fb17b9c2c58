"""Wishes about an address, written down with the same work whether or not an account has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from hub.core.db import db
from hub.people.addresses import plain_address
from hub.people.models import AskedByAddress

RESET, CHANGE = "reset", "change"


def ask_by_address(kind: str, email: str, *, language: str, now: datetime, user_id: int | None = None) -> None:
    """Note that something was asked about an address, inside `transaction()`; nobody's account is looked up."""
    db.session.add(
        AskedByAddress(kind=kind, email=plain_address(email), user_id=user_id, language=language, created_at=now)
    )


def next_asked(after: int = 0) -> AskedByAddress | None:
    """Take the oldest wish above a number for this transaction; None where there is none, or another worker has it."""
    query = select(AskedByAddress).where(AskedByAddress.id > after).order_by(AskedByAddress.id).limit(1)
    return db.session.scalar(query.with_for_update(skip_locked=True))


def forget_asked(before: datetime) -> None:
    """Delete wishes from before a moment, inside `transaction()`: nobody waits for their answer any more."""
    db.session.execute(delete(AskedByAddress).where(AskedByAddress.created_at < before))
