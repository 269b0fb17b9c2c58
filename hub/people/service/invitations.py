"""Inviting, and taking an invitation back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select, update

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.core.tokens import new_token
from hub.people import policy
from hub.people.addresses import is_address, plain_address
from hub.people.events import InvitationWithdrawn, PersonInvited
from hub.people.models import Invitation, User
from hub.people.queries import find_user_by_email

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
    if known is not None and not policy.can_give_to(by, known):
        raise Invalid("email", "A demo account gives no role to people outside the demo.")
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
    record(
        event, by=by.id if by is not None else None, now=now, personal={"email": email},
        changes={"state": (None, "waiting"), "expires_at": (None, invitation.expires_at.isoformat())},
    )  # fmt: skip
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
    event = InvitationWithdrawn(invitation_id, invitation.role, invitation.city_id)
    record(event, by=by.id, now=now, changes={"state": ("waiting", "withdrawn")})
