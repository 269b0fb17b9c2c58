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
    if by is None or (by.is_active and by.is_organizer):
        return True
    return role != ORGANIZER and by.coordinates(city_id)


def can_see_team(user: User, city_id: int) -> bool:
    """Tell whether someone may see and change who works for a city."""
    return user.coordinates(city_id)


def can_run_accounts(user: User | None) -> bool:
    """Tell whether someone may suspend and restore people and end organizers' roles."""
    return user is None or (user.is_active and user.is_organizer)


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


def holds_already(user: User, role: str, city_id: int | None) -> bool:
    """Tell whether someone is on record with a role, or with more than it, whether or not she may act now."""
    if role == ORGANIZER:
        return user.is_organizer
    held = {membership.city_id: membership.role for membership in user.memberships}
    return WEIGHT.get(held.get(city_id or 0, ""), 0) >= WEIGHT.get(role, 0)
