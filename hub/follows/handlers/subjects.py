"""What an entry of the log is about."""

from __future__ import annotations

from typing import TypeVar

from hub.core.db import Base, db
from hub.core.log import LogEntry

Row = TypeVar("Row", bound=Base)


def subject(model: type[Row], entry: LogEntry, name: str) -> Row | None:
    """Return the row that an entry names, None when it names none or the row is gone."""
    row_id = entry.payload.get(name)
    return db.session.get(model, row_id) if isinstance(row_id, int) else None
