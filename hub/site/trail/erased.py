"""When personal values of an entry were erased, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.core.chain import ERASED
from hub.core.db import db
from hub.core.log import LogEntry


class Gone(NamedTuple):
    """A sealed part that is not there any more; no moment when no entry says why."""

    part: str
    at: datetime | None = None
    reason: str = ""


class Erasures:
    """The entries that erased something, read once and only when they are needed."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, dict[str, Any], datetime]] | None = None

    def of(self, position: int, part: str, about: int | None) -> Gone:
        """Return how a part that is missing went: by the first entry that speaks of it."""
        if self._rows is None:
            query = select(LogEntry.position, LogEntry.payload, LogEntry.recorded_at).where(LogEntry.kind == ERASED)
            self._rows = [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(LogEntry.position))]
        for at, said, moment in self._rows:
            if at > position and _speaks_of(said, position, part, about):
                return Gone(part, moment, str(said.get("reason", "")))
        return Gone(part)


def _speaks_of(said: dict[str, Any], position: int, part: str, about: int | None) -> bool:
    if part not in said["parts"] or position > said["up_to"] or said["about_id"] not in (None, about):
        return False
    return said["positions"] is None or position in said["positions"]
