"""Whose name the hub answers to: its own, whatever a request or a proxy says."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from hub.settings import Settings
from tests.nodes import node
from tests.people.accounts import make_user, new_address
from tests.people.doors import answer, mails

EVIL = "evil.example"
FORWARDED = {
    "X-Forwarded-Host": EVIL, "X-Forwarded-Server": EVIL, "X-Host": EVIL, "X-HTTP-Host-Override": EVIL,
    "Forwarded": f"for=1.2.3.4;host={EVIL};proto=https", "X-Original-Host": EVIL, "X-Forwarded-Port": "666",
    "X-Forwarded-Proto": "https", "X-Forwarded-Scheme": "https", "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/organizers", "X-Rewrite-URL": "/organizers", "X-Script-Name": "/evil", "Front-End-Https": "on",
    "X-HTTP-Method-Override": "DELETE", "X-Forwarded-Path": "/organizers",
}  # fmt: skip
HOSTS = [
    EVIL, f"localhost.{EVIL}", f"localhost@{EVIL}", f"{EVIL}:80", f"localhost:80@{EVIL}", f"127.0.0.1.{EVIL}",
    "localhost:1", "localhost,evil.example", "localhost evil.example", "0.0.0.0", "[::1]", "localhost.", "localhost/",
    "localhost#", "", " ", "LOCALHOST:81", "localhost:80:80", "xn--localhost", "localhost\\evil.example",
    "ｌocalhost".encode().decode("latin-1"),
]  # fmt: skip


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_is_refused_everywhere(client: FlaskClient, host: str) -> None:
    for path in ("/", "/cases.json", "/password/forgot", "/nothing-here", "/cases/graz-advisory-council"):
        refused = client.get(path, headers={"Host": host})
        assert refused.status_code == 400, path
        assert EVIL not in refused.text
        assert "Location" not in refused.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:80", "LocalHost", "127.0.0.1:80"])
def test_our_own_name_is_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/about", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("name", FORWARDED)
def test_what_proxies_say_of_names_and_paths_changes_nothing(client: FlaskClient, name: str) -> None:
    for path in ("/about", "/cases/graz-advisory-council", "/cities.atom", "/nothing-here"):
        usual, said = client.get(path), client.get(path, headers={name: FORWARDED[name]})
        assert said.status_code == usual.status_code, path
        strip = re.compile(r"number [0-9a-f]{32}|nonce-\w+")
        assert strip.sub("", said.text) == strip.sub("", usual.text), path
    moved = client.get("/cases", headers={name: FORWARDED[name]})
    assert moved.headers["Location"] in ("/cases/", "http://localhost/cases/")


def test_a_link_that_is_mailed_leads_to_the_address_of_the_settings(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    make_user(client, "member@example.org")
    for name, value in FORWARDED.items():
        new_address(client)
        token = token_in(client.get("/password/forgot").text)
        sent = {"csrf_token": token, "email": "member@example.org"}
        client.post("/password/forgot", data=sent, headers={name: value, "Origin": f"https://{EVIL}"})
    refused = client.post("/password/forgot", data=sent, headers={"Host": EVIL})
    assert refused.status_code == 400
    answer(client)  # the worker's part
    written = mails(client, "member@example.org")
    assert written
    for mail in written:
        whole = f"{mail.subject}\n{mail.text}\n{mail.html or ''}"
        assert EVIL not in whole
        links = re.findall(r"https?://[^\s\"<>]+", whole)
        assert links
        assert all(link.startswith(f"{settings.base_url}/") or link == settings.base_url for link in links), links


def test_every_address_that_pages_and_feeds_give_of_themselves_is_of_the_settings(
    client: FlaskClient, settings: Settings
) -> None:
    for path in ("/cases/graz-advisory-council", "/cases.atom", "/events.ics", "/cases/graz-advisory-council.json"):
        text = client.get(path, headers={"X-Forwarded-Host": EVIL, "Host": "127.0.0.1:80"}).text
        assert EVIL not in text
        assert "http://127.0.0.1" not in text
        assert settings.base_url in text, path


def raw(port: int, lines: list[str]) -> bytes:
    """Send these very lines and return what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plug:
        plug.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
        found = b""
        while piece := plug.recv(65536):
            found += piece
    return found


def status_of(got: bytes) -> int:
    return int(got.split(b" ", 2)[1])


@pytest.mark.alone
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_a_running_node_believes_its_own_proxies_and_nobody_else(tmp_path: Path, proxies: int) -> None:
    with node(tmp_path, demo=False, with_worker=False, PROXIES=str(proxies), LIMIT_FACTOR="1") as running:
        port = int(running.base_url.rpartition(":")[2])
        ours = f"Host: localhost:{port}"
        assert status_of(raw(port, ["GET /about HTTP/1.1", ours])) == 200
        assert status_of(raw(port, ["GET /about HTTP/1.1", f"Host: {EVIL}"])) == 400
        assert status_of(raw(port, ["GET /about HTTP/1.1", ours, f"Host: {EVIL}"])) == 400
        assert status_of(raw(port, [f"GET http://{EVIL}/about HTTP/1.1", f"Host: {EVIL}"])) == 400
        for name, value in FORWARDED.items():
            moved = raw(port, ["GET /cases HTTP/1.1", ours, f"{name}: {value}"])
            assert status_of(moved) == 308, name
            assert EVIL.encode() not in moved, name
            assert b"https://" not in moved.split(b"\r\n\r\n")[0].replace(b"https://localhost", b""), name
        assert guesses_until_refused(running.base_url, proxies) == 10


def guesses_until_refused(base_url: str, proxies: int) -> int:
    """Try to sign in again and again, each time as if from elsewhere; return how often it was taken."""

    def guess(said: str) -> int:
        asked = requests.post(f"{base_url}/login", data={"email": "x"}, headers={"X-Forwarded-For": said}, timeout=10)
        return asked.status_code

    behind_us = [f"203.0.113.{place}" for place in range(1, proxies + 1)]  # what our own proxies write
    for number in range(15):
        found = guess(", ".join([f"192.0.2.{number}", "10.0.0.1", *behind_us]))
        if found == 429:
            other = ["198.51.100.9", *(["203.0.113.99"] * max(0, proxies - 1))]
            assert guess(", ".join(other)) == (400 if proxies else 429)
            return number
        assert found == 400
    return -1
