"""What people searched and did not find: the words in comparing form, the day, how often; nothing of who asked.

Counting must never hold up or break a search: words wait in memory and are written behind, and what cannot be written
at once is dropped.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.db import db, transaction
from hub.search.language.terms import folded
from hub.search.models import LONGEST_WORDS, SearchMiss

KEPT = timedelta(days=90)
MOST_WAITING = 50  # different words in memory; at so many they are written
WAIT_SECONDS = 20.0  # how long they wait at most
MOST_A_DAY = 2000  # different words kept of one day, so that a program cannot fill the table
SHOWN = 500

# An address, or a number that may be a telephone's, an account's or a person's: six digits in a row, or nine with
# single signs between them.
_PERSONAL = re.compile(r"@|\d{6}|\d(?:[ ./()-]?\d){8}")

Key = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Miss:
    """Words that found nothing: how often since a day, and when last."""

    words: str
    times: int
    last_on: date


def comparable(text: str) -> str:
    """Return words as they are counted: folded, with single spaces; empty for what may be personal or is too long."""
    if len(text) > LONGEST_WORDS:
        return ""
    words = " ".join(folded(text).split())
    return "" if len(words) > LONGEST_WORDS or _PERSONAL.search(words) else words


class Waiting:
    """Misses that are not written yet; shared by threads, and never more than it can hold."""

    def __init__(self, write: Callable[[Mapping[Key, int]], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._counted: Counter[Key] = Counter()
        self._timer: threading.Timer | None = None

    def note(self, words: str, day: date, *, flushes: bool = True) -> None:
        """Count a miss; it is written within `WAIT_SECONDS` by a thread of its own, or dropped when too many wait."""
        with self._lock:
            if (words, day) in self._counted or len(self._counted) < 2 * MOST_WAITING:
                self._counted[words, day] += 1
            if flushes and len(self._counted) == MOST_WAITING and self._timer is not None:
                self._timer.cancel()
                self._start(0.0)
            elif flushes and self._timer is None:
                self._start(WAIT_SECONDS)

    def _start(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self.flush)
        self._timer.daemon = True  # what waits may be lost with the process
        self._timer.start()

    def flush(self) -> None:
        """Write what waits; what cannot be written is dropped."""
        with self._lock:
            counted, self._counted, self._timer = self._counted, Counter(), None
        if counted:
            self._write(counted)


def keep(counted: Mapping[Key, int]) -> int:
    """Add to the counts of each day, in a transaction of its own; return how many words were counted.

    A day holds at most `MOST_A_DAY` different words. Raises Unavailable when the database is busy.
    """
    engines: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
    kept = 0
    with transaction():
        insert = engines[db.session.get_bind().dialect.name].insert
        for day in sorted({day for _, day in counted}):
            asked = sorted(
                words for words, on in counted if on == day
            )  # in one order, so that nodes never lock crosswise
            known = set(
                db.session.scalars(select(SearchMiss.words).where(SearchMiss.day == day, SearchMiss.words.in_(asked)))
            )
            room = MOST_A_DAY - (db.session.scalar(select(func.count()).where(SearchMiss.day == day)) or 0)
            for words in asked:
                if words not in known:
                    if room <= 0:
                        continue
                    room -= 1
                row = insert(SearchMiss).values(words=words, day=day, times=counted[words, day])
                more = {"times": SearchMiss.times + counted[words, day]}
                db.session.execute(row.on_conflict_do_update(index_elements=["words", "day"], set_=more))
                kept += 1
    return kept


def list_misses(today: date, limit: int | None = SHOWN) -> list[Miss]:
    """Return what was missed most in the time for which misses are kept, the most frequent first."""
    times, last_on = func.sum(SearchMiss.times).label("times"), func.max(SearchMiss.day).label("last_on")
    query = select(SearchMiss.words, times, last_on).where(SearchMiss.day > today - KEPT).group_by(SearchMiss.words)
    query = query.order_by(times.desc(), last_on.desc(), SearchMiss.words).limit(limit)
    return [Miss(words, int(number), last) for words, number, last in db.session.execute(query)]


def count_misses(today: date) -> tuple[int, int]:
    """Return how many different words were missed in that time, and how often all together."""
    query = select(func.count(SearchMiss.words.distinct()), func.sum(SearchMiss.times))
    words, times = db.session.execute(query.where(SearchMiss.day > today - KEPT)).one()
    return int(words), int(times or 0)


def forget_old(today: date) -> int:
    """Delete the days that are over; return how many counts went."""
    with transaction():
        gone = db.session.execute(delete(SearchMiss).where(SearchMiss.day <= today - KEPT))
    return int(getattr(gone, "rowcount", 0))
