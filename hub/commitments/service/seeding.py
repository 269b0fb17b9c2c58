"""Loading the compiled status records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import queries
from hub.commitments.effective import effective_span
from hub.commitments.events import StatusRecorded
from hub.commitments.models import Evidence, StatusRecord
from hub.commitments.seedrows import StatusRow
from hub.commitments.service.recording import said_before, said_now
from hub.commitments.service.spans import note_several
from hub.core.db import db
from hub.core.log import differing, record
from hub.core.seedfiles import Row
from hub.vocabularies.service import Loaded


def load_status_records(rows: Iterable[Row[StatusRow]], now: datetime) -> Loaded:
    """Add the compiled status records, inside `transaction()`; an edited row becomes a new record replacing the old."""
    known: dict[str, StatusRecord] = {}
    compiled = select(StatusRecord).where(StatusRecord.seed_key.is_not(None)).order_by(StatusRecord.id)
    for old in db.session.scalars(compiled):
        known[old.seed_key or ""] = old
    cities = {row.slug: row.id for row in db.session.execute(select(City.slug, City.id))}
    in_force = queries.current_states(now.date())  # before this load
    loaded, touched = Loaded(), set()
    for row in rows:
        previous = known.get(row.value.id)
        if previous is not None and previous.seed_digest == row.digest:
            loaded = loaded.plus(Loaded(same=1))
            continue
        status = _compiled_record(row, cities[row.value.city], now)
        status.replaces_id = previous.id if previous else None
        db.session.add(status)
        db.session.flush()  # the log entry names the record's id
        changes = differing(said_before(in_force.get((status.city_id, status.item_code))), said_now(status))
        record(StatusRecorded(status.id, status.city_id, status.item_code), by=None, now=now, changes=changes)
        loaded = loaded.plus(Loaded(changed=1) if previous else Loaded(added=1))
        touched |= {(each.city_id, each.item_code) for each in (status, previous) if each is not None}
    if touched:
        note_several(touched)
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
