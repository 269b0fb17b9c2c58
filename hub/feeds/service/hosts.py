"""One question at a time to one host, with a rest after it, and none while it asked for patience.

It holds for all processes: who asks is written down beside the lease of the source. All of this stands inside
`transaction()`, after the source was claimed, so that two processes always take the two rows in the same order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.core.leases import SKEW, is_free
from hub.feeds.models import LONGEST, FeedHost

HOLD = timedelta(seconds=60)  # a question takes 30 seconds at most; of a process that was killed it ends by itself
REST = timedelta(seconds=1)  # between two questions


def take_host(pair: str, owner: str, now: datetime) -> bool:
    """Take the right to ask a host; False while someone else asks it, or it has its rest."""
    values: dict[str, Any] = {"busy_until": now + HOLD, "busy_by": owner}
    if _update(pair, is_free(FeedHost.busy_until, now, HOLD), **values):
        return True
    return _insert(pair, **values)


def leave_host(pair: str, owner: str, now: datetime) -> None:
    """Give the right back; the host has its rest from now on."""
    _update(pair, FeedHost.busy_by == owner, busy_until=now + REST, busy_by=None)


def hold_host(pair: str, until: datetime) -> None:
    """Let a host alone until a moment: it asked for it."""
    if not _update(pair, FeedHost.pair == pair, held_until=until):
        _insert(pair, held_until=until)


def held_until(pair: str, now: datetime) -> datetime | None:
    """Return until when a host must be let alone; None when it may be asked."""
    until = db.session.scalar(select(FeedHost.held_until).where(FeedHost.pair == pair))
    return until if until is not None and now < until <= now + LONGEST + SKEW else None


def _update(pair: str, condition: Any, **values: Any) -> bool:
    done = db.session.execute(
        update(FeedHost)
        .where(FeedHost.pair == pair, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(done, "rowcount", 0)) == 1


def _insert(pair: str, **values: Any) -> bool:
    if db.session.scalar(select(FeedHost.pair).where(FeedHost.pair == pair)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.execute(insert(FeedHost).values(pair=pair, **values))
    except IntegrityError:  # someone else wrote it down first
        return False
    return True
