"""The mailed link that proves an address: of a new account, or one that an account changes to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.core.tokens import hash_token, new_token
from hub.people.addresses import is_address, plain_address
from hub.people.events import AddressProofAsked, EmailChanged, EmailConfirmed
from hub.people.models import AddressProof, SignIn, User
from hub.people.service.asking import CHANGE, ask_by_address
from hub.people.service.signins import forget_mailed_ways, locked

PROOF_LASTS = timedelta(hours=24)
PROOFS_AN_HOUR = 5


def ask_change(email: str, *, by: User, language: str, now: datetime) -> None:
    """Ask for a link at a new address of one's own account, inside `transaction()`; nobody's account is looked up.

    Raises Invalid naming `email` for what is no address, or is hers already.
    """
    email = plain_address(email)
    if not is_address(email):
        raise Invalid("email", "This is not an e-mail address. Write it like name@city.example.")
    if email == by.email:
        raise Invalid("email", "This is the address of your account already.")
    ask_by_address(CHANGE, email, language=language, now=now, user_id=by.id)
    record(AddressProofAsked(by.id), by=by.id, now=now, personal={"email": email})


def ask_confirmation(*, by: User, language: str, now: datetime) -> bool:
    """Ask for another link at one's own address, inside `transaction()`; False where it is confirmed already."""
    if by.confirmed_at is not None:
        return False
    ask_by_address(CHANGE, by.email, language=language, now=now, user_id=by.id)
    record(AddressProofAsked(by.id), by=by.id, now=now)
    return True


def make_proof(user: User, email: str, now: datetime) -> str | None:
    """Make a link that proves an address as hers, inside `transaction()`, and return its token.

    Links to other new addresses work no more: she may have mistyped one. None where she had five within the hour.
    """
    mine = AddressProof.user_id == user.id
    lately = select(func.count()).where(mine, AddressProof.created_at > now - timedelta(hours=1))
    if (db.session.scalar(lately) or 0) >= PROOFS_AN_HOUR:
        return None
    others = update(AddressProof).where(mine, AddressProof.email != email, AddressProof.used_at.is_(None))
    db.session.execute(others.values(used_at=now))
    token, token_hash = new_token()
    db.session.add(
        AddressProof(token_hash=token_hash, user_id=user.id, email=email, created_at=now, expires_at=now + PROOF_LASTS)
    )
    return token


def use_proof(token: str, *, by: User, now: datetime) -> str:
    """Confirm an address of one's own, or change to it, inside `transaction()`; return the address before.

    A changed address ends her sign-ins on all other devices. Raises NotFound for a token that is wrong, used, too old
    or someone else's, Invalid naming `email` where another account took the address meanwhile.
    """
    user = locked(by.id)
    mine = (AddressProof.token_hash == hash_token(token), AddressProof.user_id == by.id)
    taken = db.session.execute(
        update(AddressProof).where(*mine, AddressProof.used_at.is_(None), AddressProof.expires_at > now)
        .values(used_at=now)
    )  # fmt: skip
    if taken.rowcount != 1 or user is None or not user.is_active:  # type: ignore[attr-defined]
        raise NotFound("no open proof of hers")
    email = db.session.scalars(select(AddressProof.email).where(*mine)).one()
    before, was_confirmed = user.email, user.confirmed_at is not None
    try:
        with db.session.begin_nested():
            user.email, user.confirmed_at = email, now
    except IntegrityError:
        raise Invalid("email", "Another account has this address now.") from None
    if email == before:
        if not was_confirmed:
            record(EmailConfirmed(user.id), by=user.id, now=now, changes={"is_confirmed": (False, True)})
        return before
    forget_mailed_ways(user.id, now)
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.id != by.sign_in_id))
    record(EmailChanged(user.id), by=user.id, now=now, changes={"email": (before, email)})
    return before
