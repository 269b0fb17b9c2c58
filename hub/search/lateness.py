"""What this node's index does not know yet: how far it may be trusted, and which of its documents may be old."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from hub.core.db import db
from hub.core.log import LogEntry, LogName
from hub.search.index.store import Index
from hub.search.sources import touched

MOST_ENTRIES = 200  # beyond these the index is too far behind to be asked
MOST_KEYS = 1000  # leaving out more than these costs more than it saves
_LATER = (
    select(LogName.name, LogEntry.kind, LogEntry.payload)
    .select_from(LogName)
    .outerjoin(LogEntry, LogEntry.position > bindparam("position"))
    .order_by(LogEntry.position)
    .limit(MOST_ENTRIES + 1)
)  # fmt: skip


def hidden_keys(index: Index) -> Collection[str] | None:
    """Return the keys that the log names after the index's place: what the index says of them may be old.

    None when the index cannot be asked at all: there is none, it follows another log (after a restore), or so much
    happened since that hardly anything of it would be left. Then the database alone answers.
    """
    place = index.place()
    if place is None:
        return None
    found = db.session.execute(_LATER, {"position": place.position}).all()
    if not found or found[0].name != place.log_name or len(found) > MOST_ENTRIES:
        return None
    keys: set[str] = set()
    for _, kind, payload in found:
        keys |= touched(kind, payload) if kind is not None else set()
        if len(keys) > MOST_KEYS:
            return None
    return keys
