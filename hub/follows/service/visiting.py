"""When a member was at her desk: what is new since then stands there."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.core.db import db
from hub.follows.models import Visit
from hub.follows.service.one import one_at_a_time

AWAY = timedelta(minutes=30)  # so long not at her desk, and the next time is another visit
NOTED = timedelta(minutes=1)  # within this, one opening is not noted after the other


def find_visit(user_id: int) -> Visit | None:
    """Return when a member was at her desk; None for who never was."""
    return db.session.get(Visit, user_id)


def last_here(visit: Visit | None, now: datetime) -> datetime | None:
    """Return when a member who opens her desk now was there last, openings within half an hour being one visit.

    None when this is her first visit.
    """
    if visit is None:
        return None
    return visit.at if now - visit.at > AWAY else visit.before_at


def is_noted(visit: Visit | None, now: datetime) -> bool:
    """Tell whether this opening of a desk needs no writing: another one was noted a moment ago."""
    return visit is not None and now - visit.at < NOTED


def note_visit(user_id: int, now: datetime) -> None:
    """Note that a member opened her desk, inside `transaction()`; it leaves no entry in the log, as it is no record.

    Raises Unavailable when the record is busy.
    """
    if not one_at_a_time(user_id):
        return
    visit = db.session.get(Visit, user_id, populate_existing=True)
    if visit is None:
        db.session.add(Visit(user_id=user_id, at=now))
    elif visit.at < now:
        visit.before_at = last_here(visit, now)
        visit.at = now
