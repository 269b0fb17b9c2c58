"""Fixing what the matrix showed at a forum's end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from hub.commitments.editions import digest_of, edition_text
from hub.commitments.events import EditionFixed
from hub.commitments.models import EditionSnapshot
from hub.commitments.queries import editions as queries
from hub.core.db import db
from hub.core.log import record


def fix_edition(year: int, as_of: date, now: datetime) -> EditionSnapshot | None:
    """Fix what is known now of the last day of a forum, inside `transaction()`; None where that was done before."""
    if db.session.scalar(select(EditionSnapshot.id).where(EditionSnapshot.year == year)) is not None:
        return None
    held, cities = queries.held_on(as_of, now), queries.count_cities()
    text = edition_text(as_of, queries.in_utc(now), cities, held)
    fixed = EditionSnapshot(
        year=year, as_of=as_of, known_at=now, cities=cities, records=len(held), digest=digest_of(text), fixed_at=now
    )
    db.session.add(fixed)
    db.session.flush()  # the log entry names its id
    record(EditionFixed(fixed.id, year), by=None, now=now)
    return fixed
