"""What a city should look at, when it is reminded of it, and what the next rung asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.cities.models import City
from hub.commitments.duties import STAGES, next_rung, stage_on
from hub.commitments.queries import due_dates, due_for, expired_evidence, missing_for_next, newest_record_ids
from tests.commitments.factory import make_record

TODAY = date(2026, 6, 1)
LONG_AGO = datetime(2023, 3, 1, tzinfo=UTC)


def city_id(session: Any, slug: str) -> int:
    return int(session.scalars(select(City.id).where(City.slug == slug)).one())


def test_what_is_due_and_why(session: Any) -> None:
    link = "https://example.org/one"
    make_record(session, "suva", "R3", "operating", "2012", url=link)  # said by the city this year: fresh
    make_record(session, "suva", "R4", "operating", "2012", url=link, recorded_at=LONG_AGO)  # every 24 months
    make_record(session, "suva", "R2", "operating", "2012", url=link, recorded_at=LONG_AGO)  # does not run out
    make_record(session, "suva", "C1.1", "operating", "2012")
    make_record(session, "suva", "C1.2", "pledged", "2015", url=link)
    make_record(session, "suva", "C2.1", "pledged", "2026", url=link)
    make_record(session, "suva", "C2.2", "pledged", "2015", url=link)
    make_record(session, "suva", "C2.2", "adopted", "2016", url=link)
    make_record(session, "suva", "C2.3", "lapsed", "2016", url=link, recorded_at=LONG_AGO)
    make_record(session, "suva", "C2.5", "operating", "2025-08-01", url=link, claimed_by="third_party")  # in two months
    make_record(session, "suva", "C3.1", "operating", url=link, claimed_by="third_party")  # nobody knows of when
    found = due_for([city_id(session, "suva")], TODAY)
    assert [(each.item_code, each.why, each.since) for each in found] == [
        ("C4.1", "only_pledged", date(2007, 1, 1)),  # of the seeds
        ("C1.2", "only_pledged", date(2015, 1, 1)),
        ("R4", "renew", date(2025, 3, 1)),
        ("C1.1", "no_evidence", date(2026, 1, 2)),
        ("C3.1", "renew", date(2026, 1, 2)),
        ("C2.5", "renew", date(2026, 8, 1)),
    ]
    assert [each.found.state for each in found if each.why == "renew"] == ["overdue", "undated", "fresh"]
    assert {each.city_slug for each in found} == {"suva"}
    assert due_for([], TODAY) == due_dates([], TODAY) == expired_evidence([], TODAY) == []
    said = {each.due_on for each in due_dates([city_id(session, "suva")], TODAY) if each.kind == "status"}
    assert {date(2025, 3, 1), date(2026, 8, 1)} <= said


def test_evidence_that_is_not_public_is_evidence(session: Any) -> None:
    record = make_record(session, "suva", "R3", "operating", "2025", url="https://example.org/one")
    record.evidence[0].is_public = False
    session.commit()
    assert "R3" not in [each.item_code for each in due_for([city_id(session, "suva")], TODAY)]
    assert missing_for_next(city_id(session, "suva"), "R3", TODAY).has_evidence


def test_evidence_that_ran_out_is_told_once_for_all_that_rests_on_it(session: Any) -> None:
    first = make_record(session, "suva", "R3", "operating", "2025", url="https://example.org/one")
    second = make_record(session, "suva", "R4", "operating", "2025")
    second.evidence.append(first.evidence[0])
    first.evidence[0].expires_on = TODAY - timedelta(days=1)
    session.commit()
    suva = [city_id(session, "suva")]
    ((slug, piece, items),) = expired_evidence(suva, TODAY)
    assert (slug, piece.url, items) == ("suva", "https://example.org/one", ("R3", "R4"))
    assert expired_evidence(suva, TODAY - timedelta(days=1)) == []
    first.evidence[0].removed_at = LONG_AGO
    session.commit()
    assert expired_evidence(suva, TODAY) == []


def test_each_reminder_has_its_turn_and_the_latest_alone_after_a_pause() -> None:
    turns = [stage_on(TODAY, TODAY + timedelta(days=number)) for number in range(-120, 400)]
    assert [turn for turn in dict.fromkeys(turns) if turn is not None] == list(STAGES)
    for stage in STAGES:
        assert stage_on(TODAY, TODAY + timedelta(days=stage)) == stage
        assert stage_on(TODAY, TODAY + timedelta(days=stage - 1)) != stage
    assert turns[0] is turns[-1] is None
    assert stage_on(TODAY, TODAY + timedelta(days=365)) == 90


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
