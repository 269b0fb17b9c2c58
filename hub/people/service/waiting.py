"""Invitations that wait for an answer end for good with the right to send them; nothing brings them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from hub.core.db import db
from hub.people import policy
from hub.people.models import Invitation, User


def withdraw_waiting(inviter: User, now: datetime) -> list[int]:
    """Withdraw what someone has invited to and may no more, inside `transaction()`, after her right has ended.

    Returns the ids, for the entry that says why.
    """
    db.session.flush()
    db.session.expire(inviter, ["memberships"])
    gone = [
        each
        for each in db.session.scalars(_waiting().where(Invitation.invited_by == inviter.id))
        if not policy.can_invite(inviter, each.role, each.city_id)
    ]
    return _withdrawn(gone, now)


def withdraw_of_city(city_id: int, now: datetime) -> list[int]:
    """Withdraw all that was invited to a city, whoever did, inside `transaction()`: it is suspended. Returns the ids.

    What its coordinators may invite to is their own city only, so that nothing else of theirs waits.
    """
    return _withdrawn(list(db.session.scalars(_waiting().where(Invitation.city_id == city_id))), now)


def _waiting() -> Select[Invitation]:
    """Return what was neither accepted nor withdrawn, locked: who takes one up at this moment comes first or last."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    query = query.order_by(Invitation.id).with_for_update(of=Invitation)
    return query.execution_options(populate_existing=True)


def _withdrawn(invitations: list[Invitation], now: datetime) -> list[int]:
    for each in invitations:
        each.withdrawn_at = now
    return [each.id for each in invitations]
