"""Reminders of what is due: looked for every six hours."""

from __future__ import annotations

from datetime import timedelta

from hub.commitments import queries
from hub.commitments.service.reminders import remind_city
from hub.core.db import transaction
from hub.core.jobs import Job, Setting


def make_reminders(setting: Setting) -> int:
    """Make the reminders that have their turn, one city after another; return how many."""
    now, made = setting.clock(), 0
    for city_id in queries.cities_to_remind(now.date()):
        with transaction():
            made += remind_city(city_id, now)
    return made


JOBS: dict[str, Job] = {"commitment reminders": Job(timedelta(hours=6), make_reminders)}
