"""What changed in a month: by the day of recording and by the day it took effect."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from tests.commitments.factory import make_record

JUNE = datetime(2024, 6, 12, 9, tzinfo=UTC)
JULY = datetime(2024, 7, 3, 9, tzinfo=UTC)


def test_what_came_on_record_says_what_was_before(client, session):
    first = make_record(session, "utrecht", "C3.4", "operating", "2011", recorded_at=JUNE)
    make_record(session, "utrecht", "C3.4", "lapsed", "2023-05", recorded_at=JULY)
    make_record(session, "utrecht", "C3.4", "reported", "2011", recorded_at=JULY, replaces_id=first.id)
    july = client.get("/commitments/changes.json?month=2024-07").json
    assert july["total"] == 2
    assert july["month"] == "2024-07"
    assert [(each["before"], each["status"], each["turn"]) for each in july["items"]] == [
        ("lapsed", "reported", None),  # a correction of what was before; the end stays
        ("operating", "lapsed", "stop"),
    ]
    assert client.get("/commitments/changes.json?month=2024-06").json["items"][0]["before"] == "unknown"
    page = client.get("/commitments/changes?month=2024-07").text
    assert "Given up" in page
    assert "Correction" in page
    assert "went backwards" in page
    assert "month=2024-06" in page  # the way to the other month


def test_what_took_effect_counts_whole_years_only_where_they_lie_within(client, session):
    make_record(session, "utrecht", "C3.4", "operating", "1987-03", recorded_at=JUNE)
    make_record(session, "utrecht", "C3.5", "operating", "1987", recorded_at=JUNE)
    asked = "month=1987-03&by=effective"
    found = client.get(f"/commitments/changes.json?{asked}").json["items"]
    assert [each["item"] for each in found] == ["C3.4"]
    assert "C3.5" not in client.get(f"/commitments/changes?{asked}").text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/commitments/changes.csv?{asked}").data.decode("utf-8-sig"))))
    assert [(row["city"], row["item"], row["before"]) for row in rows] == [("utrecht", "C3.4", "unknown")]
    feed = client.get(f"/commitments/changes.atom?{asked}")
    assert feed.status_code == 200
    assert feed.text.count("<entry>") == 1


def test_an_empty_month_and_what_is_no_month(client):
    empty = client.get("/commitments/changes?month=1901-01")
    assert empty.status_code == 200
    assert "Nothing" in empty.text
    for wrong, field in (("month=2024-13", "month"), ("month=2199-01", "month"), ("by=rank", "by")):
        answer = client.get(f"/commitments/changes?{wrong}", headers={"Accept": "application/json"})
        assert (answer.status_code, field in answer.text) == (400, True), wrong
    assert client.get("/commitments/changes?page=9&month=1901-01").status_code == 404
