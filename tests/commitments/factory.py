"""Status records for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments.effective import effective_span
from hub.commitments.models import Evidence, StatusRecord
from hub.commitments.service import note_spans

RECORDED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def make_record(
    session: Any, city: str, item: str, status: str, effective: str = "", *, url: str = "", **more: Any
) -> StatusRecord:
    """Put a status record, with one piece of evidence where an address is given, into the database of the test."""
    city_id = session.scalars(select(City.id).where(City.slug == city)).one()
    first, last = effective_span(effective)
    precision = (
        "unknown" if not effective else "about" if effective.startswith("about") else "range" if ".." in effective
        else {4: "year", 7: "month", 10: "day"}[len(effective)]
    )  # fmt: skip
    evidence = [Evidence(city_id=city_id, kind="ordinance", url=url, recorded_at=RECORDED)] if url else []
    values: dict[str, Any] = {"claimed_by": "city", "recorded_at": RECORDED, "note": ""}
    record = StatusRecord(
        city_id=city_id, item_code=item, status=status, effective_text=effective, effective_from=first,
        effective_to=last, precision=precision, evidence=evidence, **values | more,
    )  # fmt: skip
    session.add(record)
    session.flush()
    note_spans(city_id, item)
    session.commit()
    return record
