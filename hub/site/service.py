"""Writes of the organizers' desk."""

from __future__ import annotations

from datetime import datetime

from hub.core.errors import Forbidden
from hub.core.log import record
from hub.core.readers import retry_parked
from hub.people.models import User
from hub.site.events import ParkedEntryPutBack
from hub.site.policy import can_run_machines


def put_parked_entry_back(reader: str, position: int, *, by: User, now: datetime) -> None:
    """Let a reader try an entry again that it had given up, inside `transaction()`.

    Raises Forbidden for who is no organizer, NotFound when no such entry is parked.
    """
    if not can_run_machines(by):
        raise Forbidden
    retry_parked(reader, position, now)
    record(ParkedEntryPutBack(reader, position), by=by.id, now=now, changes={"state": ("parked", "waiting")})
