"""Inviting, taking an invitation back, and taking it up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.core.tokens import new_token
from hub.people import policy
from hub.people.addresses import is_address, plain_address
from hub.people.events import InvitationAccepted, InvitationWithdrawn, PersonInvited
from hub.people.models import ORGANIZER, Invitation, Membership, User
from hub.people.queries import find_invitation, find_user_by_email

LASTS = timedelta(days=7)


def invite(
    *, by: User | None, email: str, role: str, city_id: int | None, language: str, now: datetime
) -> tuple[Invitation, str]:
    """Invite an address to a role, inside `transaction()`; return the invitation and the token to mail.

    An invitation to the same that still waits is withdrawn. Raises Invalid naming `email`, Forbidden.
    """
    email = plain_address(email)
    if not policy.can_invite(by, role, city_id):
        raise Forbidden(f"may not invite to {role}")
    if not is_address(email):
        raise Invalid("email", "This is not an e-mail address. Write it like name@city.example.")
    known = find_user_by_email(email)
    if known is not None and policy.holds_already(known, role, city_id):
        raise Invalid("email", "The person with this address has this role already.")
    if known is not None and not known.is_active and policy.can_run_accounts(by):
        raise Invalid("email", "The account with this address is suspended. Restore it first.")
    before = list(db.session.scalars(_waiting(email, role, city_id)))
    for each in before:
        each.withdrawn_at = now
    token, token_hash = new_token()
    invitation = Invitation(
        token_hash=token_hash, email=email, role=role, city_id=city_id, language=language, created_at=now,
        invited_by=by.id if by is not None else None, expires_at=now + LASTS,
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()  # the log entry names the invitation's id
    if invitation.city is not None and invitation.city.is_suspended:
        raise Invalid("email", "This city is suspended. Nobody can be invited to it now.")
    event = PersonInvited(invitation.id, role, city_id, replaces=max((each.id for each in before), default=None))
    record(event, by=by.id if by is not None else None, now=now, personal={"email": email})
    return invitation, token


def _waiting(email: str, role: str, city_id: int | None) -> Select[Invitation]:
    return (
        select(Invitation)
        .where(Invitation.email == email, Invitation.role == role, Invitation.city_id.is_not_distinct_from(city_id))
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    )


def withdraw_invitation(invitation_id: int, *, city_id: int | None = None, by: User, now: datetime) -> None:
    """Take an invitation back, inside `transaction()`; with a city, only one to that city.

    Raises NotFound for one that is not there or no longer waits, Forbidden.
    """
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or (city_id is not None and invitation.city_id != city_id):
        raise NotFound(f"no invitation {invitation_id}")
    if not policy.can_invite(by, invitation.role, invitation.city_id):
        raise Forbidden("not hers to withdraw")
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(f"invitation {invitation_id} no longer waits")
    record(InvitationWithdrawn(invitation_id, invitation.role, invitation.city_id), by=by.id, now=now)


def accept_invitation(
    token: str, *, name: str, new_hash: str | None, confirmed_hash: str | None, language: str | None, now: datetime
) -> User:
    """Take up an invitation, inside `transaction()`, and return the account that has the role now.

    `new_hash` is of the password of an account to be made, `confirmed_hash` the one against which the password of the
    account on record was checked just before. Raises NotFound when the invitation is not open, Invalid naming
    `password` when an account came into being, or changed its password, meanwhile.
    """
    invitation = find_invitation(token)
    if invitation is None or not policy.is_open(invitation, now):
        raise NotFound("no open invitation")
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(accepted_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("the invitation was used at the same moment")
    user = find_user_by_email(invitation.email)
    is_new = user is None
    if user is None:
        user = _new_account(invitation, name, new_hash, language, now)
    elif not user.is_active:
        raise NotFound("the account of this address is suspended")
    elif confirmed_hash is None or confirmed_hash != user.password_hash:
        raise Invalid("password", "This address has an account now. Give the password of that account.")
    _give_role(user, invitation, now)
    invitation.accepted_by = user.id
    record(
        InvitationAccepted(invitation.id, user.id, invitation.role, invitation.city_id, is_new), by=user.id, now=now,
        personal={"email": user.email, "name": user.name},
    )  # fmt: skip
    return user


def _new_account(invitation: Invitation, name: str, new_hash: str | None, language: str | None, now: datetime) -> User:
    if new_hash is None:
        raise Invalid("password", "Choose a password.")
    is_demo = invitation.inviter is not None and invitation.inviter.is_demo  # what comes of a demo account is demo
    user = User(
        email=invitation.email, name=name, password_hash=new_hash, language=language, is_demo=is_demo, created_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:  # two invitations to one address, taken up at one moment
        raise Invalid("password", "This address has an account now. Give the password of that account.") from None
    return user


def _give_role(user: User, invitation: Invitation, now: datetime) -> None:
    if invitation.city_id is None:
        user.is_organizer = user.is_organizer or invitation.role == ORGANIZER
        return
    if policy.holds_already(user, invitation.role, invitation.city_id):
        return
    for membership in user.memberships:
        if membership.city_id == invitation.city_id:
            membership.role = invitation.role
            return
    db.session.add(
        Membership(user_id=user.id, city_id=invitation.city_id, role=invitation.role, since_at=now)
    )  # fmt: skip
    db.session.flush()
    db.session.expire(user, ["memberships"])
