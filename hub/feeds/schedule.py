"""When a source is asked next: by its own pace, by what its site says, and by how often it failed.

Nothing here asks the clock or chance; both are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

from hub.feeds.models import LONGEST

SHORTEST = timedelta(minutes=15)  # between two checks that nobody asked for
USUAL = timedelta(minutes=60)  # while the pace of a source is not known
PATIENCE = timedelta(minutes=30)  # for a site that says 429 and not for how long
LEAST_PATIENCE = timedelta(minutes=5)  # whatever a site that asks for patience says
NEWEST = 20  # stories that tell the pace
JITTER = 0.1  # the most by which a wait of our own choice is longer or shorter, so that not all come at once


def pace_of(moments: Iterable[datetime], now: datetime) -> timedelta | None:
    """Return half the median gap between the newest stories, 15 minutes to 24 hours; None when it cannot be known.

    Feeds that give only the day have many gaps of nothing: where the median is one, the mean stands for it.
    """
    newest = sorted((each for each in moments if each <= now), reverse=True)[:NEWEST]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    if not gaps or newest[0] == newest[-1]:
        return None
    usual = median(gaps) or sum(gaps) / len(gaps)
    return min(max(timedelta(seconds=usual / 2), SHORTEST), LONGEST)


def next_wait(pace: timedelta | None, said: timedelta, jitter: float = 0.0) -> timedelta:
    """Return how long to wait after a check that went well: never shorter than the site said, 24 hours at most.

    `jitter` is a part between -0.1 and 0.1 by which our own choice is stretched.
    """
    return min(max((pace or USUAL) * (1 + jitter), said), LONGEST)


def wait_after_failure(pace: timedelta | None, failures: int, jitter: float = 0.0) -> timedelta:
    """Return how long to wait after so many failures in a row: each doubles it, up to 24 hours."""
    times = float(2 ** min(failures, 10)) * (1 + jitter)
    return min((pace or USUAL) * times, LONGEST)


def freshness(headers: Mapping[str, str]) -> timedelta:
    """Return for how long the site says its answer holds: max-age, else Expires less Date (RFC 9111, 5.3)."""
    for directive in headers.get("Cache-Control", "")[:500].lower().split(","):
        name, _equals, value = directive.strip().partition("=")
        if name == "max-age":
            return _seconds(value.strip('" '))
    expires, date = _moment(headers.get("Expires", "")), _moment(headers.get("Date", ""))
    return _within(expires - date) if expires and date else timedelta(0)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long a site asks us to stay away, 5 minutes to 24 hours; None when it does not say (RFC 9110, 10.2.3).

    It says so in seconds or as a moment.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return max(_seconds(value), LEAST_PATIENCE)
    until = _moment(value)
    return max(_within(until - now), LEAST_PATIENCE) if until else None


def _moment(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value[:100])
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _seconds(value: str) -> timedelta:
    if not (value.isascii() and value.isdigit()):
        return timedelta(0)
    return _within(timedelta(seconds=int(value))) if len(value) < 12 else LONGEST


def _within(span: timedelta) -> timedelta:
    return min(max(span, timedelta(0)), LONGEST)
