"""What waits at a person's desk, in the words of her language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from hub.cities.models import City
from hub.cities.queries import label_of
from hub.cities.standing import status_label
from hub.commitments import queries as commitments
from hub.people.models import COORDINATOR, User
from hub.site import machines
from hub.site.audit import ROLES
from hub.site.machines import Light
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language


class Work(NamedTuple):
    """A city that a person works for, and what she may do there."""

    city: City
    name: str  # as readers of the current language write it
    role: str
    is_coordinator: bool
    is_suspended: bool


class Duty(NamedTuple):
    """A commitment to look at, why, and since when."""

    code: str
    label: str
    city: str
    url: str
    status: str
    why: str
    since: date


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


def duties(works: Sequence[Work], words: Vocabulary, today: date) -> list[Duty]:
    """Return the commitments of a coordinator's cities that she should look at, the longest wait first."""
    cities = {work.city.slug: work.city for work in works if work.is_coordinator}
    found = []
    for due in commitments.due_for([city.id for city in cities.values()], today):
        item = words.items.get(due.item_code)
        found.append(
            Duty(
                code=due.item_code,
                label=in_language((item.short or item.labels) if item else None) or due.item_code,
                city=city_name(cities[due.city_slug]),
                url=f"/cities/{due.city_slug}/commitments/{due.item_code}/record",
                status=status_label(due.status, words),
                why=_why(due.why),
                since=due.since,
            )
        )
    return found


def _why(code: str) -> str:
    return {
        "no_evidence": _("No document shows it yet."),
        "only_pledged": _("Only promised, for two years or more."),
        "old": _("Nobody has said for two years that it still holds."),
    }.get(code, "")


def machine_lights(now: datetime) -> list[tuple[str, Light]]:
    """Return in a few lines how the machines are, for the organizers' desk."""
    return [
        (_("Worker"), machines.worker_light(now)),
        (_("Mail"), machines.mail_light(machines.mail_count())),
        (_("Readers of the log"), machines.parked_light(len(machines.parked()))),
        (_("Jobs"), machines.jobs_light(machines.job_lines(now))),
    ]
