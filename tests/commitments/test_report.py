"""Reports for a period: what changed in the world, what became known, what is unknown; as page, PDF and data."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from hub.cases.leaflet import typeset
from hub.commitments.models import Verification
from hub.commitments.report.data import Period
from hub.commitments.report.parts import Cell, Document, Part, Table
from hub.commitments.report.pdf import TEMPLATE, report_data, report_pdf
from tests.cases import pdftext
from tests.cases.factory import reading
from tests.commitments.factory import make_record

SUVA = "/cities/suva/commitments"
PERIOD = "from=2020-01-01&to=2021-12-31"
HOSTILE = '#import "@preview/x:1.0.0" $ sqrt(2) $ \\u{41} ] ) } #panic() <label> @ref *b* _i_ `c` // d /* e */ "q"'


def part(page: str, heading: str) -> str:
    begin = page.index(f'id="h-{heading}"')
    return page[begin : page.index("</section>", begin)]


def story(session: Any) -> None:
    """One item that rises, one that is given up, one of which the hub hears late, one without a date."""
    told = datetime(2020, 6, 1, tzinfo=UTC)
    make_record(session, "suva", "C2.5", "adopted", "2015", recorded_at=told, url="https://example.org/decree")
    rise = make_record(session, "suva", "C2.5", "operating", "2021-03", recorded_at=datetime(2024, 1, 1, tzinfo=UTC))
    make_record(session, "suva", "R2", "operating", "2012", recorded_at=datetime(2019, 1, 1, tzinfo=UTC))
    make_record(session, "suva", "R2", "lapsed", "2020-05-17", recorded_at=datetime(2020, 7, 1, tzinfo=UTC))
    make_record(session, "suva", "R3", "pledged", "", recorded_at=told, claimed_by="third_party")
    session.add(
        Verification(
            record_id=rise.id, city_id=rise.city_id, item_code="C2.5", tier="peer", result="refused",
            reason="No such office was found", checked_on=date(2021, 9, 1),
            recorded_at=datetime(2021, 9, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    session.commit()


def test_a_city_over_a_period(client: FlaskClient, session: Any) -> None:
    story(session)
    answer = client.get(f"{SUVA}/report?{PERIOD}")
    page = answer.text
    assert page.count("<h1") == 1
    assert "Set-Cookie" not in answer.headers
    state = part(page, "state")
    assert re.search(r"C2\.5.*?Adopted.*?Operating.*?C2\.|C2\.5.*?Adopted.*?Operating", state, re.S)
    assert re.search(r"R2 .*?Operating.*?Lapsed", state, re.S)
    assert "[" in state
    changes = part(page, "changes")
    assert "Adopted → Operating" in changes
    assert "Operating → Lapsed" in changes
    assert "Given up" in changes
    assert "Pledged" not in changes  # nobody knows when that was
    learned = part(page, "learned")
    assert "Adopted" in learned  # of 2015, told in 2020
    assert "date not known" in learned
    assert "Lapsed" not in learned  # took effect in the period
    assert "Operating" not in learned  # took effect in it, though told later
    assert "No such office was found" in part(page, "checks")
    assert "https://example.org/decree" in part(page, "sources")
    unknown = part(page, "unknown")
    assert "C1.1" in unknown
    assert "R2" not in unknown
    assert "2 records took effect" in page
    then = client.get(f"{SUVA}/report?{PERIOD}&known=then").text
    assert "Adopted → Operating" not in then  # recorded in 2024
    assert "With what the hub knew at the end of December 31, 2021" in then


def test_the_data_and_its_digest(client: FlaskClient, session: Any) -> None:
    story(session)
    document = client.get(f"{SUVA}/report.json?{PERIOD}").json
    digest = document.pop("sha256")
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == digest
    assert digest in part(client.get(f"{SUVA}/report?{PERIOD}").text, "method")
    assert digest == client.get(f"{SUVA}/report.json?{PERIOD}&lang=ko").json["sha256"]  # words are no part of it
    items = {item["code"]: item for item in document["items"]}
    assert (items["R2"]["start"]["status"], items["R2"]["end"]["status"]) == ("operating", "lapsed")
    assert items["C2.5"]["verified"]["refused"]["reason"] == "No such office was found"
    assert len(document["unknown"]) + sum(item["end"]["status"] != "unknown" for item in items.values()) == 23
    shown = {item["code"]: item["status"] for item in client.get(f"{SUVA}.json?as_of=2021-12-31").json["items"]}
    assert {code: item["end"]["status"] for code, item in items.items()} == shown
    make_record(session, "suva", "R4", "adopted", "2021")
    assert client.get(f"{SUVA}/report.json?{PERIOD}").json["sha256"] != digest


def test_all_cities_are_counted_and_none_is_named(client: FlaskClient, session: Any) -> None:
    before = client.get(f"/commitments/report.json?{PERIOD}").json
    story(session)
    document = client.get(f"/commitments/report.json?{PERIOD}").json
    old = {item["code"]: item for item in before["items"]}
    for item in document["items"]:
        assert sum(item["start"].values()) == sum(item["end"].values()) == document["cities"]
    items = {item["code"]: item for item in document["items"]}
    assert items["R2"]["end"]["lapsed"] == old["R2"]["end"].get("lapsed", 0) + 1
    assert items["R2"]["took_effect"] == old["R2"]["took_effect"] + 1
    assert items["R3"]["took_effect"] == old["R3"]["took_effect"]  # without a date
    assert items["R3"]["came_on_record"] == old["R3"]["came_on_record"] + 1
    assert document["checks"] == [{"tier": "peer", "result": "refused", "number": 1}]
    matrix = {item["code"]: item for item in client.get("/commitments.json?as_of=2021-12-31").json["items"]}
    assert {code: item["end"]["unknown"] for code, item in items.items()} == {
        code: item["unknown"] for code, item in matrix.items()
    }
    page = client.get(f"/commitments/report?{PERIOD}").text
    assert "Suva" not in page
    assert "Gwangju" not in page.replace("Gwangju Declaration", "")
    assert "are unknown, which is not a no" in page


def test_the_last_twelve_months_where_nothing_is_asked(client: FlaskClient) -> None:
    document = client.get("/commitments/report.json").json
    first, last = date.fromisoformat(document["from"]), date.fromisoformat(document["to"])
    assert last == datetime.now(UTC).date()
    assert 364 <= (last - first).days <= 365
    for query, field in (
        ("from=2021-01-02&to=2021-01-01", "from"), ("to=2999-01-01", "to"), ("from=yesterday", "from"),
        ("from=0001-01-01", "from"), ("known=maybe", "known"), ("to=2021-02-30", "to"),
    ):  # fmt: skip
        answer = client.get(f"{SUVA}/report?{query}")
        assert answer.status_code == 400, query
        assert field in answer.text
    assert client.get("/commitments/report.json?to=1900-01-01").json["from"] == "1900-01-01"
    assert client.get("/cities/nowhere/commitments/report").status_code == 404
    assert client.get("/cities/nowhere/commitments/report.pdf").status_code == 404


def test_set_in_type_with_hangul(client: FlaskClient, session: Any) -> None:
    make_record(session, "gwangju", "C1.1", "adopted", "2024", url="https://example.org/decree")
    answer = client.get("/cities/gwangju/commitments/report.pdf?from=2000-01-01&to=2025-12-31&lang=ko")
    assert answer.content_type == "application/pdf"
    assert "commitments-gwangju-2000-01-01-2025-12-31.pdf" in answer.headers["Content-Disposition"]
    text = pdftext.text(answer.data)
    for words in ("광주광역시", "국제", "https://example.org/decree", "2024년"):
        assert pdftext.bare(words) in text, words
    network = client.get("/commitments/report.pdf").data
    assert network.startswith(b"%PDF-")
    assert len(pdftext.pages(network)) >= 2


def test_words_in_a_report_are_never_commands(app: Flask) -> None:
    period = Period(date(2020, 1, 1), date(2020, 12, 31))
    cell = Cell(HOSTILE, "https://example.org/#import", small=HOSTILE)
    table = Table([HOSTILE, HOSTILE], [[cell, Cell(HOSTILE, status="adopted")]], [3, 2])
    parts = [
        Part("a", HOSTILE, [HOSTILE], table),
        Part("b", "x" * 300, lines=[cell, Cell("가" * 2000, "javascript:alert(1)")], is_numbered=True, mono="ab" * 32),
        Part("c", "Every sign", table=Table(["A"], [[Cell("x", status=status)] for status in (
            "not_started", "pledged", "resourced", "operating", "reported", "lapsed", "withdrawn",
            "outside_competence", "unknown", "nonsense",
        )], [1])),
    ]  # fmt: skip
    with reading(app):
        document = Document(HOSTILE, HOSTILE, HOSTILE, parts)
        pdf = report_pdf(document, period, "/commitments/report?from=2020-01-01")
        data = report_data(document, period, "/commitments/report")
    assert pdftext.text(pdf).count(pdftext.bare(HOSTILE)) >= 9
    assert b"javascript" not in pdf
    assert typeset(TEMPLATE, data) == typeset(TEMPLATE, data)
