"""Sign-ins: checking a password, beginning, proving again, ending."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import record
from hub.core.tokens import hash_token, new_token
from hub.people import passwords
from hub.people.addresses import plain_address
from hub.people.events import SignedIn, SignedOut, SignInsEnded
from hub.people.models import AddressProof, AskedByAddress, PasswordReset, SignIn, User
from hub.people.queries import count_sign_ins

BRIEFLY, LONG = timedelta(hours=12), timedelta(days=30)


def locked(user_id: int) -> User | None:
    """Return an account, read anew, that nobody else changes until this transaction ends."""
    query = select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def check_password(email: str, password: str) -> User | None:
    """Return the active account that address and password open.

    Until the password is found right, an address without an account, a suspended account and one without a password
    take the same statement and the same hashing as any other.
    """
    wanted = select(User.id, User.password_hash).where(User.email == plain_address(email), User.is_active)
    found = db.session.execute(wanted).first()
    if not passwords.is_right(found.password_hash if found is not None else None, password):
        return None
    return db.session.get(User, found.id) if found is not None else None


def open_sign_in(
    user_id: int, *, checked_hash: str, is_remembered: bool, now: datetime, better_hash: str | None = None,
    method: str = "password", device: str = "", address: str = "",
) -> str | None:  # fmt: skip
    """Begin a sign-in, inside `transaction()`, and return its token; None when it may not be.

    `checked_hash` is the one the password was checked against: another one means it was changed meanwhile.
    """
    user = locked(user_id)
    if user is None or not user.is_active or user.password_hash != checked_hash:
        return None
    if better_hash is not None:
        user.password_hash = better_hash
    return begin_sign_in(
        user, is_remembered=is_remembered, now=now, method=method, device=device, address=address
    )  # fmt: skip


def begin_sign_in(
    user: User, *, is_remembered: bool, now: datetime, method: str = "password", device: str = "", address: str = ""
) -> str:
    """Begin a sign-in of someone who has just proved who she is, inside `transaction()`, and return its token.

    `method` is password, code, passkey or recovery; `device` and `address` are for her own list of sign-ins.
    """
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.expires_at <= now))
    token, token_hash = new_token()
    lasts = LONG if is_remembered else BRIEFLY
    db.session.add(
        SignIn(
            token_hash=token_hash, user_id=user.id, created_at=now, expires_at=now + lasts, proved_at=now,
            method=method, device=device[:80], address=address[:45],
        )
    )  # fmt: skip
    record(SignedIn(user.id, method), by=user.id, now=now, changes={"device": (None, device or None)})
    return token


def end_sign_in(token: str, now: datetime) -> None:
    """End one sign-in, inside `transaction()`; an unknown token ends nothing."""
    sign_in = db.session.scalar(select(SignIn).where(SignIn.token_hash == hash_token(token)))
    if sign_in is not None:
        db.session.delete(sign_in)
        changes = {"device": (sign_in.device or None, None)}
        record(SignedOut(sign_in.user_id), by=sign_in.user_id, now=now, changes=changes)


def renew_sign_in(sign_in_id: int, now: datetime) -> str:
    """Give a sign-in that lasts another token, inside `transaction()`, so that a copied one opens nothing; return it.

    Raises NotFound when it ended meanwhile.
    """
    token, token_hash = new_token()
    mine = (SignIn.id == sign_in_id, SignIn.expires_at > now)
    renewed = db.session.execute(update(SignIn).where(*mine).values(token_hash=token_hash, proved_at=now))
    if renewed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(f"sign-in {sign_in_id} has ended")
    return token


def end_sign_ins(user_id: int, now: datetime, *, keep: int = 0) -> None:
    """End a person's sign-ins but one, inside `transaction()`, and the mailed ways to a new password or address."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.id != keep))
    forget_mailed_ways(user_id, now)


def forget_mailed_ways(user_id: int, now: datetime) -> None:
    """End the mailed ways to a new password or address of a person, inside `transaction()`."""
    for model in (PasswordReset, AddressProof):
        waits = update(model).where(model.user_id == user_id, model.used_at.is_(None))
        db.session.execute(waits.values(used_at=now))
    db.session.execute(delete(AskedByAddress).where(AskedByAddress.user_id == user_id))


def end_one_of_mine(sign_in_id: int, *, by: User, now: datetime) -> None:
    """End one of one's own sign-ins, inside `transaction()`. Raises NotFound for one that is not hers, or ended."""
    lasting = count_sign_ins(by.id, now)
    ended = db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == by.id))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(f"no sign-in {sign_in_id} of hers")
    changes = {"sign_ins": (lasting, count_sign_ins(by.id, now))}
    record(SignInsEnded(by.id, 1), by=by.id, now=now, changes=changes)


def end_all_of_mine(*, keep: int = 0, by: User, now: datetime) -> int:
    """End one's own sign-ins but one, inside `transaction()`, and mailed ways; return how many lasted until now."""
    lasting = count_sign_ins(by.id, now)
    end_sign_ins(by.id, now, keep=keep)
    left = count_sign_ins(by.id, now)
    record(SignInsEnded(by.id, lasting - left), by=by.id, now=now, changes={"sign_ins": (lasting, left)})
    return lasting - left


def prove_again(sign_in_id: int, *, checked_hash: str | None, now: datetime) -> bool:
    """Note that someone proved again who she is, inside `transaction()`; False when it no longer holds.

    `checked_hash` is the hash her password was checked against, None where something else proved it.
    """
    sign_in = db.session.get(SignIn, sign_in_id, populate_existing=True)
    user = locked(sign_in.user_id) if sign_in is not None else None
    if sign_in is None or user is None or not user.is_active or sign_in.expires_at <= now:
        return False
    if checked_hash is not None and user.password_hash != checked_hash:
        return False
    sign_in.proved_at = now
    return True
