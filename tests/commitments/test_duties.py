"""What a city should look at, and what the next rung asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from hub.cities.models import City
from hub.commitments.duties import next_rung
from hub.commitments.queries import due_for, missing_for_next, newest_record_ids
from tests.commitments.factory import make_record

TODAY = date(2026, 6, 1)
LONG_AGO = datetime(2024, 3, 1, tzinfo=UTC)


def city_id(session: Any, slug: str) -> int:
    return int(session.scalars(select(City.id).where(City.slug == slug)).one())


def test_what_is_due_and_why(session: Any) -> None:
    link = "https://example.org/one"
    make_record(session, "suva", "R1", "operating", "2012", url=link)
    make_record(session, "suva", "R2", "operating", "2012", url=link, recorded_at=LONG_AGO)
    make_record(session, "suva", "C1.1", "operating", "2012")
    make_record(session, "suva", "C1.2", "pledged", "2015", url=link)
    make_record(session, "suva", "C2.1", "pledged", "2026", url=link)
    make_record(session, "suva", "C2.2", "pledged", "2015", url=link)
    make_record(session, "suva", "C2.2", "adopted", "2016", url=link)
    make_record(session, "suva", "C2.3", "lapsed", "2016", url=link, recorded_at=LONG_AGO)
    make_record(session, "suva", "C3.1", "operating", "2025", url=link, recorded_at=LONG_AGO)
    found = due_for([city_id(session, "suva")], TODAY)
    assert [(each.item_code, each.why) for each in found] == [
        ("C4.1", "only_pledged"),  # of the seeds: since 2007
        ("C1.2", "only_pledged"),
        ("R2", "old"),
        ("C1.1", "no_evidence"),
    ]
    assert {each.city_slug for each in found} == {"suva"}
    assert [each.since for each in found[:2]] == [date(2007, 1, 1), date(2015, 1, 1)]
    assert due_for([], TODAY) == []


def test_evidence_that_is_not_public_is_evidence(session: Any) -> None:
    record = make_record(session, "suva", "R1", "operating", "2025", url="https://example.org/one")
    record.evidence[0].is_public = False
    session.commit()
    assert "R1" not in [each.item_code for each in due_for([city_id(session, "suva")], TODAY)]
    assert missing_for_next(city_id(session, "suva"), "R1", TODAY).has_evidence


@pytest.mark.parametrize(
    ("status", "after"),
    [("unknown", "pledged"), ("not_started", "pledged"), ("pledged", "adopted"), ("adopted", "resourced"),
     ("operating", "reported"), ("reported", ""), ("lapsed", "adopted"), ("outside_competence", "")],
)  # fmt: skip
def test_the_next_rung(status: str, after: str) -> None:
    assert next_rung(status) == after


def test_what_is_missing(session: Any) -> None:
    suva = city_id(session, "suva")
    assert (missing_for_next(suva, "R1", TODAY).status, missing_for_next(suva, "R1", TODAY).next) == (
        "unknown",
        "pledged",
    )
    made = make_record(session, "suva", "R1", "adopted", url="https://example.org/one")
    missing = missing_for_next(suva, "R1", TODAY)
    assert (missing.next, missing.has_evidence, missing.has_date) == ("resourced", True, False)
    assert newest_record_ids(suva)["R1"] == made.id
    assert "R2" not in newest_record_ids(suva)
