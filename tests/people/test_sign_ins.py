"""Sign-ins that the record keeps: how long they last and what ends them."""

from __future__ import annotations

from datetime import timedelta

import argon2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from hub.core import clock
from hub.core.db import db
from hub.people import jobs, passwords
from hub.people.models import SignIn, User
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import NEW, change, send


def count_sign_ins(client: FlaskClient) -> int:
    with client.application.app_context():
        return db.session.scalar(select(func.count()).select_from(SignIn)) or 0


def remembered(client: FlaskClient, email: str) -> str:
    """Sign in with the tick and return the cookie as it was set."""
    new_address(client)
    html = client.get("/login").text
    token = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    response = client.post(
        "/login", data={"csrf_token": token, "email": email, "password": PASSWORD, "remember": "y", "next": ""}
    )
    assert response.status_code == 303
    return response.headers["Set-Cookie"]


def test_the_cookie_ends_with_the_browser_and_the_sign_in_after_twelve_hours(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    start = clock.now()
    with clock.frozen_at(start):
        new_address(client)
        cookie = send_form(client, "member@example.org", PASSWORD).headers["Set-Cookie"]
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie
    with clock.frozen_at(start + timedelta(hours=11, minutes=59)):
        assert client.get("/account").status_code == 200
    with clock.frozen_at(start + timedelta(hours=12)):
        assert client.get("/account").status_code == 401
        assert client.get("/login?next=/account").status_code == 200


def test_a_remembered_sign_in_lasts_thirty_days_and_no_page_makes_it_longer(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    start = clock.now()
    with clock.frozen_at(start):
        assert "Expires" in remembered(client, "member@example.org")
    with clock.frozen_at(start + timedelta(days=29, hours=23)):
        assert client.get("/account").status_code == 200  # its forms put a token into the session
        assert "Set-Cookie" not in client.get("/account").headers
        with client.get("/static/favicon.svg") as picture:
            assert "Set-Cookie" not in picture.headers
    with clock.frozen_at(start + timedelta(days=30)):
        assert client.get("/account").status_code == 401


def test_signing_out_ends_the_sign_in_and_a_kept_cookie_opens_nothing(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    kept = client.get_cookie("session")
    assert kept
    html = client.get("/account").text
    token = html.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/logout", data={"csrf_token": token}).status_code == 303
    assert count_sign_ins(client) == 0
    client.set_cookie("session", kept.value)
    assert client.get("/account").status_code == 401


def test_each_sign_in_has_a_token_of_its_own_and_the_record_holds_only_its_hash(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    tokens = []
    for _ in range(2):
        new_address(client)
        browser = client.application.test_client()
        new_address(browser)
        assert send_form(browser, "member@example.org", PASSWORD).status_code == 303
        with browser.session_transaction() as session:
            tokens.append(session["_user_id"])
    assert len(set(tokens)) == 2
    with client.application.app_context():
        hashes = set(db.session.scalars(select(SignIn.token_hash)))
    assert len(hashes) == 2
    assert not hashes & set(tokens)


@pytest.mark.parametrize("forged", ["1", "", "x" * 43, "\x00", "가", "x" * 3000])
def test_a_made_up_token_opens_nothing(client: FlaskClient, forged: str) -> None:
    sign_in(client, "member@example.org")
    with client.session_transaction() as session:
        session["_user_id"] = forged
    assert client.get("/account").status_code == 401


def test_a_suspended_person_is_out_at_her_next_request(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org", city="gwangju")
    assert client.get("/cities/gwangju/people").status_code == 200
    change(client, user_id, is_active=False)
    assert client.get("/account").status_code == 401
    new_address(client)
    assert send_form(client, "member@example.org", PASSWORD).status_code == 400


def test_a_changed_password_ends_all_other_sign_ins_and_keeps_this_one(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    other = client.application.test_client()
    remembered(other, "member@example.org")
    assert other.get("/account").status_code == 200
    response = send(client, "/account/password", present=PASSWORD, password=NEW)
    assert (response.status_code, response.headers["Location"]) == (303, "/account?done=password")
    assert "Your password was changed." in client.get("/account?done=password").text
    assert other.get("/account").status_code == 401
    assert count_sign_ins(client) == 1
    new_address(other)
    assert send_form(other, "member@example.org", PASSWORD).status_code == 400
    assert send_form(other, "member@example.org", NEW).status_code == 303


def test_a_hash_of_old_parameters_is_made_anew_at_sign_in(client: FlaskClient) -> None:
    user_id = make_user(client, "member@example.org")
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    change(client, user_id, password_hash=old)
    new_address(client)
    assert send_form(client, "member@example.org", PASSWORD).status_code == 303
    with client.application.app_context():
        now_kept = db.session.get_one(User, user_id).password_hash
    assert now_kept.startswith("$argon2id$")
    assert not passwords.is_outdated(now_kept)
    assert passwords.is_right(now_kept, PASSWORD)


def test_one_spelling_of_a_letter_is_as_good_as_the_other(client: FlaskClient) -> None:
    composed = passwords.hash_password("caf\u00e9 caf\u00e9 caf\u00e9")
    assert passwords.is_right(composed, "cafe\u0301 cafe\u0301 cafe\u0301")
    assert not passwords.is_right(composed, "cafe cafe cafe")
    assert not passwords.is_right(None, "no account has this password")


def test_an_unknown_address_takes_the_same_hashing_work(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(client, "member@example.org")
    asked = []
    real = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, kept: str, given: bytes) -> bool:
        asked.append(kept.rsplit("$", 2)[0])
        return bool(real(self, kept, given))

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    new_address(client)
    send_form(client, "member@example.org", "wrong password here")
    send_form(client, "nobody@example.org", "wrong password here")
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_who_is_asking_takes_two_statements(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "user_account" in statement or "sign_in" in statement:
            seen.append(statement)

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get("/cities/").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert sum("JOIN sign_in" in statement for statement in seen) == 1
    assert len([statement for statement in seen if "membership" not in statement]) == 1


def test_ended_sign_ins_are_forgotten_by_the_clock(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    later = clock.now() + timedelta(days=1)

    class At:
        clock = staticmethod(lambda: later)

    with client.application.app_context():
        jobs.forget_ended(At())  # type: ignore[arg-type]
    assert count_sign_ins(client) == 0
