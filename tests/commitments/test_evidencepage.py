"""The evidence of a city: who sees what of it, what describes it, and taking it out."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core.db import db
from hub.core.log import LogPersonal
from tests.commitments.recorder import (
    LINK,
    address,
    another,
    entries,
    hidden_of,
    newest,
    records,
    send,
    upload,
)
from tests.hands import form_to
from tests.people.accounts import sign_in


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """The browser of a coordinator of Gwangju."""
    sign_in(client, "coordinator@example.org", city="gwangju")
    return client


MORE = {
    "link_issuer": "City council", "link_issued": "2024-05", "link_language": "ko", "link_expires": "2027-12-31",
}  # fmt: skip


def listing(client: FlaskClient, city: str = "gwangju") -> list[dict[str, Any]]:
    """Return the evidence of a city as programs read it."""
    return client.get(f"/cities/{city}/evidence.json").json["items"]  # type: ignore[index,no-any-return]


def edit(client: FlaskClient, path: str, fields: dict[str, str] | None = None, **values: Any) -> Any:
    """Open the page of one form, fill the form and send it."""
    if fields is None:
        fields = fields_of(client.get(path).text, path)
    wanted = {name: value for name, value in (fields | values).items() if value is not None}
    return client.post(path, data=wanted)


def fields_of(html: str, path: str) -> dict[str, str]:
    """Return what the form to a path would send as it stands."""
    return {name: value for name, value in form_to(html, path).filled({}) if name}


def log_texts(client: FlaskClient) -> str:
    """Return everything that the log keeps in its sealed parts."""
    with client.application.app_context():
        return str([part.content for part in db.session.scalars(select(LogPersonal))])


def test_what_is_known_of_a_document_is_kept_and_shown(coordinator: FlaskClient) -> None:
    assert send(coordinator, address(code="C1.1"), **LINK, **MORE).status_code == 303
    piece = newest(coordinator)
    assert (piece.issuer, piece.issued_text, piece.issued_on) == ("City council", "2024-05", date(2024, 5, 1))
    assert (piece.language, piece.expires_on) == ("ko", date(2027, 12, 31))
    visitor = another(coordinator)
    page = visitor.get("/cities/gwangju/evidence").text
    for words in ("Decision 12", "City council", "May 2024", "Korean", "Holds until December 31, 2027", "Council"):
        assert words in page, words
    assert '<a href="/cities/gwangju/commitments#C1.1"' in page
    (found,) = [item for item in listing(visitor) if item["id"] == piece.id]
    assert found | {"id": 0, "recorded_at": ""} == {
        "id": 0, "title": "Decision 12", "items": ["C1.1"], "recorded_at": "", "broken_since": None,
        "taken_out_on": None, "type": "council_decision", "url": LINK["link_url"], "issuer": "City council",
        "issued": "2024-05", "issued_from": "2024-05-01", "language": "ko", "expires_on": "2027-12-31",
        "is_demo": False,
    }  # fmt: skip
    answer = visitor.get("/cities/gwangju/evidence.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["issuer"] for row in rows if row["id"] == str(piece.id)] == ["City council"]
    assert len(rows) == len(listing(visitor))
    assert upload(coordinator, file_issuer="Audit office", file_issued="about 2011").status_code == 303
    assert (newest(coordinator).issuer, newest(coordinator).issued_text) == ("Audit office", "about 2011")


def test_the_page_of_evidence(coordinator: FlaskClient) -> None:
    visitor = another(coordinator)
    page = visitor.get("/cities/gwangju/evidence").text
    assert page.count("<h1") == 1
    assert "C2.4</a>, <a" in page, "one piece, several commitments"
    assert "csrf_token" not in page
    assert "/take-out" not in page
    assert listing(visitor, "suva") or "No evidence is on record yet." in visitor.get("/cities/suva/evidence").text
    assert upload(coordinator, is_public=None, file_title="Internal paper").status_code == 303
    hidden = newest(coordinator).id
    assert "Internal paper" not in visitor.get("/cities/gwangju/evidence").text
    assert "1 more is not public." in visitor.get("/cities/gwangju/evidence").text
    for suffix in ("json", "csv"):
        assert "Internal paper" not in coordinator.get(f"/cities/gwangju/evidence.{suffix}").text
    assert visitor.get("/cities/gwangju/evidence.json").json["not_public"] == 1
    own = coordinator.get("/cities/gwangju/evidence").text
    assert "Internal paper" in own
    assert f'href="/cities/gwangju/evidence/{hidden}"' in own
    for wrong in ("?page=0", "?page=x", "?page=10001"):
        assert visitor.get(f"/cities/gwangju/evidence{wrong}").status_code == 400
    for missing in ("/cities/gwangju/evidence?page=9", "/cities/nowhere/evidence", "/cities/nowhere/evidence.csv"):
        assert visitor.get(missing).status_code == 404


def test_who_may_change_and_take_out(coordinator: FlaskClient) -> None:
    send(coordinator, address(), **LINK)
    paths = [f"/cities/gwangju/evidence/{newest(coordinator).id}" + rest for rest in ("", "/take-out")]
    strangers = [
        (another(coordinator), 401),
        (another(coordinator, "graz@example.org", city="graz"), 403),
        (another(coordinator, "contributor@example.org", city="gwangju", role="contributor"), 403),
    ]
    for path in paths:
        for browser, status in strangers:
            assert browser.get(path).status_code == status
            assert browser.post(path, data={"title": "Mine"}).status_code == status
        assert coordinator.get(path).status_code == 200
        assert coordinator.get(path.replace("gwangju", "graz")).status_code == 403
        number = path.split("/")[4]
        for missing in ("2147483647", "0", "x"):
            assert coordinator.get(path.replace(number, missing)).status_code == 404
    organizer = another(coordinator, "organizer@example.org", is_organizer=True)
    assert organizer.get(paths[1]).status_code == 200
    link = {"link_url": "https://paper.example/story", "link_kind": "news_report", "claimed_by": "third_party"}
    assert send(organizer, address(), **link).status_code == 303
    said = f"/cities/gwangju/evidence/{newest(organizer).id}"
    assert [coordinator.get(path).status_code for path in (said, said + "/take-out")] == [403, 403]
    assert [organizer.get(path).status_code for path in (said, said + "/take-out")] == [200, 200]
    (compiled,) = [item for item in listing(coordinator) if item["items"] == ["R5"]]
    found = f"/cities/gwangju/evidence/{compiled['id']}"
    page = coordinator.get(found).text
    assert "This was brought by others." in page
    assert "Everyone may see it" not in page
    assert coordinator.get(found + "/take-out").status_code == 403
    assert edit(coordinator, found, fields_of(page, found), issuer="UCLG").status_code == 303
    (after,) = [item for item in listing(coordinator) if item["id"] == compiled["id"]]
    assert after["issuer"] == "UCLG"


def test_changing_what_describes_a_piece(coordinator: FlaskClient) -> None:
    send(coordinator, address(), **LINK)
    send(coordinator, address(code="C1.1"), **LINK)  # the same link typed again is the same piece
    path = f"/cities/gwangju/evidence/{newest(coordinator).id}"
    colleague = another(coordinator, "colleague@example.org", city="gwangju")
    theirs = fields_of(colleague.get(path).text, path)
    before = len(entries(coordinator))
    answer = edit(coordinator, path, title="Decision 12 of 2024", issuer="City council", is_public=None)
    assert answer.status_code == 303
    made = entries(coordinator)
    assert len(made) == before + 1
    assert made[0].kind == "EvidenceChanged"
    assert made[0].payload == {"evidence_id": newest(coordinator).id, "city_id": newest(coordinator).city_id}
    (item,) = [
        row for row in coordinator.get("/commitments/C2.5.json").json["items"] if row["city"]["slug"] == "gwangju"
    ]
    assert (item["evidence"], item["evidence_not_public"]) == ([], 1), "both copies are changed"
    conflict = edit(colleague, path, theirs, title="What I typed")
    assert conflict.status_code == 409
    for words in ("Someone else changed this meanwhile", "Decision 12 of 2024", "City council", "What I typed"):
        assert words in conflict.text
    assert edit(colleague, path, fields_of(conflict.text, path)).status_code == 303
    assert newest(coordinator).title == "What I typed"
    assert newest(coordinator).url == LINK["link_url"]
    again = fields_of(coordinator.get(path).text, path)
    assert edit(coordinator, path, again).status_code == 303
    assert len(entries(coordinator)) == before + 2, "nothing changed, nothing logged"
    for values, field in (
        ({"issued": "2031"}, "issued"), ({"expires": "soon"}, "expires"), ({"kind": ""}, "kind"),
        ({"language": "klingon"}, "language"), ({"title": "a" * 301}, "title"),
    ):  # fmt: skip
        wrong = edit(coordinator, path, **({"issuer": "Typed before"} | values))
        assert wrong.status_code == 400
        assert f'<a href="#{field}">' in wrong.text
        assert "Typed before" in wrong.text
    assert coordinator.post(path, data=again | {"url": "https://other.example/"}).status_code == 400


def test_taking_a_piece_out(coordinator: FlaskClient) -> None:
    upload(coordinator, file_title="Letter of Mrs Private", file_issuer="Mrs Private")
    piece = newest(coordinator)
    path, file = f"/cities/gwangju/evidence/{piece.id}", f"/evidence/{piece.id}"
    edit(coordinator, path, title="Letter of Mrs Private again")
    assert "Mrs Private" in log_texts(coordinator)
    stale = fields_of(coordinator.get(path + "/take-out").text, path + "/take-out")
    edit(coordinator, path, title="Letter of Mrs Private, once more")
    before = records(coordinator)[-1]
    assert edit(coordinator, path + "/take-out", stale).status_code == 409
    fields = fields_of(coordinator.get(path + "/take-out").text, path + "/take-out")
    assert "C2.5" in coordinator.get(path + "/take-out").text
    gone = coordinator.post(path + "/take-out", data=fields)
    assert (gone.status_code, gone.location) == (303, f"/cities/gwangju/evidence#evidence-{piece.id}")
    assert coordinator.post(path + "/take-out", data=fields).status_code == 303, "sent twice"
    assert [entry.kind for entry in entries(coordinator)[:2]] == ["EvidenceRemoved", "PersonalValuesErased"]
    after = newest(coordinator)
    assert (after.url, after.title, after.issuer, after.sha256, after.name, after.size) == (
        "",
        "",
        "",
        None,
        None,
        None,
    )
    assert after.removed_at is not None
    assert after.kind == piece.kind
    assert "Mrs Private" not in log_texts(coordinator)
    assert coordinator.get(file).status_code == 404
    assert coordinator.get(path).status_code == 404
    visitor = another(coordinator)
    assert "Taken out on" in visitor.get("/cities/gwangju/evidence").text
    assert "1 piece taken out" in visitor.get("/commitments/C2.5").text
    assert [item["url"] for item in listing(visitor) if item["taken_out_on"]] == [None]
    assert records(coordinator)[-1].id == before.id
    fresh = coordinator.get(address(code="C1.1")).text
    assert f'name="used" value="{piece.id}"' not in fresh
    assert send(coordinator, address(code="C1.1"), hidden_of(fresh), used=[str(piece.id)]).status_code == 400
    page = coordinator.get(address()).text
    assert "A document that shows it" in page, "what was taken out is no evidence"


def test_what_demo_accounts_bring_says_so(client: FlaskClient) -> None:
    sign_in(client, "demo@example.org", city="gwangju", is_demo=True)
    compiled = listing(client)[0]
    given = {"used": [str(compiled["id"])], "note": "Tried out"}
    assert send(client, address(code="C1.1"), **given, **LINK).status_code == 303
    assert {item["title"]: item["is_demo"] for item in listing(client)}["Decision 12"] is True
    assert [item["is_demo"] for item in listing(client) if item["id"] == compiled["id"]] == [False]
    assert another(client).get("/cities/gwangju/evidence").text.count(">Demo<") == 1


def test_evidence_that_ran_out_shows_nothing_any_more(coordinator: FlaskClient) -> None:
    send(coordinator, address(code="C1.1"), status="adopted", **LINK, link_expires="2020-12-31")
    page = coordinator.get(address(code="C1.1")).text
    assert "A document that shows it" in page
    assert "On record for C1.1. Ran out on December 31, 2020." in page
    assert "Ran out on December 31, 2020" in another(coordinator).get("/cities/gwangju/evidence").text
