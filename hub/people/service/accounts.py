"""Making accounts, checking passwords, and what people change about themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.core.tokens import hash_token, new_token
from hub.people import passwords
from hub.people.addresses import plain_address
from hub.people.events import AccountCreated, AccountRenamed, LanguageChosen, PasswordChanged, PasswordResetAsked
from hub.people.models import PasswordReset, SignIn, User
from hub.people.queries import find_user_by_email

BRIEFLY, LONG = timedelta(hours=12), timedelta(days=30)
RESET_LASTS = timedelta(hours=1)
RESETS_AN_HOUR = 3


def create_user(
    *, email: str, name: str, password: str, is_organizer: bool, is_demo: bool, language: str | None, now: datetime
) -> User:
    """Make an account, inside `transaction()`."""
    user = User(
        email=plain_address(email), name=name, is_organizer=is_organizer, is_demo=is_demo, language=language,
        created_at=now, password_hash=passwords.hash_password(password),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()  # the log entry names the account's id
    record(AccountCreated(user.id), by=None, now=now)
    return user


def check_password(email: str, password: str) -> User | None:
    """Return the active account that address and password open; unknown addresses take as long as known ones."""
    user = find_user_by_email(email)
    if not passwords.is_right(user.password_hash if user else None, password):
        return None
    return user if user is not None and user.is_active else None


def open_sign_in(
    user_id: int, *, checked_hash: str, is_remembered: bool, now: datetime, better_hash: str | None = None
) -> str | None:
    """Begin a sign-in, inside `transaction()`, and return its token; None when it may not be.

    `checked_hash` is the one the password was checked against: another one means it was changed meanwhile.
    """
    user = locked(user_id)
    if user is None or not user.is_active or user.password_hash != checked_hash:
        return None
    if better_hash is not None:
        user.password_hash = better_hash
    return begin_sign_in(user, is_remembered=is_remembered, now=now)


def begin_sign_in(user: User, *, is_remembered: bool, now: datetime) -> str:
    """Begin a sign-in of someone who has just proved who she is, inside `transaction()`, and return its token."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at <= now))
    token, token_hash = new_token()
    lasts = LONG if is_remembered else BRIEFLY
    db.session.add(SignIn(token_hash=token_hash, user_id=user.id, created_at=now, expires_at=now + lasts))
    return token


def end_sign_in(token: str) -> None:
    """End one sign-in, inside `transaction()`; an unknown token ends nothing."""
    db.session.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def end_sign_ins(user_id: int, now: datetime) -> None:
    """End all sign-ins of a person, inside `transaction()`, and the mailed ways to a new password with them."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user_id))
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )


def locked(user_id: int) -> User | None:
    """Return an account, read anew, that nobody else changes until this transaction ends."""
    query = select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


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
    _set_password(user, new_hash, now, by_mail=True)
    return user


def change_password(user_id: int, *, checked_hash: str, new_hash: str, now: datetime) -> User:
    """Give an account a new password, inside `transaction()`, and end all its sign-ins.

    Raises Invalid naming `present` when the password is no longer the one that was checked.
    """
    user = locked(user_id)
    if user is None or not user.is_active or user.password_hash != checked_hash:
        raise Invalid("present", "This is not your present password.")
    _set_password(user, new_hash, now, by_mail=False)
    return user


def _set_password(user: User, new_hash: str, now: datetime, *, by_mail: bool) -> None:
    user.password_hash = new_hash
    end_sign_ins(user.id, now)
    record(PasswordChanged(user.id, by_mail), by=user.id, now=now)


def rename(name: str, *, by: User, now: datetime) -> None:
    """Write one's own name otherwise, inside `transaction()`."""
    if by.name != name:
        by.name = name
        record(AccountRenamed(by.id), by=by.id, now=now, personal={"name": name})


def choose_language(language: str | None, *, by: User, now: datetime) -> None:
    """Choose the language of one's own pages and mails, inside `transaction()`; None: as the browser asks."""
    if by.language != language:
        by.language = language
        record(LanguageChosen(by.id, language), by=by.id, now=now)
