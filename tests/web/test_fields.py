"""Only what a form lists can be sent to it: everything else is refused by name."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.web.forms import shown_name
from tests.people.accounts import new_address, sign_in


def token_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def problems(html: str) -> str:
    return html.partition('role="alert"')[2].partition("</ul>")[0]


@pytest.fixture
def member(client: FlaskClient) -> FlaskClient:
    """A coordinator of Graz."""
    sign_in(client, "member@example.org", city="graz")
    return client


def rename(client: FlaskClient, **more: Any) -> tuple[int, str]:
    answer = client.post("/account", data={"csrf_token": token_of(client, "/account"), "name": "New name", **more})
    return answer.status_code, answer.text


def test_the_fields_of_the_form_alone_are_taken(member: FlaskClient) -> None:
    assert rename(member)[0] == 303


@pytest.mark.parametrize(
    "name", ["is_organizer", "role", "id", "email", "city_id", "version", "name2", "Name", "na me"]
)
def test_another_field_is_refused_by_its_name_and_what_was_typed_is_kept(member: FlaskClient, name: str) -> None:
    status, page = rename(member, **{name: "1"})
    assert status == 400
    assert f"This form has no field “{name}”." in problems(page)
    assert 'value="New name"' in page
    assert "New name" not in member.get("/account").text


def test_a_file_where_none_is_asked_for_is_refused(member: FlaskClient) -> None:
    status, page = rename(member, avatar=(BytesIO(b"x"), "a.png"))
    assert (status, "“avatar”" in problems(page)) == (400, True)


def test_a_field_sent_twice_is_refused(member: FlaskClient) -> None:
    status, page = rename(member, name=["One", "Two"])
    assert status == 400
    assert "It was given more than once." in problems(page)
    assert rename(member, csrf_token=[token_of(member, "/account")] * 2)[0] == 400


def test_what_stands_beside_a_password_is_no_field(member: FlaskClient) -> None:
    """Pages with a password name the account too, so that whoever keeps passwords keeps the right one."""
    page = member.get("/account/password")
    assert page.status_code == 200
    answer = member.post("/account/password", data={"csrf_token": token_of(member, "/account"), "username": "x"})
    assert "no field" not in answer.text


def test_a_made_up_name_is_shown_as_text_and_never_whole(member: FlaskClient) -> None:
    for name in ("<script>alert(1)</script>", "x" * 500, "\x00", "a\x1bb", "{{7*7}}", "%(name)s", "\u202e"):
        status, page = rename(member, **{name: "1"})
        assert status == 400
        assert "<script>alert" not in page
        assert f"“{shown_name(name)}”".replace("<", "&lt;").replace(">", "&gt;") in problems(page)
        assert len(shown_name(name)) <= 40


@pytest.mark.parametrize("path", ["/logout", "/follow", "/following/mail", "/notifications/read"])
def test_a_single_button_takes_no_more_than_it_sends(member: FlaskClient, path: str) -> None:
    given = {"csrf_token": token_of(member, "/account"), "kind": "city", "id": "graz", "digest": "on", "up_to": "1"}
    answer = member.post(path, data=given, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json["parameter"] in given
    assert answer.json["parameter"] != "csrf_token"
    assert member.get("/account").status_code == 200, "still signed in"


def test_a_single_button_takes_nothing_twice(member: FlaskClient) -> None:
    given = {"csrf_token": token_of(member, "/account"), "kind": "city", "id": ["graz", "gwangju"]}
    answer = member.post("/follow", data=given, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["parameter"]) == (400, "id")
    assert member.post("/follow", data=given | {"id": "graz"}).status_code == 303


def test_the_sign_in_takes_no_more_than_its_fields(client: FlaskClient) -> None:
    new_address(client)
    token = token_of(client, "/login")
    given = {"csrf_token": token, "email": "a@example.org", "password": "x" * 20, "next": "/desk"}
    strange = client.post("/login", data=given | {"is_organizer": "1"})
    assert strange.status_code == 400
    assert "“is_organizer”" in strange.text
