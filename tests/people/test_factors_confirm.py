"""Proving again who one is, before the steps that matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from hub.core import clock
from hub.core.db import db, transaction
from hub.people.models import SignIn, User
from hub.people.service import begin_sign_in
from tests.people.accounts import PASSWORD, new_address, sign_in
from tests.people.authenticator import Authenticator, Script
from tests.people.doors import change, fields_of, send
from tests.people.factors import CODES, RECOVERY, SECURITY, STEP, code_at, make_codes, rows, turn_on

ANA = "ana@example.org"
NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
CONFIRM = f"/confirm?next={RECOVERY}"


def proved_at(client: FlaskClient) -> datetime | None:
    found: datetime | None = rows(client, SignIn)[0].proved_at
    return found


def test_the_page_says_why_and_the_password_leads_back(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
    with clock.frozen_at(LATER):
        assert client.get(RECOVERY).headers["Location"] == CONFIRM
        page = client.get(CONFIRM)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.text.count("<h1") == 1
        assert "so that nobody else takes it at your open screen" in page.text
        assert "passkeys.js" not in page.text  # she has none
        assert 'name="code"' not in page.text
        wrong = send(client, "/confirm", page=CONFIRM, password="not my password")
        assert wrong.status_code == 400
        assert "This is not your password." in wrong.text
        assert f'name="next" value="{RECOVERY}"' in wrong.text
        assert client.get(RECOVERY).status_code == 303
        response = send(client, "/confirm", page=CONFIRM, password=PASSWORD)
        assert (response.status_code, response.headers["Location"]) == (303, RECOVERY)
        assert client.get(RECOVERY).status_code == 200
        assert proved_at(client) == LATER
        assert client.get(CONFIRM).headers["Location"] == RECOVERY  # nothing to prove now
    with clock.frozen_at(LATER + timedelta(minutes=10, seconds=1)):
        assert client.get(RECOVERY).status_code == 303


def test_a_code_proves_once(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
        secret = turn_on(client, NOW)
    with clock.frozen_at(LATER):
        form = fields_of(client.get(CONFIRM).text)
        code = code_at(secret, LATER)
        response = client.post("/confirm", data=form | {"code": code})
        assert (response.status_code, response.headers["Location"]) == (303, RECOVERY)
    with clock.frozen_at(LATER + timedelta(seconds=1)):
        again = client.post("/confirm", data=form | {"code": code})
        assert again.status_code == 400
        assert "This code does not fit." in again.text
        assert proved_at(client) == LATER


def test_a_passkey_proves(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
        script = Script(client, Authenticator())
        assert script.add().status_code == 200
        change(client, user_id, password_hash="")
    with clock.frozen_at(LATER):
        page = client.get(CONFIRM).text
        assert "Use your passkey" in page
        assert 'name="password"' not in page  # she has none
        refused = script.run("/confirm/passkey", page=CONFIRM, fields={"next": RECOVERY}, is_verified=False)
        assert refused.status_code == 400
        assert client.get(RECOVERY).status_code == 303
        answer = script.run("/confirm/passkey", page=CONFIRM, fields={"next": RECOVERY})
        assert answer.json == {"next": RECOVERY}
        assert client.get(RECOVERY).status_code == 200


def test_a_recovery_code_is_for_signing_in_only(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
        turn_on(client, NOW)
        codes = make_codes(client)
    with clock.frozen_at(LATER):
        form = fields_of(client.get(CONFIRM).text)
        for field in ("code", "recovery", "password"):
            assert client.post("/confirm", data=form | {field: codes[0]}).status_code == 400
        assert client.get(RECOVERY).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "place"),
    [("https://evil.example/", "/desk"), ("//evil.example", "/desk"), ("/\\evil.example", "/desk"), ("", "/desk"),
     ("/confirm", "/account"), ("/confirm?next=/confirm", "/account"), ("/logout", "/desk"), (CODES, CODES)],
)  # fmt: skip
def test_it_never_leads_away_nor_in_circles(client: FlaskClient, wanted: str, place: str) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
    with clock.frozen_at(LATER):
        form = fields_of(client.get("/confirm").text)
        response = client.post("/confirm", data=form | {"next": wanted, "password": PASSWORD})
        assert response.headers["Location"] == place
        assert client.get("/confirm", query_string={"next": wanted}).headers["Location"] == place


@pytest.mark.parametrize(
    "data", [{}, {"password": ""}, {"password": "x" * 5000}, {"password": "\x00"}, {"code": ""}, {"code": "x" * 61},
             {"code": "\x00"}, {"code": "000000", "password": PASSWORD}],
)  # fmt: skip
def test_hostile_forms_prove_nothing(client: FlaskClient, data: dict[str, str]) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
    with clock.frozen_at(LATER):
        new_address(client)
        form = fields_of(client.get(CONFIRM).text)
        assert client.post("/confirm", data=form | data).status_code == 400
        assert client.post("/confirm", data=data).status_code == 400  # without a token
        assert client.get(SECURITY + "/codes").status_code == 303


def test_a_proof_is_of_one_device(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        user_id = sign_in(client, ANA)
    with clock.frozen_at(LATER):
        send(client, "/confirm", page=CONFIRM, password=PASSWORD)
        assert client.get(RECOVERY).status_code == 200
        kept = rows(client, SignIn)[0]
        other = client.application.test_client()
        with client.application.app_context(), transaction():
            token = begin_sign_in(db.session.get_one(User, user_id), is_remembered=False, now=NOW)
        with other.session_transaction() as session:
            session["_user_id"] = token
        assert other.get(RECOVERY).status_code == 303
        assert kept.proved_at == LATER


def test_ten_tries_a_minute(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, "hurried@example.org")
    with clock.frozen_at(LATER):
        form = fields_of(client.get(CONFIRM).text)
        answers = [client.post("/confirm", data=form | {"password": "x"}).status_code for _ in range(11)]
        assert answers == [400] * 10 + [429]


def test_a_code_proves_within_its_step(client: FlaskClient) -> None:
    with clock.frozen_at(NOW):
        sign_in(client, ANA)
        secret = turn_on(client, NOW)
    with clock.frozen_at(LATER):
        form = fields_of(client.get(CONFIRM).text)
        late = client.post("/confirm", data=form | {"code": code_at(secret, LATER - 2 * STEP)})
        assert late.status_code == 400
        assert client.post("/confirm", data=form | {"code": code_at(secret, LATER - STEP)}).status_code == 303


def test_nobody_signed_in_has_nothing_to_prove(client: FlaskClient) -> None:
    assert client.get("/confirm").status_code == 401
    for path in ("/confirm", "/confirm/passkey", "/confirm/passkey/begin"):
        assert client.post(path).status_code in (400, 401)
