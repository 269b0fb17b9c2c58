"""When a reader's mail is due: at once, or at seven in the morning where she is, each day or on Mondays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from hub.core.leases import SKEW, has_come
from hub.core.zones import zone_of
from hub.follows.models import AT_ONCE, DAILY, NEVER, WEEKLY

MORNING = time(7)  # on the clock where the reader is
GATHERING = timedelta(minutes=5)  # what is mailed at once is gathered for so long: news come in flocks
MONDAY = 0
_DAY = timedelta(days=1)


class Morning(NamedTuple):
    """A morning of a reader: her own date, and the moment when the clock there stood at seven."""

    day: date
    at: datetime


class Wanted(NamedTuple):
    """How a reader wants mail, where she is, and the days (her own) of the mails that she had last."""

    frequencies: Mapping[str, str]  # by topic
    zone: str  # an IANA name
    daily_on: date | None
    weekly_on: date | None


def last_morning(now: datetime, zone: str, weekday: int | None = None) -> Morning:
    """Return the last morning that has come in a zone, of one day of the week if it is given (0 is Monday).

    A day that a zone leaves out has no morning of its own; an hour that comes twice counts when it comes first.
    """
    there = zone_of(zone)
    day = now.astimezone(there).date()
    while True:
        if weekday is None or day.weekday() == weekday:
            at = datetime.combine(day, MORNING, there).astimezone(UTC)
            if at <= now:
                return Morning(day, at)
        day -= _DAY


def due_topics(wanted: Wanted, oldest: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Return the topics of which mail is due; `oldest` is since when something waits, by topic.

    What came after the morning waits for the next one; nobody has two daily or weekly mails on one day of her own.
    """
    found = set()
    daily, weekly = last_morning(now, wanted.zone), last_morning(now, wanted.zone, MONDAY)
    for topic, since in oldest.items():
        frequency = wanted.frequencies.get(topic, DAILY)
        if frequency == AT_ONCE:
            is_due = has_come(since + GATHERING, now, GATHERING)
        elif frequency == WEEKLY:
            is_due = _is_before(since, weekly, now) and _is_new(wanted.weekly_on, weekly.day)
        else:
            is_due = frequency != NEVER and _is_before(since, daily, now) and _is_new(wanted.daily_on, daily.day)
        if is_due:
            found.add(topic)
    return frozenset(found)


def _is_before(since: datetime, morning: Morning, now: datetime) -> bool:
    return since < morning.at or since > now + SKEW  # a clock that ran ahead wrote it


def _is_new(had_on: date | None, day: date) -> bool:
    """Tell whether a day's mail is still to come; a day far ahead was written by a clock that ran ahead."""
    return had_on is None or had_on < day or had_on > day + _DAY
