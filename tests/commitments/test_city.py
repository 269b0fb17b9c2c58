"""Every item in one city: what is in force, what came before, what is unknown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.commitments import matrix
from hub.commitments.citypage import OnRecord, city_sections
from hub.commitments.queries import city_histories, list_lines, newest_lines
from hub.vocabularies.queries import vocabulary
from tests.cases.factory import reading
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
    assert 'href="/cities/gwangju/commitments/C2.5"' in ombudsman
    assert "Ran out on" in ombudsman  # nobody has spoken of it for longer than its cycle
    assert "All inhabitants can complain" in ombudsman
    assert "0 of its 10 points on record" in page
    assert "(APCAD)" in row_of(page, "C4.1")
    assert "What each badge asks" in page


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
    (lapsed,) = [row for row in rows if row["item"] == "R2"]
    assert (lapsed["status"], lapsed["checked"]) == ("lapsed", "self")
    assert ordinance["verified"]["tier"] == "self"
    assert ordinance["fresh"] is None  # what has ended is not said anew
    assert answer["badges"] == []


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


def test_a_long_story_is_told_in_part(client: FlaskClient, session: Any) -> None:
    made = [make_record(session, "suva", "R2", "operating", str(year), is_demo=False) for year in range(2000, 2012)]
    page = client.get("/cities/suva/commitments").text
    row = row_of(page, "R2")
    assert "12 records of R2, in order" in row
    assert [int(number) for number in re.findall(r'<li id="record-(\d+)"', row)] == [each.id for each in made[4:]]
    assert "4 earlier records" in row
    assert "Older ones of a long story" in page
    whole = client.get("/cities/suva/commitments/R2").text
    assert all(f'id="record-{each.id}"' in whole for each in made)


def test_as_known_then(client: FlaskClient, session: Any) -> None:
    make_record(session, "suva", "R2", "operating", "2012", recorded_at=datetime(2024, 5, 1, tzinfo=UTC))
    day = "as_of=2020-01-01"
    assert "Operating" in row_of(client.get(f"/cities/suva/commitments?{day}").text, "R2")
    then = client.get(f"/cities/suva/commitments?{day}&known=then").text
    assert "st-unknown" in row_of(then, "R2")
    assert f'href="/cities/suva/commitments/R2?{day}&amp;known=then"' in then
    assert client.get(f"/cities/suva/commitments.json?{day}&known=then").json["known"] == 0
    assert client.get(f"/cities/suva/commitments.json?{day}").json["known"] == 2


def test_an_item_no_longer_used_stays_where_something_is_on_record(app: Flask, session: Any) -> None:
    record = make_record(session, "suva", "R1", "adopted", "2012")
    day = datetime(2026, 1, 1, tzinfo=UTC).date()
    with reading(app):
        terms = vocabulary()
        terms = replace(terms, items=terms.items | {"R1": replace(terms.items["R1"], replaced_by="R2")})
        groups = matrix.groups(terms)
        (related,) = [each for each in city_sections(groups, OnRecord(day, {}), terms) if each.code == "R"]
        assert "R1" not in [entry.item.code for entry in related.entries]
        told = OnRecord(day, city_histories(record.city_id, day))
        (related,) = [each for each in city_sections(groups, told, terms) if each.code == "R"]
    assert "R1" in [entry.item.code for entry in related.entries]
    assert "R1" not in [entry.item.code for entry in related.in_use]


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
