"""Who may decide on applications, change a profile, suspend a city."""

from __future__ import annotations

from hub.cities.models import City
from hub.people.models import User


def can_decide_application(user: User | None) -> bool:
    """Organizers see applications and answer them."""
    return user is not None and user.organizes


def can_suspend_city(user: User | None) -> bool:
    """Organizers suspend and restore cities."""
    return user is not None and user.organizes


def can_edit_city(user: User | None, city: City) -> bool:
    """A coordinator changes the profile of her own city."""
    return user is not None and user.coordinates(city.id)
