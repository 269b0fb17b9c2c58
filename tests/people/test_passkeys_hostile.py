"""What no browser would send to the doors of passkeys is told so, and never breaks them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.people.models import Passkey
from tests.people.accounts import new_address, sign_in
from tests.people.authenticator import post_json
from tests.people.factors import SECURITY, rows

ANA = "ana@example.org"


HOSTILE: list[Any] = [
    None, [], "x", 7, {}, {"answer": None}, {"answer": []}, {"answer": {}}, {"answer": {"id": 7}},
    {"answer": {"id": "x", "rawId": "x", "type": "public-key", "response": {}}},
    {"answer": {"id": "AA", "rawId": "AA", "type": "x", "response": {"clientDataJSON": 1}}},
    {"answer": {"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AA", "attestationObject": "oA"}}},
    {"answer": {"id": "\x00", "rawId": "가", "type": "public-key", "response": {"clientDataJSON": "\x00"}}},
    {"answer": {"id": "x" * 3000}, "name": "x" * 5000}, {"name": "a\x00b"}, {"name": ""}, {"name": "x" * 81},
    {"answer": {"id": "\ud800", "response": {}}, "name": "\ud800"}, {"answer": {"id": "AA" * 2000}},
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_answers_are_told_so(client: FlaskClient, body: Any) -> None:
    sign_in(client, ANA)
    doors = ("/login/passkey", f"{SECURITY}/passkeys", "/confirm/passkey", "/login/second/passkey")
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    for path in doors:
        begin = post_json(client, f"{SECURITY}/passkeys/begin" if "security" in path else f"{path}/begin", body,
                          page="", token=token)  # fmt: skip
        assert begin.status_code in (200, 400)
        sent = post_json(client, path, body, page="", token=token)
        assert sent.status_code == 400 or sent.json == {"next": "/login?again=1"}
        new_address(client)
    assert not rows(client, Passkey)


def test_answers_that_are_no_json_or_endless_are_refused(client: FlaskClient) -> None:
    sign_in(client, ANA)
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    headers = {"X-CSRFToken": token, "Content-Type": "application/json", "Accept": "application/json"}
    for body in (b"", b"{", b"\xff\xfe", b"[" * 60_000, b'{"a":' * 10_000):
        assert client.post("/confirm/passkey", data=body, headers=headers).status_code == 400
        new_address(client)
    assert client.post("/confirm/passkey", data=b"x" * 70_000, headers=headers).status_code == 413
    headers.pop("X-CSRFToken")
    assert client.post("/confirm/passkey", data=b"{}", headers=headers).status_code == 400
