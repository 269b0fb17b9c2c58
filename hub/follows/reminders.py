"""Telling the coordinators of a city what comes due, whether they follow anything or not."""

from __future__ import annotations

from datetime import datetime

from hub.cases.models import CaseStudy
from hub.cases.yearly import is_to_be_said_again
from hub.cities.models import City
from hub.commitments.models import CommitmentReminder
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows.responsible import tell_coordinators
from hub.follows.telling import Told
from hub.follows.thingkeys import of_case


def tell_of_due(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that something is due; nobody of a city that was suspended meanwhile."""
    reminder = db.session.get(CommitmentReminder, entry.payload.get("reminder_id"))
    city = db.session.get(City, reminder.city_id) if reminder is not None else None
    if reminder is not None and city is not None and not city.is_suspended:
        tell_coordinators(entry, Told(reminder.id, f"due:{reminder.subject_kind}:{reminder.subject_id}"), city.id, now)


def tell_of_case_due(entry: LogEntry, now: datetime) -> None:
    """Ask the coordinators of a city whether a published case still holds; nobody where it was answered meanwhile."""
    case = db.session.get(CaseStudy, entry.payload.get("case_id"))
    if case is None or case.city is None or case.city.is_suspended or not case.is_published:
        return
    if is_to_be_said_again(case, entry.recorded_at.date()):
        tell_coordinators(entry, of_case(case), case.city.id, now)


HANDLERS: Handlers = {"CommitmentDue": (tell_of_due,), "CaseDue": (tell_of_case_due,)}
