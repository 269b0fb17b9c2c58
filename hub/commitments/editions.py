"""What the matrix showed at a forum's end: a text that anyone can make again, and its digest; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple


class Held(NamedTuple):
    """One status as it was in force: a city and a record by their numbers, the item, the status, since when."""

    city: int
    item: str
    status: str
    since: str
    record_id: int


def edition_text(as_of: date, known_at: datetime, cities: int, held: Iterable[Held]) -> str:
    """Return the text that is digested: a line of what it is, then one tab-separated line for each known status.

    The lines stand in the order of their bytes; what is unknown follows from the number of cities.
    """
    lines = sorted("\t".join([*map(str, each)]) for each in held)
    first = f"commitments as of {as_of.isoformat()}, known {known_at.isoformat()}, cities {cities}"
    return "\n".join([first, *lines]) + "\n"


def digest_of(text: str) -> str:
    """Return the sha256 of such a text."""
    return hashlib.sha256(text.encode()).hexdigest()
