"""Signing in by two steps: what the second one takes, and what it never lets pass."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.tokens import new_token
from hub.people.models import Ceremony, OneTimeCode, PasswordReset, RecoveryCode, SignIn
from hub.people.passwords import hash_password
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in
from tests.people.doors import NEW, change, fields_of, log_size, mails, newest_entries, send
from tests.people.factors import STEP, code_at, elsewhere, make_codes, rows, send_button, turn_on

ANA = "ana@example.org"
SECOND = "/login/second"
AGAIN = "/login?again=1"
NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
WRONG = "This code does not fit."


def person(client: FlaskClient, **values: object) -> tuple[int, str, list[str]]:
    """Sign someone in, set up one-time codes and recovery codes; return her id, the secret and the codes."""
    user_id = sign_in(client, ANA, **values)
    return user_id, turn_on(client, clock.now()), make_codes(client)


def first_step(client: FlaskClient, next_page: str | None = None) -> FlaskClient:
    """Return another browser, in which the right password was given."""
    browser = elsewhere(client)
    response = send_form(browser, ANA, PASSWORD, next_page=next_page)
    assert (response.status_code, response.headers["Location"]) == (303, SECOND)
    return browser


def test_the_password_alone_opens_nothing_and_the_code_leads_on(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, secret, _codes = person(client, city="gwangju")
    with clock.frozen_at(NOW + STEP):
        before = log_size(client)
        browser = first_step(client, "/cities/graz")
        assert log_size(client) == before
        assert len(rows(client, SignIn)) == 1
        for path in ("/account", "/desk", "/account/security", "/cities/gwangju/people"):
            assert browser.get(path).status_code == 401
        page = browser.get(SECOND)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.text.count("<h1") == 1
        assert 'autocomplete="one-time-code"' in page.text
        assert "passkeys.js" not in page.text
        response = send(browser, SECOND, code=code_at(secret, clock.now()))
        assert (response.status_code, response.headers["Location"]) == (303, "/cities/graz")
        assert browser.get("/account").status_code == 200
        assert log_size(client) == before + 1
        assert newest_entries(client)[0] == ("SignedIn", {"user_id": user_id, "method": "code"}, user_id)
        assert rows(client, SignIn)[-1].method == "code"
        assert "Please begin again." in browser.get(SECOND).text  # it was for once


def test_a_sign_in_says_from_where_it_is(client: FlaskClient) -> None:
    make_user(client, ANA)
    browser = elsewhere(client)
    browser.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    assert send_form(browser, ANA, PASSWORD).status_code == 303
    kept = rows(client, SignIn)[0]
    assert (kept.method, kept.device) == ("password", "Firefox, Android")
    assert kept.address == browser.environ_base["REMOTE_ADDR"]


def test_staying_signed_in_is_kept_through_the_second_step(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        browser = elsewhere(client)
        html = browser.get("/login").text
        token = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": ANA, "password": PASSWORD, "remember": "y", "next": ""}
        assert browser.post("/login", data=form).headers["Location"] == SECOND
        response = send(browser, SECOND, code=code_at(secret, clock.now()))
        assert "Expires" in response.headers["Set-Cookie"]
        assert rows(client, SignIn)[-1].expires_at == clock.now() + timedelta(days=30)


def test_five_tries_and_no_more(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        browser = first_step(client)
        for left in (4, 3, 2, 1):
            response = send(browser, SECOND, code="000000")
            assert response.status_code == 400
            assert WRONG in response.text
            assert re.search(rf"{left} tr(y is|ies are) left", response.text)
            assert 'href="#code"' in response.text
        form = fields_of(browser.get(SECOND).text)
        assert browser.post(SECOND, data=form | {"code": "000000"}).headers["Location"] == AGAIN
        assert browser.post(SECOND, data=form | {"code": code_at(secret, NOW + STEP)}).headers["Location"] == AGAIN
        assert browser.get("/account").status_code == 401
        assert "Please begin again." in browser.get(AGAIN).text
        again = first_step(client)
        assert send(again, SECOND, code=code_at(secret, NOW + STEP)).status_code == 303


def test_the_second_step_follows_within_ten_minutes(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
        slow, quick = first_step(client), first_step(client)
    almost, late = NOW + timedelta(minutes=9, seconds=59), NOW + timedelta(minutes=10)
    with clock.frozen_at(almost):
        form = fields_of(slow.get(SECOND).text)
        assert send(quick, SECOND, code=code_at(secret, almost)).status_code == 303
    with clock.frozen_at(late):
        assert slow.post(SECOND, data=form | {"code": code_at(secret, late + STEP)}).headers["Location"] == AGAIN
        assert "Please begin again." in slow.get(SECOND).text


def test_the_second_step_belongs_to_the_browser_that_gave_the_password(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        first_step(client)
        stranger = elsewhere(client)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', stranger.get("/login").text)
        assert token
        data = {"csrf_token": token[1], "code": code_at(secret, clock.now())}
        assert stranger.post(SECOND, data=data).headers["Location"] == AGAIN
        with stranger.session_transaction() as kept:
            kept["begun"] = {"second_step": "x" * 43}
        assert stranger.post(SECOND, data=data).headers["Location"] == AGAIN
        assert stranger.get("/account").status_code == 401


def test_a_new_password_ends_the_second_step_of_the_old_one(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, secret, codes = person(client)
    with clock.frozen_at(NOW + STEP):
        browser = first_step(client)
        form = fields_of(browser.get(SECOND).text)
        change(client, user_id, password_hash=hash_password(NEW))
        assert browser.post(SECOND, data=form | {"code": code_at(secret, clock.now())}).headers["Location"] == AGAIN
        assert browser.get("/account").status_code == 401
        # the code was not used up by a sign-in that was none
        other = elsewhere(client)
        assert send_form(other, ANA, NEW).headers["Location"] == SECOND
        assert send(other, SECOND, code=code_at(secret, clock.now())).status_code == 303
        assert len(codes) == 10


def test_a_suspended_person_does_not_end_the_second_step(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        browser = first_step(client)
        form = fields_of(browser.get(SECOND).text)
        change(client, user_id, is_active=False)
        assert browser.post(SECOND, data=form | {"code": code_at(secret, clock.now())}).headers["Location"] == AGAIN
        assert browser.get("/account").status_code == 401


def test_one_code_opens_one_sign_in(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        one, two = first_step(client), first_step(client)
        code = code_at(secret, clock.now())
        assert send(one, SECOND, code=code).status_code == 303
        response = send(two, SECOND, code=code)
        assert response.status_code == 400
        assert WRONG in response.text


def test_a_recovery_code_works_once_and_a_mail_tells(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, _secret, codes = person(client)
        before = log_size(client)
        one, two = first_step(client), first_step(client)
        typed = codes[3].lower().replace("-", " ").replace("o", "0")
        response = send(one, SECOND, recovery=typed)
        assert (response.status_code, response.headers["Location"]) == (303, "/desk")
        assert [each[0] for each in newest_entries(client, 2)] == ["RecoveryCodeUsed", "SignedIn"]
        assert newest_entries(client)[0][1] == {"user_id": user_id, "method": "recovery"}
        assert log_size(client) == before + 2
        mail = mails(client, ANA)[-1]
        assert "a recovery code opened your account" in mail.text
        assert "9 recovery codes are left." in mail.text
        assert codes[3] not in mail.text
        assert "9 codes left" in one.get("/account/security").text
        response = send(two, SECOND, recovery=codes[3])
        assert response.status_code == 400
        assert "This is none of your recovery codes, or it was used before." in response.text
        assert 'href="#recovery"' in response.text
        assert "<details" in response.text
        assert two.get("/account").status_code == 401
        assert send(two, SECOND, recovery=codes[4]).status_code == 303


@pytest.mark.parametrize("typed", ["", " ", "AAAA-AAAA-AAAA-AAAA", "x" * 61, "\x00", "가나다라", "a\nb"])
def test_what_is_no_recovery_code(client: FlaskClient, typed: str) -> None:
    with clock.frozen_at(NOW):
        person(client)
        browser = first_step(client)
        response = send(browser, SECOND, recovery=typed)
        assert response.status_code == 400
        assert 'href="#recovery"' in response.text
        assert not any(each.used_at for each in rows(client, RecoveryCode))


def test_a_recovery_code_of_another_person_is_none(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        person(client)
        bea = elsewhere(client)
        sign_in(bea, "bea@example.org")
        turn_on(bea, NOW)
        hers = make_codes(bea)
        browser = first_step(client)
        assert send(browser, SECOND, recovery=hers[0]).status_code == 400
        assert not any(each.used_at for each in rows(client, RecoveryCode))


def test_new_recovery_codes_end_the_old_ones(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, _secret, old = person(client)
        new = make_codes(client)
        browser = first_step(client)
        assert send(browser, SECOND, recovery=old[0]).status_code == 400
        assert send(browser, SECOND, recovery=new[0]).status_code == 303


def test_a_secret_that_cannot_be_read_is_said_so(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, secret, codes = person(client)
        with client.application.app_context(), transaction():
            db.session.get_one(OneTimeCode, user_id).secret = "of another key"
        browser = first_step(client)
        response = send(browser, SECOND, code=code_at(secret, NOW))
        assert response.status_code == 400
        assert "The hub cannot read the secret of your app any more." in response.text
        assert send(browser, SECOND, recovery=codes[0]).status_code == 303


def test_a_new_password_by_mail_does_not_skip_the_second_step(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id, secret, _codes = person(client)
        token, token_hash = new_token()
        with client.application.app_context(), transaction():
            reset = PasswordReset(token_hash=token_hash, user_id=user_id, created_at=NOW, expires_at=NOW + 2 * STEP)
            db.session.add(reset)
        browser = elsewhere(client)
        path = f"/password/reset/{token}"
        assert send(browser, path, password=NEW).status_code == 303
        assert browser.get("/account").status_code == 401
        assert send_form(browser, ANA, NEW).headers["Location"] == SECOND
        assert browser.get("/account").status_code == 401
    with clock.frozen_at(NOW + STEP):
        assert send(browser, SECOND, code=code_at(secret, NOW + STEP)).status_code == 303


def test_a_wrong_password_tells_nothing_of_a_second_step(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        person(client)
        make_user(client, "bea@example.org")
        browser = elsewhere(client)
        pages = [
            send_form(browser, email, "wrong password here") for email in (ANA, "bea@example.org", "no@example.org")
        ]
    assert [page.status_code for page in pages] == [400, 400, 400]
    bare = [re.sub(r'value="[^"]*"', "", page.text) for page in pages]
    assert bare[0] == bare[1] == bare[2]
    assert not [each for each in rows(client, Ceremony) if each.kind == "second_step"]


def test_a_sign_in_ends_the_one_before_in_this_browser(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        _id, secret, _codes = person(client)
    with clock.frozen_at(NOW + STEP):
        other = elsewhere(client)
        sign_in(other, "bea@example.org")
        assert len(rows(client, SignIn)) == 2
        html = other.get("/account").text
        token = html.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": ANA, "password": PASSWORD, "next": ""}
        assert other.post("/login", data=form).headers["Location"] == SECOND
        assert "bea@example.org" in other.get("/account").text  # who she was, until the second step is done
        assert send(other, SECOND, code=code_at(secret, clock.now())).status_code == 303
        assert ANA in other.get("/account").text
        assert len(rows(client, SignIn)) == 2
        assert send_button(other, "/logout").status_code == 303


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are compared without the slow hashing: what is tested is the counting."""
    monkeypatch.setattr("hub.people.passwords.is_right", lambda kept, given: bool(kept) and given == PASSWORD)


