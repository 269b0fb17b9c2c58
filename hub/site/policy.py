"""Who may do what at the organizers' desk."""

from __future__ import annotations

from hub.people.models import ORGANIZER, User


def can_run_machines(user: User | None) -> bool:
    """Tell whether a person may tell the machines to try again: organizers only."""
    return user is not None and ORGANIZER in user.roles


def can_see_trail(user: User | None, city_id: int) -> bool:
    """Tell whether a person may read what was done for a city, and by whom: its coordinators."""
    return user is not None and user.coordinates(city_id)
