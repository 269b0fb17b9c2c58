"""Changing what people are in a city, taking them out of it, closing and opening accounts, ending the organizer role.

Whoever loses a right loses what she has invited to with it: those invitations are withdrawn in the same transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people import policy
from hub.people.events import MemberRemoved, OrganizerRoleEnded, PersonRestored, PersonSuspended, RoleChanged
from hub.people.models import CONTRIBUTOR, COORDINATOR, Membership, User
from hub.people.service.signins import end_sign_ins, locked
from hub.people.service.waiting import withdraw_waiting


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
    role, user = member.role, member.user
    db.session.delete(member)
    withdrawn = withdraw_waiting(user, now)
    record(MemberRemoved(user_id, city_id, role, withdrawn), by=by.id, now=now, changes={"role": (role, None)})


def change_role(user_id: int, *, city_id: int, role: str, by: User, now: datetime) -> None:
    """Make a contributor of a city a coordinator or the other way round, inside `transaction()`.

    Someone who has the role already keeps it. Raises Forbidden, NotFound for someone who does not work there, Invalid
    naming `role`, or `person` for the city's last coordinator and for what a demo account cannot give.
    """
    team = _locked_team(city_id)
    db.session.expire(by)
    if not policy.can_change_role(by, city_id):
        raise Forbidden("neither a coordinator of this city nor an organizer")
    if role not in (COORDINATOR, CONTRIBUTOR):
        raise Invalid("role", "Choose one of the list.")
    member = next((each for each in team if each.user_id == user_id), None)
    if member is None:
        raise NotFound(f"no {user_id} in this city")
    if member.role == role:
        return
    if not policy.can_give_to(by, member.user):
        raise Invalid("person", "A demo account gives no role to people outside the demo.")
    others = [each for each in team if each.role == COORDINATOR and each.user_id != user_id and each.user.is_active]
    if role == CONTRIBUTOR and not others:
        raise Invalid("person", "This is the last coordinator here. Make someone else a coordinator first.")
    before, member.role = member.role, role
    withdrawn = withdraw_waiting(member.user, now)
    record(RoleChanged(user_id, city_id, role, withdrawn), by=by.id, now=now, changes={"role": (before, role)})


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
    withdrawn = withdraw_waiting(user, now)
    record(
        PersonSuspended(user.id, withdrawn), by=by.id, now=now, personal={"reason": reason},
        changes={"is_active": (True, False)},
    )  # fmt: skip


def restore_person(user_id: int, *, by: User, now: datetime) -> None:
    """Open a suspended account again, inside `transaction()`; one that is open stays so, invitations stay withdrawn.

    Raises Forbidden, NotFound.
    """
    _locked_organizers(by)
    user = _person(user_id)
    if not user.is_active:
        user.is_active = True
        record(PersonRestored(user.id), by=by.id, now=now, changes={"is_active": (False, True)})


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
    withdrawn = withdraw_waiting(user, now)
    record(OrganizerRoleEnded(user.id, withdrawn), by=by.id, now=now, changes={"is_organizer": (True, False)})


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
    if user is None or user.left_at is not None:
        raise NotFound(f"no account {user_id}")
    return user
