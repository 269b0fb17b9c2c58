"""Writing down whether the documents of cases are still at their addresses; one log entry when that turns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hub.cases.events import CaseLinkLooked
from hub.cases.models import CaseSource
from hub.core.db import db
from hub.core.log import record

FAILURES = 3  # on as many days, until a link counts as broken


def note_whole_link(number: int, url: str, now: datetime) -> None:
    """Note that a document is at its address, inside `transaction()`; nothing where its row holds another by now."""
    row = _row(number, url)
    if row is None:
        return
    _set(number, link_checked_at=now, link_failures=0, link_error="", link_broken_at=None)
    if row.link_broken_at is not None:
        _record(number, row, None, now)


def note_unsaid_link(number: int, url: str, error: str, now: datetime) -> None:
    """Note that an address was asked and that nothing follows from the answer, inside `transaction()`."""
    if _row(number, url) is not None:
        _set(number, link_checked_at=now, link_error=error)


def note_failed_link(number: int, url: str, error: str, now: datetime) -> None:
    """Note that a document was not found, inside `transaction()`; it counts as gone after three such days."""
    row = _row(number, url)
    if row is None:
        return
    failures = row.link_failures + 1
    values: dict[str, Any] = {"link_checked_at": now, "link_failures": failures, "link_error": error}
    if failures >= FAILURES and row.link_broken_at is None:
        values["link_broken_at"] = now
        _record(number, row, now, now)
    _set(number, **values)


def _record(number: int, row: Any, broken_at: datetime | None, now: datetime) -> None:
    event = CaseLinkLooked(row.case_id, number, is_broken=broken_at is not None)
    record(event, by=None, now=now, changes={"link_broken_at": (row.link_broken_at, broken_at)})


def _row(number: int, url: str) -> Any:
    """Return where a link stands, locked until the commit; None when the document went or got another address."""
    columns = (CaseSource.case_id, CaseSource.link_failures, CaseSource.link_broken_at)
    query = select(*columns).where(CaseSource.id == number, CaseSource.url == url, CaseSource.url != "")
    return db.session.execute(query.with_for_update()).first()


def _set(number: int, **values: Any) -> None:
    changed = update(CaseSource).where(CaseSource.id == number).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))
