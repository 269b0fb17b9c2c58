"""Forgetting who applied for a city, on time or because the person left; what became of the city stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from hub.cities.events import ApplicantForgotten
from hub.cities.models import ADMITTED, DECLINED, CityApplication
from hub.cities.service.locking import locked
from hub.core.db import db
from hub.core.log import LogEntry, record

NAMING = ("person_name", "person_role", "email", "message")


def forget_applicants(state: str, before: datetime, now: datetime, limit: int) -> int:
    """Forget the people of applications decided at a moment or before, inside `transaction()`; return how many.

    At most `limit` of them, the oldest first. The letter of a declined application goes too; that of an admitted one
    is what the membership rests on.
    """
    if state not in (ADMITTED, DECLINED):
        raise ValueError("only decided applications are old")
    old = select(CityApplication).where(CityApplication.state == state, CityApplication.decided_at <= before)
    old = locked(old.where(CityApplication.email != "").order_by(CityApplication.id).limit(limit))
    applications = list(db.session.scalars(old))
    for application in applications:
        letter = application.letter_sha256
        _empty(application, with_letter=state == DECLINED)
        changes = {"letter": (letter, application.letter_sha256)}
        record(ApplicantForgotten(application.id), by=None, now=now, changes=changes)
    return len(applications)


def forget_applicant(addresses: Collection[str]) -> list[int]:
    """Forget all that someone who left wrote in applications, inside `transaction()`; what waits for an answer goes.

    Returns the log entries by which she applied: from where is hers to be forgotten too.
    """
    mine = select(CityApplication).where(CityApplication.email.in_(addresses)).order_by(CityApplication.id)
    applications = list(db.session.scalars(locked(mine)))
    numbers = [application.id for application in applications]
    for application in applications:
        if application.decided_at is None:
            db.session.delete(application)
        else:
            _empty(application, with_letter=application.state == DECLINED)
    entries = select(LogEntry.position).where(LogEntry.actor_id.is_(None), LogEntry.sealed.is_not(None))
    return list(db.session.scalars(entries.where(LogEntry.payload["application_id"].as_integer().in_(numbers))))


def _empty(application: CityApplication, *, with_letter: bool) -> None:
    for name in NAMING:
        setattr(application, name, "")
    if with_letter:
        application.letter_sha256 = application.letter_name = application.letter_mime = None
    elif application.letter_name:
        application.letter_name = "letter." + application.letter_name.rpartition(".")[2]  # the name may name her
