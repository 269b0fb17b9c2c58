"""Reminding a city of what is due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cities.models import SUSPENDED, City
from hub.commitments import queries
from hub.commitments.events import CommitmentDue
from hub.commitments.models import CommitmentReminder
from hub.core.db import db
from hub.core.log import record


def remind_city(city_id: int, now: datetime) -> int:
    """Make the reminders of a city that have their turn, inside `transaction()`; return how many.

    Each is made once, also where two workers come at one moment. A city that was suspended meanwhile gets none.
    """
    wanted = select(City.id).where(City.id == city_id, City.membership != SUSPENDED).with_for_update()
    if db.session.scalar(wanted) is None:
        return 0
    found = queries.reminders_to_make([city_id], now.date())
    for each in found:
        made = CommitmentReminder(
            subject_kind=each.due.kind, subject_id=each.due.id, city_id=city_id, due_on=each.due.due_on,
            stage=each.stage, made_at=now,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()  # the log entry names the reminder's id
        record(CommitmentDue(made.id, city_id, each.due.kind, each.due.id, each.stage), by=None, now=now)
    return len(found)
