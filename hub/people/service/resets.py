"""The mailed way to a new password."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import record
from hub.core.tokens import hash_token, new_token
from hub.people.events import PasswordResetAsked
from hub.people.models import PasswordReset, User
from hub.people.queries import find_user_by_email
from hub.people.service.accounts import set_password
from hub.people.service.signins import locked

RESET_LASTS = timedelta(hours=1)
RESETS_AN_HOUR = 3


def ask_reset(email: str, now: datetime) -> tuple[User, str] | None:
    """Make a way to a new password, inside `transaction()`, and return whose it is and the token to mail.

    None for an address without an account, a suspended one, or one that was sent three within the hour.
    """
    user = find_user_by_email(email)
    token, token_hash = new_token()
    if user is None or not user.is_active:
        return None
    lately = select(func.count()).where(PasswordReset.user_id == user.id, PasswordReset.created_at > now - RESET_LASTS)
    if (db.session.scalar(lately) or 0) >= RESETS_AN_HOUR:
        return None
    db.session.add(
        PasswordReset(token_hash=token_hash, user_id=user.id, created_at=now, expires_at=now + RESET_LASTS)
    )  # fmt: skip
    record(PasswordResetAsked(user.id), by=None, now=now)
    return user, token


def use_reset(token: str, *, new_hash: str, now: datetime) -> User:
    """Give an account its new password by a mailed token, inside `transaction()`, and end all its sign-ins.

    Raises NotFound for a token that is wrong, used or too old, or of a suspended account.
    """
    mine = PasswordReset.token_hash == hash_token(token)
    taken = db.session.execute(
        update(PasswordReset)
        .where(mine, PasswordReset.used_at.is_(None), PasswordReset.expires_at > now)
        .values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("no open reset")
    user = locked(db.session.scalars(select(PasswordReset.user_id).where(mine)).one())
    if user is None or not user.is_active:
        raise NotFound("the account is suspended")
    set_password(user, new_hash, now, by_mail=True)
    return user
