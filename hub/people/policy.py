"""Who may invite, remove, suspend; pure questions about people."""

from __future__ import annotations

from datetime import datetime

from hub.people.models import CONTRIBUTOR, COORDINATOR, ORGANIZER, Invitation, User

WEIGHT = {CONTRIBUTOR: 1, COORDINATOR: 2}


def can_invite(by: User | None, role: str, city_id: int | None) -> bool:
    """Tell whether someone may invite to a role: organizers to all, coordinators to their own city.

    No one (`by` is None) is the operator at the command line, who may everything.
    """
    if role == ORGANIZER:
        fits = city_id is None
    else:
        fits = role in WEIGHT and city_id is not None
    if not fits:
        return False
    if by is None or by.organizes:
        return True
    return role != ORGANIZER and by.coordinates(city_id)


def can_see_team(user: User, city_id: int) -> bool:
    """Tell whether someone may see and change who works for a city."""
    return user.coordinates(city_id)


def can_change_role(by: User, city_id: int) -> bool:
    """Tell whether someone may say who is coordinator and who contributor of a city: its coordinators, organizers."""
    return by.organizes or by.coordinates(city_id)


def can_give_to(by: User | None, user: User) -> bool:
    """Tell whether an account may have a role from someone: a demo account gives roles within the demo only."""
    return by is None or not by.is_demo or user.is_demo


def can_run_accounts(user: User | None) -> bool:
    """Tell whether someone may suspend and restore people and end organizers' roles."""
    return user is None or user.organizes


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Tell whether an invitation can still be accepted.

    It cannot once it was used, withdrawn or is too old, once its inviter lost the right to it, or while its city is
    suspended.
    """
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None or invitation.expires_at <= now:
        return False
    if invitation.city is not None and invitation.city.is_suspended:
        return False
    if invitation.invited_by is not None and invitation.inviter is None:
        return False
    return can_invite(invitation.inviter, invitation.role, invitation.city_id)


def ends_with_factor(invitation: Invitation, user: User | None) -> bool:
    """Tell whether an invitation ends only once a second factor and recovery codes are set up.

    That is so for organizers, outside the demo; `user` is the account of the address where there is one.
    """
    is_demo = invitation.inviter is not None and invitation.inviter.is_demo and (user is None or user.is_demo)
    return invitation.role == ORGANIZER and not is_demo


def holds_already(user: User, role: str, city_id: int | None) -> bool:
    """Tell whether someone is on record with a role, or with more than it, whether or not she may act now."""
    if role == ORGANIZER:
        return user.is_organizer
    held = {membership.city_id: membership.role for membership in user.memberships}
    return WEIGHT.get(held.get(city_id or 0, ""), 0) >= WEIGHT.get(role, 0)


def can_forget(by: User | None, user: User) -> bool:
    """Tell whether someone may close an account for good: its person, or an organizer on her request.

    No one (`by` is None) is the clock, which closes accounts that nobody used for long.
    """
    return by is None or by.id == user.id or by.organizes
