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
from hub.vocabularies.models import CommitmentItem, VocabularyStamp
from hub.vocabularies.queries import vocabulary
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


def test_what_is_not_there(coordinator: FlaskClient) -> None:
    wrong = [address("nowhere"), address(code="C9.9"), address(code="C2.5%00")]
    for path in (*wrong, "/cities/gwangju/commitments/C2.5/recording"):
        assert coordinator.get(path).status_code == 404
        assert coordinator.post(path, data={"status": "operating"}).status_code == 404


def test_the_page_says_where_the_city_stands(coordinator: FlaskClient) -> None:
    page = coordinator.get(address()).text
    assert page.count("<h1") == 1
    assert "Operating" in page
    assert 'aria-current="step"' in page
    assert "Still missing for the next rung" in page
    assert "When it counts as met" in page
    assert "Who can decide" in page
    nothing = coordinator.get(address(code="C1.1")).text
    assert "Nobody has told us yet" in nothing
    assert 'aria-current="step"' not in nothing
    assert coordinator.get(address(code="c2.5")).status_code == 301


def test_each_status(coordinator: FlaskClient) -> None:
    for status in STATUSES:
        reason = "Schools are run by the state: School Act, section 3." if status == "outside_competence" else ""
        answer = send(coordinator, address(), status=status, legal_reason=reason, note="As decided.", **LINK)
        assert (answer.status_code, answer.location) == (303, "/cities/gwangju/commitments#C2.5")
        made = records(coordinator)[-1]
        assert (made.status, made.effective_text, made.precision) == (status, "2013", "year")
        assert (made.claimed_by, made.note, made.replaces_id) == ("city", "As decided.", None)
        assert made.recorded_by is not None
        assert made.legal_reason == (reason or None)
        assert [(piece.url, piece.title, piece.kind) for piece in made.evidence] == [tuple(LINK.values())]
        entry = entries(coordinator)[0]
        assert entry.kind == "StatusRecorded"
        assert entry.payload == {"record_id": made.id, "city_id": made.city_id, "item_code": "C2.5"}
    assert [record.status for record in records(coordinator)] == ["operating", *STATUSES]


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


