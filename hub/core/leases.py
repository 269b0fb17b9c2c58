"""Who may do what is due, and until when: also once a clock that ran ahead was put right.

A lease or a due moment further ahead than its own longest span was written by a clock that was wrong; waiting for it
could take weeks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

SKEW = timedelta(minutes=5)  # by so much the clocks of nodes may differ


def is_free(until: Any, now: datetime, lasts: timedelta) -> ColumnElement[bool]:
    """Return the condition that no lease holds: none was taken, it ran out, or a wrong clock gave it."""
    return or_(until.is_(None), until < now, until > now + lasts + SKEW)


def is_due(at: Any, now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Return the condition that something is due: its moment has come, or a wrong clock set it."""
    return or_(at <= now, at > now + longest + SKEW)


def has_come(at: datetime, now: datetime, longest: timedelta) -> bool:
    """Tell whether something is due, as `is_due` does."""
    return at <= now or at > now + longest + SKEW
