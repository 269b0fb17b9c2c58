"""Doors of this room: signing in, one's own account, invitations, a city's people, all people."""

from hub.people.views import account, invitations, organizers, passwords, signin, team  # noqa: F401  doors
from hub.people.views.base import bp

__all__ = ["bp"]
