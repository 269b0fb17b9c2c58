"""Organizers answer applications, and suspend and restore cities."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import City, CityRevision
from hub.cities.queries import newest_waiting, waiting_applications
from hub.core.db import db
from hub.core.log import LogEntry, LogPersonal
from hub.people.models import Invitation
from hub.search.sources import load, touched
from tests.cities.forms import PDF, application, apply, fields, head, kinds, mailed_path, mails, send, waiting
from tests.people.accounts import sign_in

LIST = "/organizers/applications"
EMAIL = "ana@springs.example"


@pytest.fixture
def organizer(app: Flask) -> FlaskClient:
    """The browser of an organizer."""
    return browser(app, "organizer@example.org", is_organizer=True, name="Olga <b>Organizer")


def browser(app: Flask, email: str, **values: Any) -> FlaskClient:
    """Return a browser in which someone is signed in."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(client, email, **values)
    return client


def city_id(client: FlaskClient, slug: str) -> int:
    with client.application.app_context():
        return db.session.scalars(select(City.id).where(City.slug == slug)).one()


def city(client: FlaskClient, slug: str) -> City:
    with client.application.app_context():
        return db.session.scalars(select(City).where(City.slug == slug)).one()


def admit(client: FlaskClient, number: int, **values: Any) -> Any:
    return send(client, f"{LIST}/{number}", f"{LIST}/{number}", "admit", **values)


def decline(client: FlaskClient, number: int, **values: Any) -> Any:
    return send(client, f"{LIST}/{number}", f"{LIST}/{number}", "decline", **values)


NEW = {"city": "new", "name": "Sunnyvale Springs", "slug": "sunnyvale-springs", "region": "asia-pacific",
       "gov_type": "municipality"}  # fmt: skip


def test_what_is_not_confirmed_is_not_seen(client: FlaskClient, organizer: FlaskClient) -> None:
    assert "Nobody has applied yet" in organizer.get(LIST).text
    apply(client)
    number = application(client).id
    assert "Sunnyvale" not in organizer.get(LIST).text
    assert organizer.get(f"{LIST}/{number}").status_code == 404
    assert organizer.get(f"{LIST}/{number}/letter").status_code == 404
    with client.application.app_context():
        assert waiting_applications() == 0


def test_admit_a_city_on_record(client: FlaskClient, organizer: FlaskClient) -> None:
    path, number = waiting(client, city_name="Graz", country="AT")
    with client.application.app_context():
        assert waiting_applications() == 1
        assert [each.id for each in newest_waiting(5)] == [number]
    assert organizer.head(f"{LIST}/{number}").status_code == 200
    page = organizer.get(f"{LIST}/{number}")
    graz = city_id(client, "graz")
    assert page.headers["Cache-Control"] == "no-store"
    assert f'<option value="{graz}" selected>' in page.text
    before = head(client)
    response = admit(organizer, number, city=str(graz))
    assert (response.status_code, response.headers["Location"]) == (303, f"{LIST}/{number}")
    assert kinds(client, before) == ["CityAdmitted", "PersonInvited"]
    assert city(client, "graz").membership == "member"
    with client.application.app_context():
        (invitation,) = db.session.scalars(select(Invitation).where(Invitation.email == EMAIL))
        assert (invitation.role, invitation.city_id) == ("coordinator", graz)
        assert db.session.scalars(select(CityRevision).where(CityRevision.author_id.is_not(None))).first() is None
    assert "/invitations/" in mails(client, EMAIL)[-1].text
    assert "is admitted. Welcome." in client.get(path).text
    assert "Olga &lt;b&gt;Organizer" in organizer.get(f"{LIST}/{number}").text
    assert "<dt>Membership</dt><dd>Member</dd>" in client.get("/cities/graz").text
    assert ", member" in client.get("/cities/").text
    assert client.get("/cities/graz.json").json["membership"] == "member"


