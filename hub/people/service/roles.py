"""Taking people out of a city, closing and opening accounts, ending the organizer role."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people import policy
from hub.people.events import MemberRemoved, OrganizerRoleEnded, PersonRestored, PersonSuspended
from hub.people.models import COORDINATOR, Membership, User
from hub.people.service.accounts import end_sign_ins, locked


def remove_member(user_id: int, *, city_id: int, by: User, now: datetime) -> None:
    """Take someone out of a city's people, inside `transaction()`.

    Raises Forbidden, NotFound for someone who does not work there, Invalid when the city would lose its last
    coordinator.
    """
    team = _locked_team(city_id)
    db.session.expire(by)  # what she was before the wait for the lock does not count
    if not policy.can_see_team(by, city_id):
        raise Forbidden("not a coordinator of this city")
    member = next((each for each in team if each.user_id == user_id), None)
    if member is None:
        raise NotFound(f"no {user_id} in this city")
    others = [each for each in team if each.role == COORDINATOR and each.user_id != user_id and each.user.is_active]
    if not others:
        raise Invalid("person", "You are the last coordinator here. Invite another one first, then you can leave.")
    role = member.role
    db.session.delete(member)
    record(MemberRemoved(user_id, city_id, role), by=by.id, now=now)


def _locked_team(city_id: int) -> list[Membership]:
    query = select(Membership).where(Membership.city_id == city_id).order_by(Membership.id)
    query = query.with_for_update(of=Membership).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def suspend_person(user_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Close an account until further notice and end its sign-ins, inside `transaction()`.

    Raises Forbidden, NotFound, Invalid naming `reason` for oneself, the last organizer, or someone suspended already.
    """
    organizers = _locked_organizers(by)
    user = _person(user_id)
    if user.id == by.id:
        raise Invalid("reason", "You cannot suspend yourself. Another organizer can.")
    if not user.is_active:
        raise Invalid("reason", "This account is suspended already.")
    if organizers == [user]:
        raise Invalid("reason", "This is the last organizer. Invite another one first.")
    user.is_active = False
    end_sign_ins(user.id, now)
    record(PersonSuspended(user.id), by=by.id, now=now, personal={"reason": reason})


def restore_person(user_id: int, *, by: User, now: datetime) -> None:
    """Open a suspended account again, inside `transaction()`; one that is open stays so.

    Raises Forbidden, NotFound.
    """
    _locked_organizers(by)
    user = _person(user_id)
    if not user.is_active:
        user.is_active = True
        record(PersonRestored(user.id), by=by.id, now=now)


def end_organizer_role(user_id: int, *, by: User, now: datetime) -> None:
    """Make an organizer an ordinary member, inside `transaction()`.

    Raises Forbidden, NotFound for someone who is no organizer, Invalid naming `person` for the last one.
    """
    organizers = _locked_organizers(by)
    user = _person(user_id)
    if not user.is_organizer:
        raise NotFound(f"{user_id} is no organizer")
    if organizers == [user]:
        raise Invalid("person", "This is the last organizer. Invite another one first.")
    user.is_organizer = False
    record(OrganizerRoleEnded(user.id), by=by.id, now=now)


def _locked_organizers(by: User) -> list[User]:
    """Return the active organizers; two who would close each other's accounts at one moment wait here in turn."""
    query = select(User).where(User.is_organizer, User.is_active).order_by(User.id)
    organizers = list(
        db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    )  # fmt: skip
    if not policy.can_run_accounts(by) or by not in organizers:
        raise Forbidden("not an organizer")
    return organizers


def _person(user_id: int) -> User:
    user = locked(user_id)
    if user is None:
        raise NotFound(f"no account {user_id}")
    return user
