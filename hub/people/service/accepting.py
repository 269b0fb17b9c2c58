"""Taking up an invitation: the account it makes, and the role it gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.people import policy
from hub.people.events import AccountCreated, InvitationAccepted
from hub.people.factors import factors_of
from hub.people.models import ORGANIZER, Invitation, Membership, User
from hub.people.queries import find_invitation, find_user_by_email
from hub.people.service.asking import CHANGE, ask_by_address
from hub.people.service.signins import locked


def make_account(token: str, *, name: str, new_hash: str, language: str | None, now: datetime) -> User:
    """Make the account of someone invited to organize, inside `transaction()`; the invitation waits on.

    `new_hash` is empty for an account without a password. Raises NotFound when the invitation is not open, Invalid
    naming `password` when the address has an account.
    """
    invitation = _open_invitation(token, now)
    if find_user_by_email(invitation.email) is not None:
        raise Invalid("password", "This address has an account now. Sign in with it to accept the invitation.")
    user = _new_account(invitation, name, new_hash, language, now)
    record(AccountCreated(user.id), by=user.id, now=now, personal={"email": user.email}, changes=_born(user))
    return user


def accept_invitation(
    token: str, *, name: str = "", new_hash: str | None = None, confirmed_hash: str | None = None,
    by: User | None = None, language: str | None = None, now: datetime,
) -> User:  # fmt: skip
    """Take up an invitation, inside `transaction()`, and return the account that has the role now.

    An account is made with `new_hash`, the hash of its password (empty for one without). An account on record accepts
    for itself (`by`), or by its password when it has no second factor: `confirmed_hash` is the one it was checked
    against. Raises NotFound when the invitation is not open, Invalid naming `password` when an account came into being
    or changed meanwhile, and `steps` when an organizer's second factor or recovery codes are missing.
    """
    invitation = _open_invitation(token, now)
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(accepted_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("the invitation was used at the same moment")
    known = find_user_by_email(invitation.email)
    user = locked(known.id) if known is not None else None
    if user is not None and (not user.is_active or not policy.can_give_to(invitation.inviter, user)):
        raise NotFound("the account of this address may not have the role")
    if policy.ends_with_factor(invitation, user) and (user is None or not factors_of(user.id).is_complete):
        raise Invalid("steps", "Set up a second factor and recovery codes first.")
    is_new = user is None
    if user is None:
        user = _new_account(invitation, name, new_hash, language, now)
        changes = _born(user)
    else:
        _check_hers(user, by, confirmed_hash)
        changes = {"is_confirmed": (user.confirmed_at is not None, True)} if invitation.invited_by is not None else {}
        user.confirmed_at = user.confirmed_at or (now if invitation.invited_by is not None else None)
    role = _give_role(user, invitation, now)
    invitation.accepted_by = user.id
    record(
        InvitationAccepted(invitation.id, user.id, invitation.role, invitation.city_id, is_new), by=user.id, now=now,
        personal={"email": user.email, "name": user.name}, changes=changes | {"role": role},
    )  # fmt: skip
    return user


def _open_invitation(token: str, now: datetime) -> Invitation:
    """Return an invitation that is open, its inviter locked: her right holds until this transaction ends."""
    invitation = find_invitation(token)
    if invitation is not None and invitation.invited_by is not None:
        locked(invitation.invited_by)
    if invitation is None or not policy.is_open(invitation, now):
        raise NotFound("no open invitation")
    return invitation


def _check_hers(user: User, by: User | None, confirmed_hash: str | None) -> None:
    if by is not None and by.id == user.id:
        return
    if confirmed_hash is None or user.has_factor:
        raise Invalid("password", "This address has an account now. Sign in with it to accept the invitation.")
    if confirmed_hash != user.password_hash:
        raise Invalid("password", "The password of this account was changed just now. Give the new one.")


def _new_account(invitation: Invitation, name: str, new_hash: str | None, language: str | None, now: datetime) -> User:
    """Make the account; the operator saw the link of an invitation of hers, so that it proves no address."""
    if new_hash is None:
        raise Invalid("password", "Choose a password.")
    inviter = invitation.inviter
    user = User(
        email=invitation.email, name=name, password_hash=new_hash, language=language, created_at=now,
        is_demo=inviter is not None and inviter.is_demo,  # what comes of a demo account is demo
        confirmed_at=now if inviter is not None else None,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # two invitations to one address, taken up at one moment
        raise Invalid(
            "password", "This address has an account now. Sign in with it to accept the invitation."
        ) from None
    if user.confirmed_at is None:
        ask_by_address(CHANGE, user.email, language=language or "en", now=now, user_id=user.id)
    return user


def _born(user: User) -> dict[str, tuple[Any, Any]]:
    return {
        "name": (None, user.name),
        "language": (None, user.language),
        "has_password": (None, bool(user.password_hash)),
        "is_confirmed": (None, user.confirmed_at is not None),
    }


def _give_role(user: User, invitation: Invitation, now: datetime) -> tuple[str | None, str]:
    """Give the role; return what she was there before and what she is now, for one may be more already."""
    if invitation.city_id is None:
        before = ORGANIZER if user.is_organizer else None
        user.is_organizer = True
        return before, ORGANIZER
    held = next((each for each in user.memberships if each.city_id == invitation.city_id), None)
    if held is not None:
        role = held.role
        if not policy.holds_already(user, invitation.role, invitation.city_id):
            held.role = invitation.role
        return role, held.role
    db.session.add(
        Membership(user_id=user.id, city_id=invitation.city_id, role=invitation.role, since_at=now)
    )  # fmt: skip
    db.session.flush()
    db.session.expire(user, ["memberships"])
    return None, invitation.role