def test_admit_a_new_city(client: FlaskClient, organizer: FlaskClient) -> None:
    _path, number = waiting(client)
    page = organizer.get(f"{LIST}/{number}").text
    assert 'value="sunnyvale-springs"' in page
    assert '<option value="asia-pacific" selected>' in page
    before = head(client)
    assert admit(organizer, number, **NEW).status_code == 303
    assert kinds(client, before) == ["CityAdmitted", "PersonInvited"]
    made = city(client, "sunnyvale-springs")
    assert (made.membership, made.country, made.region) == ("member", "NZ", "asia-pacific")
    assert "<h1>Sunnyvale Springs" in client.get("/cities/sunnyvale-springs").text
    with client.application.app_context():
        revision = db.session.scalars(select(CityRevision).where(CityRevision.city_id == made.id)).one()
        assert revision.author_id is not None
        assert revision.content["name"] == "Sunnyvale Springs"
        entry = db.session.scalars(select(LogEntry).where(LogEntry.kind == "CityAdmitted")).one()
        assert entry.payload == {"city_id": made.id, "application_id": number}
        keys = touched(entry.kind, entry.payload)
        assert [found.title for found in load(keys)] == ["Sunnyvale Springs"]


def test_what_a_new_city_lacks_is_named_and_the_rest_kept(client: FlaskClient, organizer: FlaskClient) -> None:
    _path, number = waiting(client)
    for name, values in {
        "name": [""],
        "slug": ["", "Graz", "graz", "new", "-a", "a--b", "a b", "a/b", "a.b", "ä" * 90, "<b>", "a_b"],
        "region": ["", "banana"],
        "gov_type": ["", "banana"],
        "city": ["", "0", "-1", "999999999999999999999999", "banana", "1 OR 1=1", "１"],
    }.items():
        for value in values:
            response = admit(organizer, number, **(NEW | {name: value}))
            assert response.status_code == 400, (name, value)
            assert f'<a href="#{name}">' in response.text, (name, value)
            assert name == "name" or 'value="Sunnyvale Springs"' in response.text
    assert application(client).state == "waiting"
    for name in ("name", "slug", "region", "gov_type", "city"):
        assert admit(organizer, number, **(NEW | {name: "a\x00b"})).status_code == 400
        assert admit(organizer, number, **(NEW | {name: "x" * 100_000})).status_code == 400


def test_decline_with_a_reason(client: FlaskClient, organizer: FlaskClient) -> None:
    path, number = waiting(client)
    before = head(client)
    assert decline(organizer, number, reason="  ").status_code == 400
    assert decline(organizer, number, reason="x" * 2001).status_code == 400
    assert decline(organizer, number, reason="a\x00").status_code == 400
    assert decline(organizer, number, reason="The letter is <missing>.").status_code == 303
    assert kinds(client, before) == ["ApplicationDeclined"]
    mail = mails(client, EMAIL)[-1]
    assert "The letter is <missing>." in mail.text
    assert "The letter is &lt;missing&gt;." in mail.html
    assert "The letter is &lt;missing&gt;." in client.get(path).text
    assert "The letter is &lt;missing&gt;." in organizer.get(f"{LIST}/{number}").text
    with client.application.app_context():
        assert db.session.scalars(select(Invitation)).first() is None


def test_a_decision_sent_twice_is_one(client: FlaskClient, organizer: FlaskClient) -> None:
    _path, number = waiting(client)
    page, before = organizer.get(f"{LIST}/{number}").text, head(client)
    form = fields(page, f"{LIST}/{number}", "admit") | NEW
    assert [organizer.post(f"{LIST}/{number}", data=form).status_code for _ in range(2)] == [303, 303]
    assert kinds(client, before) == ["CityAdmitted", "PersonInvited"]
    assert len([mail for mail in mails(client, EMAIL) if "/invitations/" in mail.text]) == 1