def test_a_place_that_was_never_the_newest(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    for after in ("0", "2147483647", "9" * 40, "-1", "x", "", "٣", None):
        answer = send(coordinator, address(), fields | {"after": after}, no_evidence="y")
        assert answer.status_code == 409, after
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
    for begun in ("resourced", "operating", "reported"):
        answer = send(coordinator, address(), status=begun, since=str(year), note="Typed", no_evidence="y")
        assert answer.status_code == 400
        assert '<a href="#since">' in answer.text
        assert "This lies in the future." in answer.text
        assert "Typed" in answer.text
    assert len(records(coordinator)) == 1
    send(coordinator, address(), status="adopted", since=str(year), no_evidence="y")
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


def test_the_ladder_speaks_of_the_item_itself(coordinator: FlaskClient) -> None:
    with coordinator.application.app_context():
        item = vocabulary().get_item("C2.5")
        kinds = {term.code: term.labels["en"]["text"] for term in vocabulary().scheme("evidence_types")}
    page = coordinator.get(address()).text
    for words in item.rungs.values():
        assert page.count(words["en"]) >= 2, words["en"]  # on the ladder, and beside its choice
    missing = page[page.index("Still missing for the next rung") :]
    assert item.rungs["reported"]["en"] in missing
    assert "What counts: " + ", ".join(kinds[code] for code in item.proofs["reported"]) in missing


def test_what_was_said_can_be_taken_back(coordinator: FlaskClient) -> None:
    answer = send(coordinator, address(), status="unknown", precision="unknown", since="")
    assert answer.status_code == 400
    assert '<a href="#note">' in answer.text
    assert "Say why what was said is taken back." in answer.text
    fields = hidden_of(answer.text)
    answer = send(
        coordinator, address(), fields, status="unknown", precision="unknown", since="", note="Another board was meant."
    )
    assert answer.status_code == 303
    made = records(coordinator)[-1]
    assert (made.status, made.evidence) == ("unknown", [])
    (item,) = [item for item in coordinator.get("/cities/gwangju/commitments.json").json["items"]
               if item["code"] == "C2.5"]  # fmt: skip
    assert item["status"] == "unknown"
    assert "Another board was meant." in coordinator.get(address()).text
    assert "Take back what was said" in coordinator.get(address()).text
    nothing = coordinator.get(address(code="C1.1")).text
    assert "Take back what was said" not in nothing
    refused = send(coordinator, address(code="C1.1"), hidden_of(nothing), status="unknown", note="There was nothing.")
    assert refused.status_code == 400
    assert '<a href="#status">' in refused.text


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    """The browser of an organizer."""
    browser = client.application.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(browser, "organizer@example.org", is_organizer=True)
    return browser


def test_organizers_record_what_others_say(organizer: FlaskClient, coordinator: FlaskClient) -> None:
    assert "Who says so" not in coordinator.get(address()).text
    page = organizer.get(address()).text
    assert "Who says so" in page
    assert "The city itself" not in page
    given = {"status": "lapsed", "since": "2020", "note": "As the paper says."}
    for claimed_by, field in ((None, "claimed_by"), ("city", "claimed_by"), ("third_party", "link_url")):
        answer = send(organizer, address(), claimed_by=claimed_by, **({"no_evidence": "y"} | given))
        assert answer.status_code == 400, claimed_by
        assert f'<a href="#{field}">' in answer.text
        assert "As the paper says." in answer.text
    assert len(records(organizer)) == 1
    assert send(organizer, address(), claimed_by="third_party", **given, **LINK).status_code == 303
    said = records(organizer)[-1]
    assert (said.claimed_by, said.status) == ("third_party", "lapsed")
    assert "Reported by others" in organizer.get("/commitments/C2.5").text
    assert send(organizer, address(code="C1.1"), claimed_by="editor", no_evidence="y").status_code == 303
    assert records(organizer, code="C1.1")[0].claimed_by == "editor"
    path = f"{address()}?corrects={said.id}"
    assert coordinator.get(path).status_code == 403, "a city answers by a word of its own"
    assert send(coordinator, path, open_form(coordinator, address()), no_evidence="y").status_code == 403
    assert "claimed_by" in send(coordinator, address(), claimed_by="editor", no_evidence="y").text
    assert send(coordinator, address(), status="operating", since="2022", no_evidence="y").status_code == 303
    own = records(coordinator)[-1]
    assert organizer.get(f"{address()}?corrects={own.id}").status_code == 403
    assert organizer.get(path).status_code == 200
    states = {day: [item["status"] for item in organizer.get(f"/cities/gwangju/commitments.json?as_of={day}-06-01")
                    .json["items"] if item["code"] == "C2.5"] for day in (2021, 2023)}  # fmt: skip
    assert states == {2021: ["lapsed"], 2023: ["operating"]}


def test_whoever_has_a_part_in_a_city_does_not_speak_for_others(client: FlaskClient) -> None:
    sign_in(client, "both@example.org", is_organizer=True, city="gwangju", role="contributor")
    assert client.get(address()).status_code == 403
    assert client.get(address("graz")).status_code == 200
    chief = client.application.test_client()
    sign_in(chief, "chief@example.org", is_organizer=True, city="gwangju")
    assert "Who says so" not in chief.get(address()).text
    assert send(chief, address(), no_evidence="y").status_code == 303
    assert records(chief)[-1].claimed_by == "city"


def test_what_was_compiled_is_corrected_by_the_city(coordinator: FlaskClient) -> None:
    (compiled,) = records(coordinator)
    assert (compiled.claimed_by, compiled.recorded_by) == ("third_party", None)
    path = f"{address()}?corrects={compiled.id}"
    assert send(coordinator, path, since="2014", **LINK).status_code == 303
    assert (records(coordinator)[-1].claimed_by, records(coordinator)[-1].replaces_id) == ("city", compiled.id)


def test_a_replaced_item_leads_to_the_new_one(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    with coordinator.application.app_context():
        db.session.scalars(select(CommitmentItem).where(CommitmentItem.code == "C2.5")).one().replaced_by = "R2"
        db.session.scalars(select(VocabularyStamp)).one().value += 7_000_001  # known to no other test
        db.session.commit()
    answer = send(coordinator, address(), fields, note="What I typed.", no_evidence="y")
    assert answer.status_code == 400
    assert "This item was replaced by R2." in answer.text
    assert 'href="/cities/gwangju/commitments/R2/record"' in answer.text
    assert "What I typed." in answer.text
    assert len(records(coordinator)) == 1
    opened = coordinator.get(address())
    assert (opened.status_code, opened.location) == (303, "/cities/gwangju/commitments/R2/record")
