"""Which new passwords are refused because others guess them."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import zxcvbn
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core import clock
from hub.core.errors import Invalid
from hub.people import guessing
from hub.people.guessing import COMMON, LOOKED_AT, MOST_READINGS, NAMES, ROWS, refuse_easy
from tests.people.accounts import PASSWORD, make_user, new_address, sign_in
from tests.people.doors import NEW, answer, change, link_in, log_size, mails, make_invitation, send, user_of

ABOUT = ("Ana López", "ana.lopez@example.org", "Barcelona", "광주광역시", "Utrecht")


def why(password: str) -> str:
    try:
        refuse_easy(password, ABOUT)
    except Invalid as error:
        return f"{'' if error.field == 'password' else error.field}{error.message}"
    return ""


EASY = [
    ("correct horse battery staple", COMMON), ("Correct-Horse-Battery-Staple!2024", COMMON),
    ("THE QUICK BROWN FOX jumps", COMMON), ("liberté, égalité, fraternité", COMMON), ("1qaz2wsx3edc4rfv", COMMON),
    ("administrator123", COMMON), ("비밀번호입니다비밀번호입니다12", COMMON), ("universal declaration 1948", COMMON),
    ("ana.lopez@example.org", NAMES), ("Ana Lopez Ana Lopez", NAMES), ("LópezBarcelona1984!", NAMES),
    ("광주광역시 Utrecht 2026", NAMES), ("Human Rights City Utrecht 1", NAMES), ("barcelona barcelona", NAMES),
    ("x" * 15, ROWS), ("1" * 128, ROWS), ("abcdefghijklmnopq", ROWS), ("12" * 40, ROWS), (" " * 20, ROWS),
    ("🙂" * 15, ROWS), ("qwertyqwertyqwerty", ROWS), ("p@ssw0rd!p@ssw0rd!", ROWS), ("\u0301" * 20, ROWS),
]  # fmt: skip


@pytest.mark.parametrize(("password", "reason"), EASY)
def test_easy_ones_are_refused_with_what_to_do(password: str, reason: str) -> None:
    assert why(password) == reason
    assert reason.startswith("This is easy to guess: ")
    assert "Take a few words that do not belong together." in reason


HARD = [
    PASSWORD, NEW, "violet kettle under bridges", "비밀번호는길어야안전합니다정말로", "dzxq-wkvn-ploy-htra",
    "gwangju!?#quinces&lamps", "Seoul: x9)vB%kQ2pW", "🙂🙃😉😊😋😎😍😘🥰😗😙😚🤗🤩🤔", "-_.,;:#+*~?=)(/&%$",
    "9f86d081884c7d659a2feaa0c55ad015", "mUx7pRq2LdVw9Zt",
    "0492 8837 1650 2277", "tres gatos bajo el piano verde", "ploutarch and seven teapots",
]  # fmt: skip


@pytest.mark.parametrize("password", HARD)
def test_hard_ones_of_any_composition_are_taken(password: str) -> None:
    assert why(password) == ""


@pytest.mark.parametrize(
    "password", ["@4(8{3[6<9!1|0$5+7%2" * 6, "4@({[<1!|7$5+" * 9, "|!17i1l" * 18, "0" * 128, "가" * 128]
)
def test_hostile_ones_are_looked_at_in_part_and_without_endless_readings(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = zxcvbn.zxcvbn

    def looking(text: str, **values: Any) -> Any:
        seen.append(text)
        return real(text, **values)

    monkeypatch.setattr(zxcvbn, "zxcvbn", looking)
    why(password)
    assert len(seen) == 1
    assert len(seen[0]) <= LOOKED_AT
    readings = 1
    for signs in zxcvbn.matching.L33T_TABLE.values():
        readings *= max(1, sum(sign in seen[0] for sign in signs))
    assert readings <= MOST_READINGS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=128))
def test_no_text_is_too_strange(password: str) -> None:
    assert why(password) in ("", COMMON, NAMES, ROWS)


def test_many_at_once_are_each_held_against_the_words_of_their_own() -> None:
    found: list[bool] = []

    def ask(name: str) -> None:
        for _ in range(20):
            try:
                refuse_easy(f"{name} {name} 1", (name,))
                found.append(False)
            except Invalid:
                found.append(True)

    threads = [threading.Thread(target=ask, args=(f"zwölfxq{number}y",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [True] * 120


def test_the_list_holds_well_known_ones_of_this_length() -> None:
    assert len(guessing._common()) > 200
    assert all(entry == guessing._folded(entry) for entry in guessing._common())


def test_every_door_that_sets_a_password_asks(client: FlaskClient) -> None:
    easy = "Gwangju Gwangju Gwangju"
    make_user(client, "reset@example.org", name="Reset")
    new_address(client)
    send(client, "/password/forgot", email="reset@example.org")
    answer(client)
    reset = link_in(mails(client, "reset@example.org")[0], "/password/reset/").split("?")[0]
    token = make_invitation(client, "new@example.org")
    for path, data in ((reset, {}), (f"/invitations/{token}", {"name": "Someone New"})):
        new_address(client)
        before = log_size(client)
        response = send(client, path, password=easy, **data)
        assert response.status_code == 400
        assert 'href="#password"' in response.text
        assert "This is easy to guess: it is mostly names" in response.text
        assert easy not in response.text
        assert log_size(client) == before
    assert user_of(client, "new@example.org") is None
    sign_in(client, "member@example.org", name="Violet Kettle")
    response = send(client, "/account/password", present=PASSWORD, password="violet kettle 2026")
    assert response.status_code == 400
    assert "This is easy to guess: it is mostly names" in response.text


def test_someone_without_a_password_sets_a_first_one_when_she_proved_who_she_is(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org")
    change(client, user_id, password_hash="")
    assert "You have none: you sign in with a passkey." in client.get("/account").text
    page = client.get("/account/password").text
    assert 'name="present"' not in page
    assert "Set a password" in page
    assert send(client, "/account/password", password=NEW).status_code == 303
    assert 'name="present"' in client.get("/account/password").text
    user = user_of(client, "member@example.org")
    assert user is not None
    assert user.password_hash


def test_a_first_password_needs_a_fresh_proof(client: FlaskClient) -> None:
    user_id = sign_in(client, "member@example.org")
    change(client, user_id, password_hash="")
    fields = {"password": NEW}
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        for response in (client.get("/account/password"), client.post("/account/password", data=fields)):
            assert (response.status_code, response.headers["Location"]) == (303, "/confirm?next=/account/password")
    user = user_of(client, "member@example.org")
    assert user is not None
    assert user.password_hash == ""
