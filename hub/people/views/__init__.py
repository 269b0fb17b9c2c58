"""Doors of this room: signing in, one's own account, invitations, a city's people, all people."""

from hub.people.views import (  # noqa: F401  doors
    account,
    email,
    factors,
    invitations,
    organizers,
    passkeys,
    passwords,
    proving,
    second_step,
    sign_ins,
    signin,
    team,
)
from hub.people.views.base import bp

__all__ = ["bp"]
