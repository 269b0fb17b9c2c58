"""A new password by mail, and one's own account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import Type
from flask.testing import FlaskClient

from hub.core import clock
from tests.conftest import REAL_HASHER
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import DEAD, NEW, answer, change, link_in, log_size, mails, newest_entries, send

SENT = "If this address has an account, a mail is on its way."


@pytest.fixture
def visitor(client: FlaskClient) -> FlaskClient:
    new_address(client)
    return client


def ask(client: FlaskClient, email: str) -> str:
    """Ask for a new password and return the path in the newest mail."""
    new_address(client)
    assert send(client, "/password/forgot", email=email).status_code == 200
    answer(client)
    return link_in(mails(client, email)[-1], "/password/reset/")


def same(text: str) -> str:
    return re.sub(r'value="[^"]{20,}"', "", text)


def test_every_address_gets_the_same_answer(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    user_id = make_user(visitor, "closed@example.org")
    change(visitor, user_id, is_active=False)
    answers = [
        send(visitor, "/password/forgot", email=each + "@example.org") for each in ("member", "nobody", "closed")
    ]
    assert {each.status_code for each in answers} == {200}
    assert len({same(each.text) for each in answers}) == 1
    assert SENT in answers[0].text
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}
    assert not mails(visitor, "member@example.org")
    assert answer(visitor) == 3
    assert answer(visitor) == 0
    assert len(mails(visitor, "member@example.org")) == 1
    assert not mails(visitor, "nobody@example.org")
    assert not mails(visitor, "closed@example.org")


def test_the_whole_way_to_a_new_password(visitor: FlaskClient) -> None:
    user_id = sign_in(visitor, "member@example.org", language="ko")
    path = ask(visitor, "MEMBER@example.org".lower())
    assert path.endswith("?lang=ko")
    before = log_size(visitor)
    browser = visitor.application.test_client()
    new_address(browser)
    page = browser.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert '<html lang="ko"' in page.text
    response = send(browser, path.split("?")[0], password=NEW)
    assert (response.status_code, response.headers["Location"]) == (303, "/login?changed=1")
    assert "Your password was changed." in browser.get("/login?changed=1&lang=en").text
    assert newest_entries(visitor) == [("PasswordChanged", {"user_id": user_id, "by_mail": True}, user_id)]
    assert log_size(visitor) == before + 1
    assert visitor.get("/account").status_code == 401
    assert len(mails(visitor, "member@example.org")) == 2
    assert send_form(browser, "member@example.org", PASSWORD).status_code == 400
    assert send_form(browser, "member@example.org", NEW).status_code == 303
    assert DEAD in browser.get(path.split("?")[0] + "?lang=en").text


def test_a_reset_works_once_even_from_a_form_that_stood_open(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    path = ask(visitor, "member@example.org").split("?")[0]
    first, second = visitor.get(path).text, visitor.get(path).text

    def hidden(html: str) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(csrf_token|form_key)" value="([^"]*)"', html))

    assert visitor.post(path, data=hidden(first) | {"password": NEW}).status_code == 303
    late = visitor.post(path, data=hidden(second) | {"password": "another one of my own"})
    assert late.status_code == 410
    assert DEAD in late.text
    assert send_form(visitor, "member@example.org", NEW).status_code == 303


def test_an_old_tampered_or_foreign_token_meets_the_same_page(visitor: FlaskClient) -> None:
    user_id = make_user(visitor, "member@example.org")
    make_user(visitor, "other@example.org")
    now = clock.now()
    with clock.frozen_at(now):
        path = ask(visitor, "member@example.org").split("?")[0]
    dead = visitor.get("/password/reset/nothing")
    assert dead.status_code == 410
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/password/reset/" + "x" * 3000,
                  "/password/reset/가", "/password/reset/<script>"):  # fmt: skip
        answer = visitor.get(wrong)
        assert answer.status_code == 410
        assert answer.text.count("<h1") == 1
        assert "<script>" not in answer.text
    with clock.frozen_at(now + timedelta(minutes=59)):
        assert visitor.get(path).status_code == 200
        second = ask(visitor, "other@example.org").split("?")[0]
    with clock.frozen_at(now + timedelta(minutes=60)):
        assert visitor.get(path).status_code == 410
        assert visitor.get(second).status_code == 200
    with clock.frozen_at(now):
        change(visitor, user_id, is_active=False)
        assert visitor.get(path).status_code == 410


def test_one_persons_reset_leaves_another_alone(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    make_user(visitor, "other@example.org")
    path = ask(visitor, "member@example.org").split("?")[0]
    assert send(visitor, path, password=NEW, email="other@example.org", user_id="2").status_code == 400
    assert send(visitor, path, password=NEW).status_code == 303
    assert send_form(visitor, "other@example.org", PASSWORD).status_code == 303


def test_a_changed_password_ends_all_other_resets(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    first, second = (ask(visitor, "member@example.org").split("?")[0] for _ in range(2))
    assert send(visitor, first, password=NEW).status_code == 303
    assert visitor.get(second).status_code == 410


def test_one_account_gets_three_such_mails_an_hour_and_one_address_asks_five_times(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    for _ in range(5):
        assert send(visitor, "/password/forgot", email="member@example.org").status_code == 200
    assert answer(visitor) == 5
    assert len(mails(visitor, "member@example.org")) == 3
    assert send(visitor, "/password/forgot", email="member@example.org").status_code == 429


HOSTILE = ["", " ", "\x00", "a\x00b@example.org", "x" * 900_000, "<script>alert(1)</script>", "a@b@c", "a@b, c@d.org",
           "가@example.org", "a\r\nBcc: b@example.org", "@example.org", "a@", "a b@example.org"]  # fmt: skip


@pytest.mark.parametrize("email", HOSTILE)
def test_what_is_no_address_is_refused_at_its_field(visitor: FlaskClient, email: str) -> None:
    response = send(visitor, "/password/forgot", email=email)
    assert response.status_code == 400
    assert 'href="#email"' in response.text
    assert "<script>alert" not in response.text


@pytest.mark.parametrize("password", ["", "short", "x" * 14, "x" * 129, "x" * 900_000, "a long enough\x00 password"])
def test_a_password_too_short_or_too_long_is_refused(visitor: FlaskClient, password: str) -> None:
    make_user(visitor, "member@example.org")
    path = ask(visitor, "member@example.org").split("?")[0]
    response = send(visitor, path, password=password)
    assert response.status_code == 400
    assert 'href="#password"' in response.text
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    "password", ["violet kettles1", ("stone lamp river " * 8)[:120] + "quinces?", "비밀번호는길어야안전합니다정말로",
                 " fifteen blanks  ", "🙂🙃😉😊😋😎😍😘🥰😗😙😚🤗🤩🤔"]
)  # fmt: skip
def test_any_kind_of_characters_make_a_password(visitor: FlaskClient, password: str) -> None:
    make_user(visitor, "member@example.org")
    path = ask(visitor, "member@example.org").split("?")[0]
    assert send(visitor, path, password=password).status_code == 303
    assert send_form(visitor, "member@example.org", password).status_code == 303


def test_missing_and_repeated_fields_and_no_token(visitor: FlaskClient) -> None:
    make_user(visitor, "member@example.org")
    path = ask(visitor, "member@example.org").split("?")[0]
    for each in ("/password/forgot", path):
        new_address(visitor)
        assert visitor.post(each).status_code == 400
        twice = {"csrf_token": ["a", "b"], "email": ["x", "y"], "form_key": "?"}
        assert visitor.post(each, data=twice).status_code == 400
        assert visitor.post(each, json={"email": ["a"], "password": {"a": 1}}).status_code == 400
        assert visitor.post(each, data=b"\xff\xfe", content_type="text/plain").status_code == 400
    assert visitor.get(path).status_code == 200


def test_a_wrong_present_password_changes_nothing(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    before = log_size(client)
    response = send(client, "/account/password", present="not the present one", password=NEW)
    assert response.status_code == 400
    assert "This is not your present password." in response.text
    assert "not the present one" not in response.text
    assert send(client, "/account/password", present=PASSWORD, password="short").status_code == 400
    assert log_size(client) == before
    assert client.get("/account").status_code == 200


def test_a_changed_password_is_told_by_mail_and_logged_once(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org", language="fr")
    before = log_size(client)
    assert send(client, "/account/password", present=PASSWORD, password=NEW).status_code == 303
    assert newest_entries(client) == [("PasswordChanged", {"user_id": user_id, "by_mail": False}, user_id)]
    assert log_size(client) == before + 1
    assert len(mails(client, "member@example.org")) == 1


def test_name_and_language_are_ones_own_to_change(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org")
    before = log_size(client)
    assert send(client, "/account", name="  Ana   López <b> ").status_code == 303
    assert newest_entries(client) == [("AccountRenamed", {"user_id": user_id}, user_id)]
    assert "Ana López &lt;b&gt;" in client.get("/account?done=name").text
    assert send(client, "/account", name="Ana López <b>").status_code == 303
    assert log_size(client) == before + 1
    language = {"page": "/account", "action": "/account/language"}
    assert send(client, "/account/language", **language, language="ko").status_code == 303
    assert '<html lang="ko"' in client.get("/account").text
    assert newest_entries(client)[0][1] == {"user_id": user_id, "language": "ko"}
    assert send(client, "/account/language", **language, language="").status_code == 303
    assert '<html lang="en"' in client.get("/account").text
    assert log_size(client) == before + 3


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "x" * 900_000, "a\x00b", "\u200e" * 200])
def test_a_name_that_cannot_be_is_refused(client: FlaskClient, name: str) -> None:
    sign_in(client, "member@example.org", name="As before")
    response = send(client, "/account", name=name)
    assert response.status_code == 400
    assert 'href="#name"' in response.text
    assert "As before" in client.get("/account").text


@pytest.mark.parametrize("language", ["de", "x" * 5000, "\x00", "../en", "EN"])
def test_a_language_the_hub_does_not_speak_is_refused(client: FlaskClient, language: str) -> None:
    sign_in(client, "member@example.org")
    response = send(client, "/account/language", page="/account", action="/account/language", language=language)
    assert response.status_code == 400
    assert 'href="#language"' in response.text


def test_the_account_takes_no_strangers(client: FlaskClient) -> None:
    for path in ("/account", "/account/password"):
        assert client.get(path).status_code == 401
    for path in ("/account", "/account/password", "/account/language"):
        assert client.post(path).status_code == 401
    sign_in(client, "member@example.org")
    for path in ("/account", "/account/password", "/account/language"):
        assert client.post(path, data={"name": "x", "language": "ko"}).status_code == 400


def test_a_hash_takes_the_work_that_is_asked_of_new_ones() -> None:
    """At least what RFC 9106, 4, recommends where memory is scarce: three passes over 64 MiB."""
    real = REAL_HASHER
    assert (real.type, real.time_cost >= 3, real.memory_cost >= 64 * 1024) == (Type.ID, True, True)
