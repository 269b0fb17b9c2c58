"""A coordinator says where her city stands; nothing is ever overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import SUSPENDED, City
from hub.commitments.models import STATUSES, StatusRecord
from hub.core import clock
from hub.core.db import db
from tests.commitments.recorder import LINK, address, entries, hidden_of, open_form, records, send
from tests.people.accounts import make_user, new_address, send_form, sign_in

COORDINATOR = "coordinator@example.org"


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """The browser of a coordinator of Gwangju."""
    sign_in(client, COORDINATOR, city="gwangju")
    return client


def test_who_may(client: FlaskClient) -> None:
    assert client.get(address()).status_code == 401
    assert client.post(address(), data={"status": "operating"}).status_code == 401
    for email, values in {
        "other@example.org": {"city": "graz"},
        "contributor@example.org": {"city": "gwangju", "role": "contributor"},
        "organizer@example.org": {"is_organizer": True},
        "nobody@example.org": {},
    }.items():
        browser = client.application.test_client()
        sign_in(browser, email, **values)
        assert browser.get(address()).status_code == 403, email
        assert browser.post(address(), data={"status": "operating"}).status_code == 403, email
    assert len(records(client)) == 1


def test_a_suspended_city_records_nothing(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    with coordinator.application.app_context():
        city = db.session.scalars(select(City).where(City.slug == "gwangju")).one()
        city.membership = SUSPENDED
        db.session.commit()
    assert send(coordinator, address(), fields, no_evidence="y").status_code in (403, 404)
    assert len(records(coordinator)) == 1


@pytest.mark.parametrize("path", [address("nowhere"), address(code="C9.9"), address(code="C2.5%00"),
                                  "/cities/gwangju/commitments/C2.5/recording"])  # fmt: skip
def test_what_is_not_there(coordinator: FlaskClient, path: str) -> None:
    assert coordinator.get(path).status_code == 404
    assert coordinator.post(path, data={"status": "operating"}).status_code == 404


def test_the_page_says_where_the_city_stands(coordinator: FlaskClient) -> None:
    page = coordinator.get(address()).text
    assert page.count("<h1") == 1
    assert "Operating" in page
    assert 'aria-current="step"' in page
    assert "Still missing for the next rung" in page
    assert "At work, results published" in page
    assert "When it counts as met" in page
    assert "Who can decide" in page
    nothing = coordinator.get(address(code="C1.1")).text
    assert "Nobody has told us yet" in nothing
    assert 'aria-current="step"' not in nothing
    assert coordinator.get(address(code="c2.5")).status_code == 301


@pytest.mark.parametrize("status", STATUSES)
def test_each_status(coordinator: FlaskClient, status: str) -> None:
    reason = "Schools are run by the state: School Act, section 3." if status == "outside_competence" else ""
    answer = send(coordinator, address(), status=status, legal_reason=reason, note="As decided.", **LINK)
    assert (answer.status_code, answer.location) == (303, "/cities/gwangju/commitments#C2.5")
    first, made = records(coordinator)
    assert (made.status, made.effective_text, made.precision) == (status, "2013", "year")
    assert (made.claimed_by, made.note, made.replaces_id) == ("city", "As decided.", None)
    assert made.recorded_by is not None
    assert made.legal_reason == (reason or None)
    assert [(piece.url, piece.title, piece.kind) for piece in made.evidence] == [tuple(LINK.values())]
    entry = entries(coordinator)[0]
    assert entry.kind == "StatusRecorded"
    assert entry.payload == {"record_id": made.id, "city_id": made.city_id, "item_code": "C2.5"}
    assert first.status == "operating"


def test_one_recording_is_one_entry(coordinator: FlaskClient) -> None:
    before = len(entries(coordinator))
    send(coordinator, address(), **LINK)
    assert len(entries(coordinator)) == before + 1


def test_outside_competence_needs_a_reason(coordinator: FlaskClient) -> None:
    answer = send(coordinator, address(), status="outside_competence", note="Typed <b>text</b>", no_evidence="y")
    assert answer.status_code == 400
    assert '<a href="#legal_reason">' in answer.text
    assert "Name the law that gives this to others" in answer.text
    assert "Typed &lt;b&gt;text&lt;/b&gt;" in answer.text
    assert 'value="outside_competence" checked' in answer.text
    assert 'value="2013"' in answer.text
    assert len(records(coordinator)) == 1
    again = send(coordinator, address(), hidden_of(answer.text), status="outside_competence",
                 legal_reason="Act 5", no_evidence="y")  # fmt: skip
    assert again.status_code == 303


def test_a_form_sent_twice_records_once(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    answers = [send(coordinator, address(), fields, **LINK) for _time in range(2)]
    assert [answer.location for answer in answers] == ["/cities/gwangju/commitments#C2.5"] * 2
    assert len(records(coordinator)) == 2


def test_a_status_recorded_meanwhile_is_shown_first(coordinator: FlaskClient) -> None:
    colleague = coordinator.application.test_client()
    sign_in(colleague, "colleague@example.org", city="gwangju", name="Colleague Kim")
    fields = open_form(coordinator, address())
    send(colleague, address(), status="lapsed", since="2020", note="The board was closed.", **LINK)
    answer = send(coordinator, address(), fields, status="reported", note="What I typed.", no_evidence="y")
    assert answer.status_code == 409
    page = answer.text
    assert "A status was recorded while you wrote" in page
    told = page[page.index('id="h-meanwhile"') : page.index('<form class="recording"')]
    for words in ("Lapsed", "Colleague Kim", "The board was closed.", "Decision 12"):
        assert words in told
    assert "What I typed." in page
    assert 'value="reported" checked' in page
    assert len(records(coordinator)) == 2
    newest = records(coordinator)[-1].id
    assert hidden_of(page)["after"] == str(newest)
    again = send(coordinator, address(), hidden_of(page), status="reported", note="What I typed.", no_evidence="y")
    assert again.status_code == 303
    assert [record.status for record in records(coordinator)] == ["operating", "lapsed", "reported"]


@pytest.mark.parametrize("after", ["0", "2147483647", "9" * 40, "-1", "x", "", "٣", None])
def test_a_place_that_was_never_the_newest(coordinator: FlaskClient, after: str | None) -> None:
    answer = send(coordinator, address(), open_form(coordinator, address()) | {"after": after}, no_evidence="y")
    assert answer.status_code == 409
    assert "What you wrote is kept below" in answer.text
    assert len(records(coordinator)) == 1


def test_a_correction_replaces_and_keeps(coordinator: FlaskClient) -> None:
    send(coordinator, address(), status="adopted", since="2012", note="A slip", **LINK)
    wrong = records(coordinator)[-1].id
    page = coordinator.get(f"{address()}?corrects={wrong}").text
    assert "You correct an earlier record" in page
    assert 'value="adopted" checked' in page
    assert 'value="2012"' in page
    path = f"{address()}?corrects={wrong}"
    assert send(coordinator, path, hidden_of(page), status="pledged", since="2012", no_evidence="y").status_code == 303
    made = records(coordinator)[-1]
    assert made.replaces_id == wrong
    city = coordinator.get("/cities/gwangju/commitments").text
    assert "<s>Adopted</s>" in city
    assert "Corrected by a later record" in city
    send(coordinator, path, status="resourced", since="2012", no_evidence="y")
    assert records(coordinator)[-1].replaces_id == made.id, "the record that stands is the one to correct"


def test_a_record_of_another_city_or_item_cannot_be_corrected(coordinator: FlaskClient) -> None:
    foreign = records(coordinator, "berlin", "C4.1")[0].id
    elsewhere = records(coordinator, code="R2")[0].id
    fields = open_form(coordinator, address())
    for number in (foreign, elsewhere, 2147483647):
        path = f"{address()}?corrects={number}"
        assert coordinator.get(path).status_code == 404
        assert send(coordinator, path, fields, no_evidence="y").status_code == 404
    for nonsense in ("x", "-1", "9" * 40, "1&corrects=2"):
        assert coordinator.get(f"{address()}?corrects={nonsense}").status_code == 400
        assert send(coordinator, f"{address()}?corrects={nonsense}", fields, no_evidence="y").status_code == 400
    assert len(records(coordinator)) == 1


def row(record: StatusRecord) -> dict[str, Any]:
    return {column.name: getattr(record, column.name) for column in StatusRecord.__table__.columns}


def test_records_are_never_changed(coordinator: FlaskClient) -> None:
    send(coordinator, address(), status="adopted", **LINK)
    before = [row(record) for record in records(coordinator)]
    send(coordinator, address(), status="reported", no_evidence="y")
    send(coordinator, f"{address()}?corrects={before[-1]['id']}", status="lapsed", no_evidence="y")
    assert [row(record) for record in records(coordinator)][:2] == before


def test_every_page_shows_it_at_once(coordinator: FlaskClient) -> None:
    send(coordinator, address(), status="reported", since="2024", precision="year", note="Yearly report", **LINK)
    visitor = coordinator.application.test_client()
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    for path in ("/commitments/", "/commitments/C2.5", "/cities/gwangju/commitments", "/cities/gwangju"):
        assert "Reported" in visitor.get(path).text, path
    for path in ("/commitments/C2.5", "/cities/gwangju/commitments", "/cities/gwangju", "/commitments.csv",
                 "/commitments/C2.5.json", "/cities/gwangju/commitments.csv"):  # fmt: skip
        assert "https://example.org/decision.pdf" in visitor.get(path).text, path
    items = visitor.get("/commitments/C2.5.json").json["items"]
    (gwangju,) = [item for item in items if item["city"]["slug"] == "gwangju"]
    assert (gwangju["status"], gwangju["since"], gwangju["claimed_by"]) == ("reported", "2024", "city")
    assert "Yearly report" in visitor.get("/commitments.atom").text
    assert 'lang="en">Yearly report' not in visitor.get("/cities/gwangju/commitments").text
    before, after = (
        visitor.get(f"/cities/gwangju/commitments.json?as_of={day}").json["items"]
        for day in ("2023-12-31", "2024-01-01")
    )
    assert [item["status"] for found in (before, after) for item in found if item["code"] == "C2.5"] == [
        "operating",
        "reported",
    ]


def test_a_day_to_come_counts_from_then(coordinator: FlaskClient) -> None:
    year = clock.now().year + 2
    send(coordinator, address(), status="reported", since=str(year), no_evidence="y")
    page = coordinator.get("/cities/gwangju/commitments").text
    assert "Not yet in effect" in page
    assert records(coordinator)[-1].effective_from == date(year, 1, 1)
    (item,) = [item for item in coordinator.get("/cities/gwangju/commitments.json").json["items"]
               if item["code"] == "C2.5"]  # fmt: skip
    assert item["status"] == "operating"


def test_what_demo_accounts_record_says_so(client: FlaskClient) -> None:
    sign_in(client, "demo@example.org", city="gwangju", is_demo=True)
    send(client, address(), status="reported", since="2026", **LINK)
    assert records(client)[-1].is_demo
    visitor = client.application.test_client()
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    for path in ("/commitments/", "/commitments/C2.5", "/cities/gwangju/commitments", "/cities/gwangju", "/"):
        assert ">Demo<" in visitor.get(path).text, path
    assert "Demo" in client.get(address()).text


def test_without_evidence_it_must_be_said(coordinator: FlaskClient) -> None:
    answer = send(coordinator, address(code="C1.1"))
    assert answer.status_code == 400
    assert '<a href="#no_evidence">' in answer.text
    assert send(coordinator, address(code="C1.1"), no_evidence="y", **LINK).status_code == 400
    assert send(coordinator, address(code="C1.1"), no_evidence="y").status_code == 303
    assert "no document named" in coordinator.get("/commitments/C1.1").text


def test_links_to_it_are_for_its_coordinators(coordinator: FlaskClient, client: FlaskClient) -> None:
    assert "/cities/gwangju/commitments/C1.1/record" in coordinator.get("/cities/gwangju/commitments").text
    assert "/record" not in coordinator.get("/cities/graz/commitments").text
    page = coordinator.get("/commitments/C2.5").text
    assert "Record for Gwangju" in page
    assert page.count("/record") == 1
    visitor = coordinator.application.test_client()
    for path in ("/cities/gwangju/commitments", "/commitments/C2.5"):
        assert "/record" not in visitor.get(path).text


def test_an_old_token_keeps_what_was_typed(coordinator: FlaskClient) -> None:
    answer = send(coordinator, address(), {"after": "1", "csrf_token": "old"}, note="Still here", no_evidence="y")
    assert answer.status_code == 400
    assert "Still here" in answer.text
    assert len(records(coordinator)) == 1


def test_two_cities_of_one_coordinator(client: FlaskClient) -> None:
    make_user(client, "both@example.org", city="gwangju")
    with client.application.app_context():
        from hub.people.models import Membership, User

        user = db.session.scalars(select(User).where(User.email == "both@example.org")).one()
        city = db.session.scalars(select(City).where(City.slug == "suva")).one()
        db.session.add(Membership(user_id=user.id, city_id=city.id, role="contributor", since_at=clock.now()))
        db.session.commit()
    new_address(client)
    send_form(client, "both@example.org", "a long enough password")
    assert client.get(address("suva")).status_code == 403
    assert client.get(address("gwangju")).status_code == 200
