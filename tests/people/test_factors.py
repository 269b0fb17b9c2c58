"""One-time codes and recovery codes: set up, shown once, kept unreadable, taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from hub.cli.main import hub
from hub.core import clock
from hub.core.db import transaction
from hub.core.errors import Invalid
from hub.core.tokens import hash_token
from hub.people.models import Ceremony, OneTimeCode, RecoveryCode, SignIn
from hub.people.secrets import seal, unseal
from hub.people.service.factors import take_code
from tests.conftest import SECRET
from tests.people.accounts import PASSWORD, send_form, sign_in
from tests.people.authenticator import Authenticator, Script
from tests.people.doors import change, fields_of, log_size, mails, newest_entries, send
from tests.people.factors import (
    CODES,
    RECOVERY,
    SECURITY,
    STEP,
    code_at,
    codes_on,
    elsewhere,
    make_codes,
    rows,
    secret_on,
    send_button,
    turn_on,
    user,
)

ANA = "ana@example.org"
NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)


def takes(client: FlaskClient, user_id: int, code: str, moment: datetime, key: str = SECRET) -> bool:
    with client.application.app_context(), transaction():
        return take_code(user_id, code, key=key, now=moment)


def test_codes_are_shown_proved_and_told(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        page = client.get(CODES)
        secret = secret_on(page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert len(secret) == 32
        assert '<svg viewBox="0 0' in page.text
        assert "style=" not in page.text
        assert not user(client, user_id).has_factor
        assert secret_on(client.get(CODES).text) == secret  # the same one as long as it is shown
        before = log_size(client)
        wrong = send(client, CODES, code="000000" if code_at(secret, NOW) != "000000" else "000001")
        assert wrong.status_code == 400
        assert "This code does not fit." in wrong.text
        assert secret_on(wrong.text) == secret
        assert not rows(client, OneTimeCode)
        assert log_size(client) == before
        code = code_at(secret, NOW)
        response = send(client, CODES, code=f" {code[:3]} {code[3:]} ")
        assert response.headers["Location"] == f"{SECURITY}?done=codes"
        assert log_size(client) == before + 1
        kind, payload, actor = newest_entries(client)[0]
        assert (kind, payload, actor) == ("CodesTurnedOn", {"user_id": user_id}, user_id)
        assert user(client, user_id).has_factor
        assert "One-time codes are on." in client.get(response.headers["Location"]).text
        assert "one-time codes were set up at your account" in mails(client, ANA)[-1].text
        assert not takes(client, user_id, code, NOW)  # what proved the app opens nothing again


def test_the_secret_is_kept_encrypted_and_another_key_reads_nothing(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        secret = turn_on(client, NOW)
        kept = rows(client, OneTimeCode)[0].secret
        assert secret not in kept
        assert not any(secret in str(each.content) for each in rows(client, Ceremony))
        assert unseal(kept, SECRET) == secret
        assert unseal(kept, SECRET + "x") is None
        assert unseal(kept[:-4] + "AAAA", SECRET) is None
        assert unseal("", SECRET) is None
        assert unseal("가", SECRET) is None
        assert seal("x", SECRET) != seal("x", SECRET)
        with pytest.raises(Invalid, match="cannot read the secret"):
            takes(client, user_id, code_at(secret, NOW + STEP), NOW + STEP, key="another key " * 4)


def test_a_code_is_good_for_one_step_either_side_and_once(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        secret = turn_on(client, NOW)
    later = NOW + timedelta(minutes=10)
    assert not takes(client, user_id, code_at(secret, later - 2 * STEP), later)
    assert not takes(client, user_id, code_at(secret, later + 2 * STEP), later)
    assert takes(client, user_id, code_at(secret, later - STEP), later)
    assert not takes(client, user_id, code_at(secret, later - STEP), later)
    assert takes(client, user_id, code_at(secret, later + STEP), later)
    for back in (-1, 0, 1):  # nothing at or before the last one taken
        assert not takes(client, user_id, code_at(secret, later + back * STEP), later)
    assert takes(client, user_id, code_at(secret, later + 3 * STEP), later + 3 * STEP)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３", "٠١٢٣٤٥", "12 34 5x", "-12345", "\x00"])
def test_what_is_no_code(client: FlaskClient, typed: str) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        turn_on(client, NOW)
    assert not takes(client, user_id, typed, NOW + STEP)


def test_a_code_in_full_width_digits_is_the_same_code(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        secret = turn_on(client, NOW)
    wide = code_at(secret, NOW + STEP).translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert takes(client, user_id, wide, NOW + STEP)


def test_a_secret_is_shown_for_half_an_hour(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
        secret = secret_on(client.get(CODES).text)
    with clock.frozen_at(NOW + timedelta(minutes=29)):
        send(client, "/confirm", page=f"/confirm?next={CODES}", password=PASSWORD)
        assert secret_on(client.get(CODES).text) == secret
    with clock.frozen_at(NOW + timedelta(minutes=30)):
        assert secret_on(client.get(CODES).text) != secret
    with clock.frozen_at(NOW + timedelta(minutes=61)):
        send(client, "/confirm", page=f"/confirm?next={CODES}", password=PASSWORD)
        token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
        late = client.post(CODES, data={"csrf_token": token, "code": code_at(secret, clock.now())})
        assert late.status_code == 400
        assert "shown for too long" in late.text
    assert not rows(client, OneTimeCode)


def test_a_secret_is_shown_to_one_person(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
        secret = secret_on(client.get(CODES).text)
        with client.session_transaction() as kept:
            begun = kept["begun"]
        other = elsewhere(client)
        sign_in(other, "bea@example.org")
        with other.session_transaction() as kept:
            kept["begun"] = begun
        assert secret_on(other.get(CODES).text) != secret
        assert send(other, CODES, code=code_at(secret, NOW)).status_code == 400


def test_the_new_app_takes_the_place_of_the_old_one_once_it_is_proved(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA, is_organizer=True)
        old = turn_on(client, NOW)
    later = NOW + timedelta(minutes=5)
    with clock.frozen_at(later):
        page = client.get(CODES).text
        new = secret_on(page)
        assert new != old
        assert "Codes of your present app work until" in page
        assert takes(client, user_id, code_at(old, later - STEP), later)
        assert send(client, CODES, code=code_at(new, later)).status_code == 303
    last = later + timedelta(minutes=1)
    assert not takes(client, user_id, code_at(old, last), last)
    assert takes(client, user_id, code_at(new, last), last)
    assert len(rows(client, OneTimeCode)) == 1


def test_turned_off_means_off(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        secret = turn_on(client, NOW)
        make_codes(client)
        before = log_size(client)
        assert send_button(client, f"{CODES}/off").headers["Location"] == f"{SECURITY}?done=codes-off"
        assert log_size(client) == before + 1
        assert newest_entries(client)[0][:2] == ("CodesTurnedOff", {"user_id": user_id})
        assert "turned off at your account" in mails(client, ANA)[-1].text
        assert not user(client, user_id).has_factor
        assert not rows(client, RecoveryCode)  # they stand in for a factor, and there is none
        assert send_button(client, f"{CODES}/off").status_code == 404
    assert not takes(client, user_id, code_at(secret, NOW + STEP), NOW + STEP)
    assert send_form(elsewhere(client), ANA, PASSWORD).headers["Location"] == "/desk"


def test_an_organizer_keeps_one_factor(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA, is_organizer=True)
        turn_on(client, NOW)
        before = log_size(client)
        response = send_button(client, f"{CODES}/off")
        assert response.status_code == 400
        assert "this is your last second factor" in response.text
        assert rows(client, OneTimeCode)
        assert log_size(client) == before
        assert Script(client, Authenticator()).add().status_code == 200
        assert send_button(client, f"{CODES}/off").status_code == 303
        assert user(client, user_id).has_factor


def test_an_organizer_without_a_factor_is_sent_to_set_one_up(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA, is_organizer=True, has_factor=False)
        response = client.get("/organizers")
        assert (response.status_code, response.headers["Location"]) == (303, f"{SECURITY}?needed=1")
        page = client.get(f"{SECURITY}?needed=1").text
        assert "organizers need a second factor" in page
        turn_on(client, NOW)
        assert client.get("/organizers").status_code == 200
        assert "organizers need a second factor" not in client.get(f"{SECURITY}?needed=1").text


def test_recovery_codes_are_shown_once_and_kept_unreadable(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        early = client.get(RECOVERY)
        assert send(client, RECOVERY).status_code == 400  # nothing that they could stand in for
        assert codes_on(early) == []
        turn_on(client, NOW)
        assert "You have no recovery codes." in client.get(SECURITY).text
        before = log_size(client)
        form = fields_of(client.get(RECOVERY).text)
        shown = client.post(RECOVERY, data=form)
        codes = codes_on(shown)
        assert len(set(codes)) == 10
        assert shown.headers["Cache-Control"] == "no-store"
        assert log_size(client) == before + 1
        assert newest_entries(client)[0][:2] == ("RecoveryCodesMade", {"user_id": user_id})
        kept = rows(client, RecoveryCode)
        assert {each.code_hash for each in kept} == {hash_token(code.replace("-", "")) for code in codes}
        again = client.post(RECOVERY, data=form)  # the page opened again by the browser
        assert (again.status_code, again.headers["Location"]) == (303, f"{SECURITY}?done=shown")
        assert "shown once already" in client.get(again.headers["Location"]).text
        assert len(rows(client, RecoveryCode)) == 10
        assert "10 codes left" in client.get(SECURITY).text
        assert codes_on(client.get(RECOVERY)) == []
        assert "new recovery codes were made" in mails(client, ANA)[-1].text
        assert not any(code in mails(client, ANA)[-1].text for code in codes)
        second = make_codes(client)
        assert not set(second) & set(codes)
        assert len(rows(client, RecoveryCode)) == 10


PAGES = [SECURITY, CODES, RECOVERY, f"{SECURITY}/passkeys/new"]


@pytest.mark.parametrize("page", PAGES)
def test_these_pages_are_hers_and_never_stored(client: FlaskClient, page: str) -> None:
    assert client.get(page).status_code == 401
    sign_in(client, ANA)
    response = client.get(page)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text.count("<h1") == 1


SENSITIVE = [("GET", CODES), ("GET", RECOVERY), ("GET", f"{SECURITY}/passkeys/new"), ("POST", CODES),
             ("POST", RECOVERY), ("POST", f"{CODES}/off"), ("POST", f"{SECURITY}/passkeys"),
             ("POST", f"{SECURITY}/passkeys/begin"), ("POST", f"{SECURITY}/passkeys/1/remove")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), SENSITIVE)
def test_what_changes_or_shows_secrets_needs_a_fresh_proof(client: FlaskClient, method: str, path: str) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
    with clock.frozen_at(NOW + timedelta(minutes=16)):
        token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
        headers = {"Referer": f"http://localhost{SECURITY}", "X-CSRFToken": token}
        response = client.open(path, method=method, headers=headers)
        expected = path if method == "GET" else SECURITY
        assert (response.status_code, response.headers["Location"]) == (303, f"/confirm?next={expected}")
        assert client.get(SECURITY).status_code == 200  # reading what there is needs none


def run(client: FlaskClient, *arguments: str) -> tuple[int, str]:
    result = client.application.test_cli_runner().invoke(hub, list(arguments), obj=lambda: client.application)
    return result.exit_code, result.output


def test_the_operator_takes_away_what_was_lost(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA, is_organizer=True)
        turn_on(client, NOW)
        make_codes(client)
        script = Script(client, Authenticator())
        assert script.add().status_code == 200
        other = elsewhere(client)
        assert send_form(other, ANA, PASSWORD).headers["Location"] == "/login/second"
        before = log_size(client)
        status, said = run(client, "people", "reset-factor", " Ana@Example.ORG")
        assert status == 0, said
        for words in (ANA, "every device is signed out", "password alone", "second factor is set up", "mail"):
            assert words in said
        assert log_size(client) == before + 1
        kind, payload, actor = newest_entries(client)[0]
        assert (kind, payload, actor) == ("FactorsReset", {"user_id": user_id}, None)
        for model in (OneTimeCode, RecoveryCode, SignIn):
            assert not rows(client, model)
        assert not user(client, user_id).has_factor
        assert "the operator of the Human Rights Cities Hub took away" in mails(client, ANA)[-1].text
        assert client.get("/account").status_code == 401
        assert "Please begin again." in other.get("/login/second").text  # what was begun has ended
        assert Script(elsewhere(client), script.device).sign_in().status_code == 400
        assert send_form(other, ANA, PASSWORD).headers["Location"] == "/desk"
        assert other.get("/organizers").headers["Location"] == f"{SECURITY}?needed=1"


def test_the_operator_is_told_of_an_unknown_address_and_a_missing_password(client: FlaskClient) -> None:
    status, said = run(client, "people", "reset-factor", "nobody@example.org")
    assert status != 0
    assert "no account has the address nobody@example.org" in said
    user_id = sign_in(client, ANA)
    change(client, user_id, password_hash="")
    status, said = run(client, "people", "reset-factor", ANA)
    assert status == 0
    assert "/password/forgot" in said
    assert "organizers" not in said
