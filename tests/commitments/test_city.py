"""Every item in one city: what is in force, what came before, what is unknown."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.commitments.queries import list_lines, newest_lines
from tests.commitments.factory import make_record


def row_of(page: str, code: str) -> str:
    begin = page.index(f'<tr id="{code}">')
    end = page.find('<tr id="', begin + 1)
    return page[begin : end if end > 0 else page.index("</table>", begin)]


def test_every_item_stands_there(client: FlaskClient) -> None:
    page = client.get("/cities/gwangju/commitments").text
    assert page.count("<h1") == 1
    rows = re.findall(r'<tr id="([CR][\d.]+)">', page)
    assert len(rows) == 23
    assert sum("st-unknown" in row_of(page, code) for code in rows) == 15
    ombudsman = row_of(page, "C2.5")
    assert "Operating" in ombudsman
    assert '<time datetime="2013">' in ombudsman
    assert "newsbox.co.kr" in ombudsman
    assert "Reported by others" in ombudsman
    assert "not yet checked" in ombudsman
    assert "8 of 23 items on record" in page


def test_on_another_day(client: FlaskClient) -> None:
    page = client.get("/cities/gwangju/commitments?as_of=2012-12-31").text
    assert "st-unknown" in row_of(page, "C2.5")
    assert "Not yet in effect" in row_of(page, "C2.5")
    assert "Operating" in row_of(page, "R2")
    assert "st-unknown" in row_of(page, "C2.3")  # undated: counts from the day it was recorded
    assert "0 of 23 items" in client.get("/cities/gwangju/commitments?as_of=1948-01-01").text


def test_the_whole_story_in_order(client: FlaskClient, session: Any) -> None:
    first = make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/one")
    wrong = make_record(session, "suva", "R2", "reported", "2014")
    right = make_record(session, "suva", "R2", "resourced", "2014", replaces_id=wrong.id)
    make_record(session, "suva", "R2", "lapsed", "2018")
    make_record(session, "suva", "R2", "adopted", "2007..2010", is_demo=True)
    again = make_record(session, "suva", "R2", "adopted", "2019-03")
    row = row_of(client.get("/cities/suva/commitments").text, "R2")
    assert "6 records of R2, in order" in row
    shown = [int(number) for number in re.findall(r'<li id="record-(\d+)"', row)]
    assert shown == [again.id - 1, first.id, wrong.id, right.id, again.id - 2, again.id]
    assert "<s>Reported</s>" in row
    assert "Corrected by a later record" in row
    assert "Back to a lower rung" in row
    assert "Given up" in row
    assert "Taken up again" in row
    assert "Demo" in row
    assert "2007 to 2010" in row
    assert "March 2019" in row
    assert row.index("Adopted") < row.index("Operating")
    timeline = client.get("/cities/suva/commitments").text
    timeline = timeline[timeline.index('<ol class="timeline">') :]
    assert "Reported" not in timeline


def test_the_document(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/one")
    make_record(session, "suva", "R2", "lapsed", "2018")
    answer = client.get("/cities/suva/commitments.json").json
    assert answer["city"] == {"slug": "suva", "name": "Suva", "country": "FJ"}
    assert len(answer["items"]) == answer["total"] == 23
    assert answer["known"] + answer["unknown"] == 23
    (ordinance,) = [item for item in answer["items"] if item["code"] == "R2"]
    assert ordinance["status"] == "lapsed"
    assert [(step["status"], step["place"], step["turn"]) for step in ordinance["history"]] == [
        ("operating", "earlier", None),
        ("lapsed", "now", "stop"),
    ]
    assert ordinance["history"][0]["evidence"] == [
        {"type": "ordinance", "url": "https://example.org/one", "title": None}
    ]
    (standards,) = [item for item in answer["items"] if item["code"] == "C1.1"]
    assert (standards["status"], standards["history"]) == ("unknown", [])
    rows = list(csv.DictReader(io.StringIO(client.get("/cities/suva/commitments.csv").text.removeprefix("\ufeff"))))
    assert len(rows) == 23


@pytest.mark.parametrize("address", ["/cities/nowhere/commitments", "/cities/nowhere/commitments.json",
                                     "/cities/gwangju/commitments.xml"])  # fmt: skip
def test_what_is_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_evidence_that_is_not_public_stays_out(client: FlaskClient, session: Any) -> None:
    record = make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/secret")
    record.evidence[0].is_public = False
    session.commit()
    for address in ("/cities/suva/commitments", "/cities/suva", "/commitments/R2", "/commitments/R2.json",
                    "/commitments.csv", "/cities/suva/commitments.json"):  # fmt: skip
        assert "example.org/secret" not in client.get(address).text, address


def test_queries_bring_the_evidence_of_the_right_records(session: Any) -> None:
    make_record(session, "suva", "R2", "operating", "2012", url="https://example.org/one")
    lines = [line for line in list_lines(item="R2", with_evidence=True) if line.effective_text == "2012"]
    assert [piece.url for line in lines for piece in line.evidence if "example" in piece.url] == [
        "https://example.org/one"
    ]
    assert all(not line.evidence for line in list_lines())
    late = make_record(session, "suva", "R1", "pledged", recorded_at=datetime(2040, 1, 1, tzinfo=UTC))
    assert [line.id for line in newest_lines(1)] == [late.id]
    assert newest_lines(5, city_ids=[]) == []
