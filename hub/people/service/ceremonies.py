"""Ceremonies: what one browser begins and the same browser ends within minutes, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, select, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.tokens import hash_token, new_token
from hub.people.models import Ceremony

REGISTER, SIGN_IN, PROVE, ACCEPT = "register", "sign_in", "prove", "accept"  # challenges for a passkey
SECOND_STEP = "second_step"  # the password was right, something else is to follow
SECOND_PASSKEY = "second_passkey"  # a challenge within the second step
CODES = "codes"  # the secret of an authenticator app, shown and not yet proved
LASTS = {
    REGISTER: timedelta(minutes=5),
    SIGN_IN: timedelta(minutes=5),
    PROVE: timedelta(minutes=5),
    ACCEPT: timedelta(minutes=5),
    SECOND_PASSKEY: timedelta(minutes=5),
    SECOND_STEP: timedelta(minutes=10),
    CODES: timedelta(minutes=30),
}
MOST_TRIES = 5


def begin_ceremony(kind: str, *, user_id: int | None, content: dict[str, Any], now: datetime) -> str:
    """Begin something, inside `transaction()`, and return the token that this browser alone is to hold."""
    token, token_hash = new_token()
    db.session.add(
        Ceremony(
            token_hash=token_hash, kind=kind, user_id=user_id, content=content, created_at=now,
            expires_at=now + LASTS[kind],
        )
    )  # fmt: skip
    return token


def find_ceremony(token: str, kind: str, now: datetime) -> Ceremony | None:
    """Return what a browser began and may still end; None when it is another kind, used, too old or tried too often."""
    found = db.session.scalar(select(Ceremony).where(Ceremony.token_hash == hash_token(token), Ceremony.kind == kind))
    if found is None or found.used_at is not None or found.expires_at <= now or found.tries >= MOST_TRIES:
        return None
    return found


def take_ceremony(token: str, kind: str, *, user_id: int | None, now: datetime) -> dict[str, Any]:
    """Use up what a browser began, inside `transaction()`, and return its content; of two at once one gets it.

    Raises NotFound when it is another kind or another person's, used or too old.
    """
    mine = Ceremony.token_hash == hash_token(token)
    _change_one(
        update(Ceremony)
        .where(mine, Ceremony.kind == kind, Ceremony.user_id.is_not_distinct_from(user_id))
        .where(Ceremony.used_at.is_(None), Ceremony.expires_at > now)
        .values(used_at=now)
    )
    return db.session.scalars(select(Ceremony.content).where(mine)).one()


def count_try(token: str, kind: str, *, now: datetime) -> int:
    """Count one of the five tries a browser has, inside `transaction()`, and return which one it is.

    Raises NotFound when no try is left, or nothing that may be tried.
    """
    mine = Ceremony.token_hash == hash_token(token)
    _change_one(
        update(Ceremony)
        .where(mine, Ceremony.kind == kind, Ceremony.tries < MOST_TRIES)
        .where(Ceremony.used_at.is_(None), Ceremony.expires_at > now)
        .values(tries=Ceremony.tries + 1)
    )
    return db.session.scalars(select(Ceremony.tries).where(mine)).one()


def changed_one(statement: Update) -> bool:
    """Carry out an update and tell whether it changed one row, which decides between several at once."""
    return int(getattr(db.session.execute(statement), "rowcount", 0)) == 1


def _change_one(statement: Update) -> None:
    if not changed_one(statement):
        raise NotFound("nothing was begun here that may be ended")


def end_ceremonies(user_id: int, now: datetime) -> None:
    """End all that was begun for an account, inside `transaction()`."""
    open_ones = update(Ceremony).where(Ceremony.user_id == user_id, Ceremony.used_at.is_(None))
    db.session.execute(open_ones.values(used_at=now))
