"""Who may record a status and who may read its evidence."""

from __future__ import annotations

from collections.abc import Callable

from hub.commitments.models import Evidence
from hub.people.models import User


def can_record_status(user: User | None, city_id: int) -> bool:
    """Tell whether a person may record what a city does: its coordinators."""
    return user is not None and user.coordinates(city_id)


def reads_all_evidence(user: User | None, city_id: int) -> bool:
    """Tell whether a person may read a city's evidence that is not public: who writes for it, and organizers."""
    return user is not None and user.is_active and (user.organizes or user.works_for(city_id))


def can_read_evidence(user: User | None, evidence: Evidence) -> bool:
    """Tell whether a person may read a piece of evidence."""
    return evidence.is_public or reads_all_evidence(user, evidence.city_id)


def sees_of(user: User | None) -> Callable[[int], bool]:
    """Return what tells, by the id of a city, whether a person may read all of its evidence."""
    return lambda city_id: reads_all_evidence(user, city_id)