def fail(client: FlaskClient, email: str, number: int) -> list[int]:
    """Try a wrong password from many network addresses, and return the answers."""
    codes = []
    for _ in range(number):
        new_address(client)
        codes.append(send_form(client, email, "not the password").status_code)
    return codes


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("email", ["limited@example.org", "unknown@example.org"])
def test_fifty_wrong_tries_an_hour_for_one_account_wherever_they_come_from(client: FlaskClient, email: str) -> None:
    make_user(client, "limited@example.org")
    assert set(fail(client, email, 50)) == {400}
    assert fail(client, f" {email.upper()}", 2) == [429, 429]
    new_address(client)
    assert send_form(client, email, PASSWORD).status_code == 429
    assert fail(client, "other@example.org", 1) == [400]


@pytest.mark.usefixtures("quick")
def test_who_gets_in_is_not_counted(client: FlaskClient) -> None:
    email = "often@example.org"
    make_user(client, email)
    for _ in range(52):
        assert send_form(elsewhere(client), email, PASSWORD).status_code == 303


@pytest.mark.usefixtures("quick")
def test_wrong_codes_count_for_the_account_too(client: FlaskClient) -> None:
    email = "codes@example.org"
    with clock.frozen_at(NOW):
        sign_in(client, email)
        turn_on(client, NOW)
        browser = elsewhere(client)
        for _ in range(10):
            new_address(browser)
            assert send_form(browser, email, PASSWORD).headers["Location"] == SECOND
            form = fields_of(browser.get(SECOND).text)
            tries = [browser.post(SECOND, data=form | {"code": "000000"}).status_code for _ in range(5)]
            assert tries == [400, 400, 400, 400, 303]
        new_address(browser)
        assert send_form(browser, email, PASSWORD).status_code == 429


def test_a_refused_proof_is_logged_without_the_address(client: FlaskClient) -> None:
    with capture_logs() as logs:
        fail(client, "someone@example.org", 2)
        fail(client, "SomeOne@Example.org ", 1)
        fail(client, "else@example.org", 1)
    noted = [entry for entry in logs if entry["event"] == "proof refused"]
    marks = [entry["account"] for entry in noted]
    assert len(noted) == 4
    assert marks[0] == marks[1] == marks[2] != marks[3]
    assert "someone" not in str(logs).lower()
    assert {entry["step"] for entry in noted} == {"password"}
