"""What waits at a person's desk, in the words of her language."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hub.cities.models import City
from hub.cities.queries import label_of
from hub.people.models import COORDINATOR, User
from hub.site import machines
from hub.site.audit import ROLES
from hub.site.machines import Light
from hub.web.locale import gettext as _
from hub.web.locale import language


class Work(NamedTuple):
    """A city that a person works for, and what she may do there."""

    city: City
    name: str  # as readers of the current language write it
    role: str
    is_coordinator: bool
    is_suspended: bool


def city_name(city: City) -> str:
    """Return what readers of the current language call a city."""
    return label_of(city.name, city.name_native, city.native_language, language())


def works_of(user: User) -> list[Work]:
    """Return the cities a person works for, by name; a suspended city is among them and says so."""
    found = [
        Work(
            city=membership.city,
            name=city_name(membership.city),
            role=_(ROLES[membership.role]) if membership.role in ROLES else membership.role,
            is_coordinator=membership.role == COORDINATOR and not membership.city.is_suspended,
            is_suspended=membership.city.is_suspended,
        )
        for membership in user.memberships
    ]
    return sorted(found, key=lambda work: work.city.name)


def machine_lights(now: datetime) -> list[tuple[str, Light]]:
    """Return in a few lines how the machines are, for the organizers' desk."""
    return [
        (_("Worker"), machines.worker_light(now)),
        (_("Mail"), machines.mail_light(machines.mail_count())),
        (_("Readers of the log"), machines.parked_light(len(machines.parked()))),
        (_("Jobs"), machines.jobs_light(machines.job_lines(now))),
    ]
