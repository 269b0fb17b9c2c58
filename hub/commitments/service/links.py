"""Writing down whether the links of evidence lead somewhere; one log entry when that turns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hub.commitments.events import LinkFound
from hub.commitments.models import Evidence
from hub.core.db import db
from hub.core.log import record

FAILURES = 3  # on as many days, until a link counts as broken


def note_whole_link(number: int, now: datetime) -> None:
    """Note that a link leads somewhere, inside `transaction()`."""
    row = _row(number)
    if row is None:
        return
    _set(number, link_checked_at=now, link_failures=0, link_error="", link_broken_at=None)
    if row.link_broken_at is not None:
        changes = {"link_broken_at": (row.link_broken_at, None)}
        record(LinkFound(number, row.city_id, is_broken=False), by=None, now=now, changes=changes)


def note_unsaid_link(number: int, error: str, now: datetime) -> None:
    """Note that a link was asked and that nothing follows from the answer, inside `transaction()`."""
    if _row(number) is not None:
        _set(number, link_checked_at=now, link_error=error)


def note_failed_link(number: int, error: str, now: datetime) -> None:
    """Note that a link led nowhere, inside `transaction()`; it counts as broken after three such days."""
    row = _row(number)
    if row is None:
        return
    failures = row.link_failures + 1
    values: dict[str, Any] = {"link_checked_at": now, "link_failures": failures, "link_error": error}
    if failures >= FAILURES and row.link_broken_at is None:
        values["link_broken_at"] = now
        record(
            LinkFound(number, row.city_id, is_broken=True), by=None, now=now, changes={"link_broken_at": (None, now)}
        )
    _set(number, **values)


def _row(number: int) -> Any:
    """Return where a link stands, locked until the commit; None when it was taken out meanwhile."""
    columns = (Evidence.city_id, Evidence.link_failures, Evidence.link_broken_at)
    query = select(*columns).where(Evidence.id == number, Evidence.removed_at.is_(None), Evidence.url != "")
    return db.session.execute(query.with_for_update()).first()


def _set(number: int, **values: Any) -> None:
    changed = update(Evidence).where(Evidence.id == number).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))
