"""Writing status records; they are only ever added."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments.events import StatusRecorded
from hub.commitments.models import Evidence, StatusRecord
from hub.commitments.seedrows import StatusRow
from hub.core.db import db
from hub.core.log import record
from hub.core.seedfiles import Row
from hub.vocabularies.service import Loaded


def load_status_records(rows: Iterable[Row[StatusRow]], now: datetime) -> Loaded:
    """Add the compiled status records, inside `transaction()`; an edited row becomes a new record replacing the old."""
    known: dict[str, StatusRecord] = {}
    compiled = select(StatusRecord).where(StatusRecord.seed_key.is_not(None)).order_by(StatusRecord.id)
    for old in db.session.scalars(compiled):
        known[old.seed_key or ""] = old
    cities = {row.slug: row.id for row in db.session.execute(select(City.slug, City.id))}
    loaded = Loaded()
    for row in rows:
        previous = known.get(row.value.id)
        if previous is not None and previous.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        status = _compiled_record(row, cities[row.value.city], now)
        status.replaces_id = previous.id if previous else None
        db.session.add(status)
        db.session.flush()  # the log entry names the record's id
        record(StatusRecorded(record_id=status.id, city_id=status.city_id), by=None, now=now)
        loaded = loaded.plus(Loaded(changed=1) if previous else Loaded(added=1))
    return loaded


def _compiled_record(row: Row[StatusRow], city_id: int, now: datetime) -> StatusRecord:
    value = row.value
    first, last = effective_span(value.effective or "")
    evidence = Evidence(city_id=city_id, kind=value.evidence_type or "", url=str(value.source), recorded_at=now)
    return StatusRecord(
        city_id=city_id, item_code=value.item, status=value.status, effective_text=value.effective or "",
        effective_from=first, effective_to=last, precision=value.precision, claimed_by=value.claimed_by,
        note=value.note or "", recorded_at=now, seed_key=value.id, seed_digest=row.digest, evidence=[evidence],
    )  # fmt: skip


def effective_span(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day that a date means: `2006`, `2006-06`, `2006-06-29`, `about 2011`, `2007..2010`."""
    text = text.removeprefix("about ").strip()
    if not text:
        return None, None
    first, _, last = text.partition("..")
    return _edge(first, is_end=False), _edge(last or first, is_end=True)


def _edge(text: str, *, is_end: bool) -> date:
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else (12 if is_end else 1)
    day = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if is_end else 1)
    return date(year, month, day)