def test_the_second_of_two_organizers_sees_what_was_decided(
    app: Flask, client: FlaskClient, organizer: FlaskClient
) -> None:
    _path, number = waiting(client)
    other = browser(app, "second@example.org", is_organizer=True)
    page = other.get(f"{LIST}/{number}").text
    assert decline(organizer, number, reason="Not a local government.").status_code == 303
    before = head(client)
    for decision, values in (("admit", NEW), ("decline", {"reason": "Something else."})):
        response = other.post(f"{LIST}/{number}", data=fields(page, f"{LIST}/{number}", decision) | values)
        assert response.status_code == 409
        assert "Another organizer decided first" in response.text
        assert "Not a local government." in response.text
    assert kinds(client, before) == []
    assert len(mails(client, EMAIL)) == 2


def test_someone_who_coordinates_it_already_is_not_invited_again(
    app: Flask, client: FlaskClient, organizer: FlaskClient
) -> None:
    browser(app, EMAIL, city="graz")
    _path, number = waiting(client, city_name="Graz", country="AT")
    response = admit(organizer, number, city=str(city_id(client, "graz")))
    assert response.status_code == 400
    assert "has this role already" in response.text
    assert application(client).state == "waiting"
    assert city(client, "graz").membership == "on_record", "nothing of the admission is kept"


def test_what_applicants_write_stays_text(client: FlaskClient, organizer: FlaskClient) -> None:
    evil = "<script>alert(1)</script>{{7*7}}%(x)s"
    path, number = waiting(client, city_name=evil, person_name=evil, person_role=evil, message=evil)
    for page in (organizer.get(f"{LIST}/{number}"), organizer.get(LIST), client.get(path)):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "{{7*7}}" in page.text
    assert "<script>" not in mails(client, EMAIL)[0].html


def test_the_letter_is_for_organizers_only(app: Flask, client: FlaskClient, organizer: FlaskClient) -> None:
    _path, number = waiting(client, letter=(io.BytesIO(PDF), "Letter.pdf"))
    response = organizer.get(f"{LIST}/{number}/letter")
    assert response.data == PDF
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"] == "attachment; filename=Letter.pdf"
    response.close()
    assert client.get(f"{LIST}/{number}/letter").status_code == 401
    assert browser(app, "c@example.org", city="graz").get(f"{LIST}/{number}/letter").status_code == 403
    _path, other = waiting(client, email="b@springs.example")
    assert organizer.get(f"{LIST}/{other}/letter").status_code == 404


def test_the_list_is_paged_those_that_wait_first(client: FlaskClient, organizer: FlaskClient) -> None:
    numbers = [waiting(client, email=f"a{n}@springs.example", city_name=f"Town {n:02}")[1] for n in range(22)]
    decline(organizer, numbers[0], reason="No.")
    first, second = organizer.get(LIST).text, organizer.get(f"{LIST}?page=2").text
    assert "21 cities wait for an answer." in first
    assert re.findall(r"Town \d\d", first) == [f"Town {n:02}" for n in range(1, 21)]
    assert re.findall(r"Town \d\d", second) == ["Town 21", "Town 00"]
    assert "past the last one" in organizer.get(f"{LIST}?page=9").text
    assert organizer.get(f"{LIST}?page=x").status_code == 400


@pytest.mark.parametrize("number", ["0", "999999", "2147483647", "2147483648", "9" * 40, "x", "-1"])
def test_an_application_that_is_not_there(organizer: FlaskClient, number: str) -> None:
    assert organizer.get(f"{LIST}/{number}").status_code == 404
    assert organizer.get(f"{LIST}/{number}/letter").status_code == 404


DOORS = [
    ("GET", LIST), ("GET", f"{LIST}/1"), ("POST", f"{LIST}/1"), ("GET", f"{LIST}/1/letter"),
    ("GET", "/organizers/cities"), ("GET", "/organizers/cities/graz/suspend"),
    ("POST", "/organizers/cities/graz/suspend"), ("POST", "/organizers/cities/graz/restore"),
]  # fmt: skip


