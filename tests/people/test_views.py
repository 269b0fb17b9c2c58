"""Signing in and out, as a browser does it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from hub.core.db import db, transaction
from hub.people.models import User
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in

WRONG = "This address and password do not open an account."


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    """A browser with a network address of its own."""
    new_address(client)
    return client


def test_the_form_is_never_stored_and_carries_a_token(visitor: FlaskClient) -> None:
    response = visitor.get("/login?next=/cities/graz")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1
    assert '<input type="hidden" name="next" value="/cities/graz">' in response.text
    assert re.search(r'name="csrf_token"[^>]* value="\S+"', response.text)
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_member_signs_in_and_comes_back_to_her_page(visitor: FlaskClient) -> None:
    make_user(visitor, "Member@example.org")
    response = send_form(visitor, " member@EXAMPLE.org ", PASSWORD, path="/login?next=/cities/graz")
    assert response.status_code == 303
    assert response.headers["Location"] == "/cities/graz"
    assert response.headers["Cache-Control"] == "no-store"
    page = visitor.get("/cities/graz")
    assert 'href="/desk"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_without_a_page_to_come_back_to_the_desk_opens(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    assert send_form(visitor, "member@example.org", PASSWORD).headers["Location"] == "/desk"
    assert visitor.get("/login?next=/account").headers["Location"] == "/account"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_never_leads_away(visitor: FlaskClient, target: str) -> None:
    make_user(visitor, "member@example.org")
    assert send_form(visitor, "member@example.org", PASSWORD, next_page=target).headers["Location"] == "/desk"


def test_an_unknown_address_is_answered_like_a_wrong_password(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    wrong = send_form(visitor, "member@example.org", "not the password")
    unknown = send_form(visitor, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 400
    assert WRONG in wrong.text

    def alike(text: str) -> str:
        text = re.sub(r'value="[^"]{20,}"', 'value=""', text)
        return text.replace("nobody", "member")

    assert alike(wrong.text) == alike(unknown.text)
    assert 'value="member@example.org"' in wrong.text
    assert "not the password" not in wrong.text


@pytest.mark.parametrize(
    ("email", "password"),
    [("", ""), ("a", "b"), ("a\x00b@example.org", "x"), ("x" * 300 + "@example.org", "x"),
     ("a@example.org", "x" * 5000), ("a@example.org", "\x00"), ("' OR 1=1 --", "x"), ("<script>@example.org", "x")],
)  # fmt: skip
def test_bad_input_gets_the_same_answer_and_no_error(visitor: FlaskClient, email: str, password: str) -> None:
    response = send_form(visitor, email, password)
    assert response.status_code == 400
    assert WRONG in response.text
    assert "<script>@" not in response.text


def test_a_closed_account_does_not_open(visitor: FlaskClient) -> None:
    user_id = make_user(visitor, "member@example.org")
    with visitor.application.app_context(), transaction():
        db.session.get_one(User, user_id).is_active = False
    assert send_form(visitor, "member@example.org", PASSWORD).status_code == 400


def test_a_form_without_its_token_comes_back_with_what_was_typed(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    response = visitor.post("/login", data={"email": "member@example.org", "password": PASSWORD, "csrf_token": "old"})
    assert response.status_code == 400
    assert "open for too long" in response.text
    assert 'value="member@example.org"' in response.text
    assert visitor.get("/desk").status_code == 401


def test_nothing_of_the_session_before_lives_on(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    with visitor.session_transaction() as session:
        session["planted"] = "by someone else"
    assert send_form(visitor, "member@example.org", PASSWORD).status_code == 303
    with visitor.session_transaction() as session:
        assert "planted" not in session
        assert "_user_id" in session


def test_ten_tries_a_minute_from_one_address(visitor: FlaskClient) -> None:
    codes = [visitor.post("/login", data={"email": "a@example.org", "password": ""}).status_code for _ in range(11)]
    assert codes == [400] * 10 + [429]
    assert visitor.get("/login").status_code == 200
    new_address(visitor)
    assert visitor.post("/login", data={}).status_code == 400


def test_signing_out_takes_a_form_with_a_token(visitor: FlaskClient) -> None:
    sign_in(visitor, "member@example.org")
    assert visitor.get("/logout").status_code == 405
    assert visitor.post("/logout").status_code == 400
    assert visitor.get("/desk").status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/account").text)
    assert token
    response = visitor.post("/logout", data={"csrf_token": token[1]})
    assert response.status_code == 303
    assert response.headers["Location"] == "/"
    assert visitor.get("/desk").status_code == 401
    assert "no-store" not in visitor.get("/").headers["Cache-Control"]


def test_the_account_shows_what_is_kept(visitor: FlaskClient) -> None:
    assert visitor.get("/account").status_code == 401
    sign_in(visitor, "member@example.org", name="Kim <b>", city="gwangju", language="ko", is_demo=True)
    response = visitor.get("/account", headers={"Accept-Language": "en"})
    assert response.headers["Cache-Control"] == "no-store"
    assert '<html lang="ko"' in response.text
    html = visitor.get("/account?lang=en").text
    for words in (
        "Kim &lt;b&gt;",
        "member@example.org",
        "Coordinator",
        'href="/cities/gwangju"',
        "Korean",
        "demo account",
    ):
        assert words in html
