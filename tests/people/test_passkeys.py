"""Passkeys, through the doors and with a device in software: what opens an account, and all that must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db
from hub.people.models import Passkey, SignIn, User
from hub.people.passkeys import site_of
from tests.people.accounts import PASSWORD, new_address, send_form, sign_in
from tests.people.authenticator import Authenticator, Script, post_json
from tests.people.doors import change, log_size, mails, newest_entries

ANA = "ana@example.org"
SECURITY = "/account/security"
REFUSED = "This passkey does not open an account here"


def person(client: FlaskClient, email: str = ANA, **values: Any) -> tuple[int, Script]:
    """Sign someone in, let her add a passkey, and return her id and her script."""
    user_id = sign_in(client, email, **values)
    script = Script(client, Authenticator())
    added = script.add()
    assert (added.status_code, added.json) == (200, {"next": f"{SECURITY}?done=passkey"}), added.text
    return user_id, script


def elsewhere(client: FlaskClient, device: Authenticator) -> Script:
    """Return another browser of the person who has a device."""
    browser = client.application.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    new_address(browser)
    return Script(browser, device)


def rows(client: FlaskClient, model: Any) -> list[Any]:
    with client.application.app_context():
        found = list(db.session.scalars(select(model).order_by(model.id)))
        db.session.expunge_all()
        return found


def has_factor(client: FlaskClient, user_id: int) -> bool:
    with client.application.app_context():
        return db.session.get_one(User, user_id).has_factor


def test_a_passkey_is_added_told_and_signs_in_without_an_address(client: FlaskClient) -> None:
    before = log_size(client)
    user_id, script = person(client)
    assert log_size(client) == before + 3  # the account, the sign-in, the passkey
    kind, payload, actor = newest_entries(client)[0]
    key = rows(client, Passkey)[0]
    assert (kind, payload, actor) == ("PasskeyAdded", {"user_id": user_id, "passkey_id": key.id}, user_id)
    assert (key.name, key.sign_count, key.transports, key.used_at) == ("My phone", 0, ["internal"], None)
    assert has_factor(client, user_id)
    page = client.get(f"{SECURITY}?done=passkey").text
    assert "The passkey was added." in page
    assert "My phone" in page
    assert "the passkey “My phone” was added" in mails(client, ANA)[-1].text

    other = elsewhere(client, script.device)
    answer = other.sign_in({"next": "/cities/graz"})
    assert (answer.status_code, answer.json) == (200, {"next": "/cities/graz"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert other.client.get("/account").status_code == 200
    assert newest_entries(client)[0][:2] == ("SignedIn", {"user_id": user_id, "method": "passkey"})
    assert rows(client, SignIn)[-1].method == "passkey"
    key = rows(client, Passkey)[0]
    assert key.sign_count == 1
    assert key.used_at is not None


def test_what_the_browser_is_asked(client: FlaskClient) -> None:
    sign_in(client, ANA, name="Ana López")
    asked = post_json(client, f"{SECURITY}/passkeys/begin", {"name": "x"}, page=f"{SECURITY}/passkeys/new").json
    assert asked["rp"] == {"id": "localhost", "name": "Human Rights Cities Hub"}
    assert asked["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    assert asked["attestation"] == "none"
    assert (asked["user"]["name"], asked["user"]["displayName"]) == (ANA, "Ana López")
    assert len(asked["challenge"]) >= 43
    assert asked["excludeCredentials"] == []
    script = Script(client, Authenticator())
    assert script.add().status_code == 200
    again = post_json(client, f"{SECURITY}/passkeys/begin", {"name": "x"}, page=f"{SECURITY}/passkeys/new").json
    assert [each["type"] for each in again["excludeCredentials"]] == ["public-key"]
    assert again["user"]["id"] == script.device.keys[0].handle  # one handle for one account
    proof = post_json(client, "/confirm/passkey/begin", {}, page="/account").json
    assert proof["userVerification"] == "required"
    assert proof["rpId"] == "localhost"
    assert len(proof["allowCredentials"]) == 1


@pytest.mark.parametrize(
    ("base_url", "host", "origin"),
    [("https://Hub.Example.org", "hub.example.org", "https://hub.example.org"),
     ("https://hub.example.org:443", "hub.example.org", "https://hub.example.org"),
     ("https://hub.example.org:8443/", "hub.example.org", "https://hub.example.org:8443"),
     ("http://localhost:8000", "localhost", "http://localhost:8000")],
)  # fmt: skip
def test_whom_a_passkey_is_for(base_url: str, host: str, origin: str) -> None:
    site = site_of(base_url)
    assert (site.host, site.origin) == (host, origin)


SLIPS: list[dict[str, Any]] = [
    {"origin": "http://localhost:8000"}, {"origin": "https://localhost"}, {"origin": "http://evil.example"},
    {"origin": "http://localhost.evil.example"}, {"host": "evil.example"}, {"host": ""}, {"is_verified": False},
    {"is_present": False}, {"challenge": "AAAA"}, {"challenge": ""},
]  # fmt: skip


@pytest.mark.parametrize("slip", [*SLIPS, {"kind": "webauthn.get"}])
def test_a_passkey_made_elsewhere_or_otherwise_is_not_added(client: FlaskClient, slip: dict[str, Any]) -> None:
    user_id = sign_in(client, ANA)
    before = log_size(client)
    answer = Script(client, Authenticator()).add(**slip)
    assert answer.status_code == 400
    assert answer.json["parameter"] == "passkey"
    assert "Try again" in answer.json["detail"]
    assert not rows(client, Passkey)
    assert not has_factor(client, user_id)
    assert log_size(client) == before


@pytest.mark.parametrize(
    "slip", [*SLIPS, {"kind": "webauthn.create"}, {"tampered": True}, {"handle": "AAAA"}, {"handle": "가"}]
)
def test_a_proof_made_elsewhere_or_otherwise_opens_nothing(client: FlaskClient, slip: dict[str, Any]) -> None:
    _user_id, script = person(client)
    other = elsewhere(client, script.device)
    before = log_size(client)
    answer = other.sign_in(**slip)
    assert answer.status_code == 400
    assert REFUSED in answer.json["detail"]
    assert other.client.get("/account").status_code == 401
    assert log_size(client) == before
    assert rows(client, Passkey)[0].used_at is None
    assert other.sign_in().status_code == 200


def test_a_signature_of_another_key_opens_nothing(client: FlaskClient) -> None:
    _user_id, script = person(client)
    other = elsewhere(client, script.device)
    foreign = Authenticator()
    foreign.create({"user": {"id": script.device.keys[0].handle}, "challenge": "AAAA"})
    assert other.sign_in(signed_by=foreign.keys[0]).status_code == 400
    assert other.client.get("/account").status_code == 401


def test_a_challenge_is_answered_once(client: FlaskClient) -> None:
    _user_id, script = person(client)
    other = elsewhere(client, script.device)
    asked = post_json(other.client, "/login/passkey/begin", {}, page="/login").json
    cookie = other.client.get_cookie("session")
    assert cookie
    answer = script.device.get(asked)
    assert post_json(other.client, "/login/passkey", {"answer": answer}, page="/login").status_code == 200
    other.client.set_cookie("session", cookie.value)  # the browser as it was, with the challenge it held
    for again in (answer, script.device.get(asked)):
        sent = post_json(other.client, "/login/passkey", {"answer": again}, page="/login")
        assert sent.status_code == 400
        assert REFUSED in sent.json["detail"]
    assert len(rows(client, SignIn)) == 2


def test_a_challenge_that_was_answered_wrongly_is_used_up_too(client: FlaskClient) -> None:
    _user_id, script = person(client)
    other = elsewhere(client, script.device)
    asked = post_json(other.client, "/login/passkey/begin", {}, page="/login").json
    cookie = other.client.get_cookie("session")
    assert cookie
    wrong = script.device.get(asked, tampered=True)
    assert post_json(other.client, "/login/passkey", {"answer": wrong}, page="/login").status_code == 400
    other.client.set_cookie("session", cookie.value)
    right = script.device.get(asked)
    assert post_json(other.client, "/login/passkey", {"answer": right}, page="/login").status_code == 400


def test_a_challenge_belongs_to_the_browser_that_asked_for_it(client: FlaskClient) -> None:
    _user_id, script = person(client)
    mine, other = elsewhere(client, script.device), elsewhere(client, script.device)
    asked = post_json(mine.client, "/login/passkey/begin", {}, page="/login").json
    answer = script.device.get(asked)
    assert post_json(other.client, "/login/passkey", {"answer": answer}, page="/login").status_code == 400
    assert post_json(mine.client, "/login/passkey", {"answer": answer}, page="/login").status_code == 200


def test_a_challenge_lasts_five_minutes(client: FlaskClient) -> None:
    _user_id, script = person(client)
    start = clock.now()
    for seconds, status in ((299, 200), (300, 400)):
        other = elsewhere(client, script.device)
        with clock.frozen_at(start):
            asked = post_json(other.client, "/login/passkey/begin", {}, page="/login").json
        with clock.frozen_at(start + timedelta(seconds=seconds)):
            answer = {"answer": script.device.get(asked)}
            assert post_json(other.client, "/login/passkey", answer, page="/login").status_code == status


def test_a_challenge_for_one_thing_is_good_for_nothing_else(client: FlaskClient) -> None:
    _user_id, script = person(client)
    asked = post_json(client, "/confirm/passkey/begin", {}, page="/account").json
    answer = {"answer": script.device.get(asked)}
    assert post_json(client, "/login/passkey", answer, page="/account").status_code == 400
    assert post_json(client, "/confirm/passkey", answer, page="/account").status_code == 200


def test_one_person_cannot_prove_with_the_passkey_of_another(client: FlaskClient) -> None:
    _ana, hers = person(client)
    bea = elsewhere(client, Authenticator())
    sign_in(bea.client, "bea@example.org")
    assert bea.add("Bea's").status_code == 200
    asked = post_json(bea.client, "/confirm/passkey/begin", {}, page="/account").json
    answer = {"answer": hers.device.get(asked)}
    sent = post_json(bea.client, "/confirm/passkey", answer, page="/account")
    assert sent.status_code == 400
    assert REFUSED in sent.json["detail"]


def test_a_known_passkey_is_not_added_to_another_account(client: FlaskClient) -> None:
    _ana, hers = person(client)
    bea = elsewhere(client, Authenticator())
    bea_id = sign_in(bea.client, "bea@example.org")
    answer = bea.add(id=hers.device.keys[0].id)
    assert answer.status_code == 400
    assert "in use here already" in answer.json["detail"]
    assert len(rows(client, Passkey)) == 1
    assert not has_factor(client, bea_id)


def test_a_counter_that_goes_back_is_refused_and_noted(client: FlaskClient) -> None:
    user_id, script = person(client)
    other = elsewhere(client, script.device)
    assert other.sign_in(count=7).status_code == 200
    for count in (7, 3, 0):
        thief = elsewhere(client, script.device)
        answer = thief.sign_in(count=count)
        assert answer.status_code == 400
        assert thief.client.get("/account").status_code == 401
        kind, payload, actor = newest_entries(client)[0]
        assert (kind, payload["user_id"], actor) == ("PasskeyRefused", user_id, None)
    assert rows(client, Passkey)[0].sign_count == 7
    assert elsewhere(client, script.device).sign_in(count=8).status_code == 200


def test_a_device_that_does_not_count_says_nought_each_time(client: FlaskClient) -> None:
    _user_id, script = person(client)
    script.device.counts = False
    for _ in range(2):
        assert elsewhere(client, script.device).sign_in().status_code == 200


def test_a_removed_passkey_opens_nothing(client: FlaskClient) -> None:
    user_id, script = person(client)
    key_id = rows(client, Passkey)[0].id
    path = f"{SECURITY}/passkeys/{key_id}/remove"
    before = log_size(client)
    response = send_button(client, path)
    assert (response.status_code, response.headers["Location"]) == (303, f"{SECURITY}?done=removed")
    assert log_size(client) == before + 1
    assert newest_entries(client)[0][:2] == ("PasskeyRemoved", {"user_id": user_id, "passkey_id": key_id})
    assert "the passkey “My phone” was removed" in mails(client, ANA)[-1].text
    assert not has_factor(client, user_id)
    assert elsewhere(client, script.device).sign_in().status_code == 400
    assert send_button(client, path).status_code == 404


def send_button(client: FlaskClient, path: str) -> Any:
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token}, headers={"Referer": "http://localhost/account/security"})


def test_nobody_removes_the_passkey_of_another(client: FlaskClient) -> None:
    person(client)
    key_id = rows(client, Passkey)[0].id
    bea = elsewhere(client, Authenticator())
    sign_in(bea.client, "bea@example.org")
    assert send_button(bea.client, f"{SECURITY}/passkeys/{key_id}/remove").status_code == 404
    assert len(rows(client, Passkey)) == 1


def test_an_organizers_last_factor_stays(client: FlaskClient) -> None:
    user_id, script = person(client, is_organizer=True)
    key_id = rows(client, Passkey)[0].id
    response = send_button(client, f"{SECURITY}/passkeys/{key_id}/remove")
    assert response.status_code == 400
    assert "this is your last second factor" in response.text
    assert len(rows(client, Passkey)) == 1
    assert script.add("My key").status_code == 200
    assert send_button(client, f"{SECURITY}/passkeys/{key_id}/remove").status_code == 303
    change(client, user_id, is_demo=True)
    last = rows(client, Passkey)[0].id
    assert send_button(client, f"{SECURITY}/passkeys/{last}/remove").status_code == 303


def test_a_suspended_person_is_not_let_in_by_her_passkey(client: FlaskClient) -> None:
    user_id, script = person(client)
    change(client, user_id, is_active=False)
    answer = elsewhere(client, script.device).sign_in()
    assert answer.status_code == 400
    assert REFUSED in answer.json["detail"]
    assert rows(client, Passkey)[0].used_at is None


def test_after_the_password_a_passkey_is_the_second_step(client: FlaskClient) -> None:
    user_id, script = person(client)
    other = elsewhere(client, script.device)
    first = send_form(other.client, ANA, PASSWORD, next_page="/cities/graz")
    assert (first.status_code, first.headers["Location"]) == (303, "/login/second")
    assert other.client.get("/account").status_code == 401
    page = other.client.get("/login/second").text
    assert "Use your passkey" in page
    assert 'name="code"' not in page
    answer = other.run("/login/second/passkey", page="/login/second")
    assert answer.json == {"next": "/cities/graz"}
    assert other.client.get("/account").status_code == 200
    assert newest_entries(client)[0][:2] == ("SignedIn", {"user_id": user_id, "method": "passkey"})


def test_the_second_step_takes_her_passkeys_only(client: FlaskClient) -> None:
    _ana, script = person(client)
    thief = elsewhere(client, Authenticator())
    sign_in(thief.client, "thief@example.org")
    assert thief.add().status_code == 200
    again = elsewhere(client, thief.device)
    send_form(again.client, ANA, PASSWORD)
    assert again.run("/login/second/passkey", page="/login/second").status_code == 400
    assert again.client.get("/account").status_code == 401
    assert elsewhere(client, script.device).run("/login/second/passkey", page="/login").json == {
        "next": "/login?again=1"
    }  # nobody who did not give the password


def test_pages_say_what_to_do_without_script_and_bring_it_only_where_needed(client: FlaskClient) -> None:
    assert "A passkey needs JavaScript" in client.get("/login").text
    assert "/static/js/passkeys.js?v=" in client.get("/login").text
    assert "passkeys.js" not in client.get("/about").text
    with client.get("/static/js/passkeys.js") as script:
        assert script.status_code == 200
        assert "innerHTML" not in script.text
    sign_in(client, ANA)
    assert "passkeys.js" not in client.get(SECURITY).text
    page = client.get(f"{SECURITY}/passkeys/new").text
    assert "One-time codes work without." in page
    assert "hidden data-passkey" in page


def test_a_key_with_a_very_long_id_is_refused(client: FlaskClient) -> None:
    sign_in(client, ANA)
    script = Script(client, Authenticator())
    assert script.add(id=b"x" * 1024).status_code == 400
    assert script.add(id=b"x" * 1023).status_code == 200
    assert elsewhere(client, script.device).sign_in().status_code == 200


def test_there_is_an_end_to_the_number_of_passkeys(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.people.service.passkeys.MOST_PASSKEYS", 1)
    _user_id, script = person(client)
    answer = script.add("second")
    assert answer.status_code == 400
    assert answer.json["detail"] == "You have 1 passkeys. Remove one first."


def test_a_passkey_alone_may_be_all_that_opens_an_account(client: FlaskClient) -> None:
    user_id, script = person(client)
    change(client, user_id, password_hash="")
    other = elsewhere(client, script.device)
    for wrong in ("", PASSWORD, "no account has this password"):
        assert send_form(other.client, ANA, wrong).status_code == 400
    assert other.sign_in().status_code == 200
    page = other.client.get(SECURITY).text
    assert "You have no password." in page