def test_only_organizers_come_in(app: Flask, client: FlaskClient) -> None:
    people = {
        401: [client],
        403: [
            browser(app, "c@example.org", city="graz"),
            browser(app, "w@example.org", city="graz", role="contributor"),
            browser(app, "nobody@example.org"),
        ],
    }
    for status, browsers in people.items():
        for each in browsers:
            token = fields(each.get("/join").text, "/join")["csrf_token"]
            for method, path in DOORS:
                assert each.open(path, method=method, data={"csrf_token": token}).status_code == status, (method, path)


def test_suspending_stops_a_live_session_and_restoring_returns_the_role(
    app: Flask, client: FlaskClient, organizer: FlaskClient
) -> None:
    coordinator = browser(app, "c@example.org", city="graz")
    assert coordinator.get("/cities/graz/edit").status_code == 200
    typed = fields(coordinator.get("/cities/graz/edit").text, "/cities/graz/edit") | {"contact_office": "Human rights"}
    assert "graz" in organizer.get("/organizers/cities").text
    path, before = "/organizers/cities/graz/suspend", head(client)
    assert send(organizer, path, path, reason=" ").status_code == 400
    assert send(organizer, path, path, reason="Asked by <the> city").status_code == 303
    assert kinds(client, before) == ["CitySuspended"]
    assert coordinator.get("/cities/graz/edit").status_code == 403
    assert coordinator.post("/cities/graz/edit", data=typed).status_code == 403
    assert city(client, "graz").contact_office is None
    public = client.get("/cities/graz")
    assert public.status_code == 200
    assert "<dt>Membership</dt><dd>Suspended</dd>" in public.text
    assert "Asked by" not in public.text
    assert "Asked by &lt;the&gt; city" in organizer.get("/organizers/cities").text
    with client.application.app_context():
        entry = db.session.scalars(select(LogEntry).where(LogEntry.kind == "CitySuspended")).one()
        assert entry.payload == {"city_id": city_id(client, "graz"), "withdrawn": []}
        assert db.session.get_one(LogPersonal, (entry.position, "values")).content == {"reason": "Asked by <the> city"}
    assert "suspended already" in organizer.get(path).text
    before = head(client)
    action = "/organizers/cities/graz/restore"
    hidden = fields(organizer.get("/organizers/cities").text, action)
    assert [organizer.post(action, data=hidden).status_code for _ in range(2)] == [303, 303]
    assert kinds(client, before) == ["CityRestored"]
    assert city(client, "graz").membership == "on_record"
    assert coordinator.post("/cities/graz/edit", data=typed).status_code == 303
    assert city(client, "graz").contact_office == "Human rights"


def test_a_suspended_city_cannot_be_admitted(app: Flask, client: FlaskClient, organizer: FlaskClient) -> None:
    path = "/organizers/cities/graz/suspend"
    assert send(organizer, path, path, reason="Why").status_code == 303
    _path, number = waiting(client, city_name="Graz", country="AT")
    response = admit(organizer, number, city=str(city_id(client, "graz")))
    assert response.status_code == 400
    assert "Restore it first" in response.text


def test_a_city_that_is_not_there_cannot_be_suspended(organizer: FlaskClient) -> None:
    token = fields(organizer.get("/join").text, "/join")["csrf_token"]
    for slug in ("nowhere", "a" * 900, "<b>"):
        assert organizer.get(f"/organizers/cities/{slug}/suspend").status_code == 404
        assert organizer.post(f"/organizers/cities/{slug}/suspend", data={"csrf_token": token}).status_code == 404
        assert organizer.post(f"/organizers/cities/{slug}/restore", data={"csrf_token": token}).status_code == 404


def test_replaying_the_applicants_link_after_the_answer_changes_nothing(
    client: FlaskClient, organizer: FlaskClient
) -> None:
    apply(client)
    path = mailed_path(client, EMAIL)
    form = fields(client.get(path).text, path)
    assert client.post(path, data=form).status_code == 303
    decline(organizer, application(client).id, reason="No.")
    assert client.post(path, data=form).status_code == 303
    assert application(client).state == "declined"
