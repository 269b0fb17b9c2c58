"""Who may do what at the organizers' desk."""

from __future__ import annotations

from hub.people.models import ORGANIZER, User


def can_run_machines(user: User | None) -> bool:
    """Tell whether a person may tell the machines to try again: organizers only."""
    return user is not None and ORGANIZER in user.roles
