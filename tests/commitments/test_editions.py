"""The state at a forum's end: fixed once, at an address that stays, with a digest that anyone can make again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from hub.commitments.editionjobs import fix_editions
from hub.commitments.editions import Held, digest_of, edition_text
from hub.commitments.models import EditionSnapshot
from hub.commitments.queries import editions as queries
from hub.commitments.service import note_spans
from hub.core.db import transaction
from hub.core.log import LogEntry
from hub.worker import setting_of
from tests.commitments.factory import make_record

NOW = datetime(2031, 1, 2, tzinfo=UTC)  # after all that the seed files know


@pytest.fixture
def fixed(app, session, monkeypatch):
    """Every forum that is over fixed; returns how many there are."""
    monkeypatch.setattr("hub.core.clock.now", lambda: NOW)
    return fix_editions(setting_of(app.config["HUB"], "test"))


def test_forums_that_are_over_are_fixed_once(app, session, fixed):
    years = [year for (year,) in session.execute(select(EditionSnapshot.year).order_by(EditionSnapshot.year))]
    assert len(years) == fixed > 5
    assert min(years) == 2011
    assert 2012 not in years  # only its month is known
    entries = list(session.scalars(select(LogEntry.payload).where(LogEntry.kind == "EditionFixed")))
    assert sorted(each["year"] for each in entries) == years
    assert fix_editions(setting_of(app.config["HUB"], "test")) == 0


def test_the_address_shows_what_was_known_and_the_digest_holds(client, session, fixed):
    page = client.get("/commitments/editions/2018")
    assert page.status_code == 200
    assert "Made again just now, it is the same" in page.text
    text = client.get("/commitments/editions/2018.txt").data
    facts = client.get("/commitments/editions/2018.json").json
    assert hashlib.sha256(text).hexdigest() == facts["sha256"]
    lines = text.decode().splitlines()
    assert len(lines) == 1 + facts["records"]
    assert facts["records"] > 20
    known = {each["code"]: each for each in facts["items"]}
    assert known["C4.1"]["adopted"] > 20
    assert sum(value for name, value in known["C4.1"].items() if name != "code") == facts["cities"]
    rows = client.get("/commitments/editions/2018.csv").text.splitlines()
    assert len(rows) > facts["records"]  # unknown ones too


def test_what_becomes_known_later_changes_nothing(client, session, fixed):
    before = client.get("/commitments/editions/2018.txt").data
    record = make_record(session, "utrecht", "C3.4", "operating", "2011", recorded_at=NOW + timedelta(days=1))
    with transaction():
        note_spans(record.city_id, "C3.4")
    assert queries.held_on(date(2018, 10, 21), NOW + timedelta(days=2)) != queries.held_on(date(2018, 10, 21), NOW)
    assert client.get("/commitments/editions/2018.txt").data == before
    assert "is the same" in client.get("/commitments/editions/2018").text


def test_a_digest_that_no_longer_holds_is_told(client, session, fixed):
    session.scalar(select(EditionSnapshot).where(EditionSnapshot.year == 2018)).digest = "0" * 64
    session.commit()
    assert "no longer gives the digest" in client.get("/commitments/editions/2018").text


def test_the_list_and_years_without_a_forum(client, session, fixed):
    listed = client.get("/commitments/editions/").text
    assert 'href="/commitments/editions/2018"' in listed
    assert client.get("/commitments/editions/2012").status_code == 404
    assert client.get("/commitments/editions/2199").status_code == 404


def test_the_text_does_not_depend_on_the_order_it_was_read_in():
    known = datetime(2025, 1, 2, tzinfo=UTC)
    held = [Held(2, "C2.1", "adopted", "2011", 7), Held(1, "C4.1", "pledged", "", 3)]
    one, other = (edition_text(date(2024, 5, 1), known, 9, each) for each in (held, held[::-1]))
    assert one == other
    assert digest_of(one) == digest_of(other)
    assert one.splitlines()[0].endswith("cities 9")
    assert len(one.splitlines()) == 3
