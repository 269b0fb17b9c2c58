"""Where a sign-in, a proof and a button lead back to: into the hub, whatever the address says."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.core import clock
from hub.core.db import db, transaction
from hub.people.models import SignIn
from tests.conftest import FULL
from tests.people.accounts import PASSWORD, make_user, new_address, sign_in

ELSEWHERE = [
    "https://evil.example", "http://evil.example/", "HTTPS://EVIL.EXAMPLE", "https:evil.example", "http:/evil.example",
    "https:///evil.example", "https:\\\\evil.example", "https:/\\evil.example", "//evil.example", "///evil.example",
    "////evil.example", "//evil.example/desk", "//localhost@evil.example", "//evil.example#/desk",
    "//evil.example?/desk", "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "\\/evil.example",
    "\\evil.example", "/\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\t//evil.example", "\n//evil.example", " //evil.example", "\x00//evil.example", "\x01https://evil.example",
    "/\x0b/evil.example", "/\x0c/evil.example", "/\x7f/evil.example", "/\xa0/evil.example", "\u3000//evil.example",
    "\u2028//evil.example", "/\u200b/evil.example", "\ufeff//evil.example", "\uff0f\uff0fevil.example",
    "/\uff0fevil.example", "\u2215\u2215evil.example", "\u2044/evil.example", "/\u29f8evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
    "javascript://%0aalert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
    "ftp://evil.example", "mailto:a@evil.example", "blob:https://evil.example/x", "https://localhost.evil.example",
    "https://localhost@evil.example", "https://evil.example\\@localhost", "//evil.example\\@localhost",
    "http://localhost:80@evil.example/", "http://[::1", "//[::1]/", "///\\;@evil.example", "/../..//evil.example",
    "/.//evil.example", "/./\\evil.example", "/%2f/evil.example", "/%5cevil.example", "/%09/evil.example",
    "evil.example", "desk", "?next=//evil.example", "#//evil.example", ".", "..", "@evil.example", ";//evil.example",
    "", "/login", "/login?next=//evil.example", "/logout", "/desk\r\nSet-Cookie: a=b",
    "/desk\r\n\r\n<script>alert(1)</script>", "/" + "a" * 5000,
]  # fmt: skip
"""Spellings by which open redirects have been had: schemes, backslashes, what browsers leave out, letters that look
like slashes, names and passwords before the host."""


def leads_to(place: str) -> str:
    """Return which host a browser goes to from our page, as the WHATWG URL standard reads an address; empty: ours."""
    seen = re.sub(r"[\t\n\r]", "", place.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", seen):
        return seen
    return seen[2:] or "?" if seen.startswith("//") else ""


def assert_ours(place: str, asked: str) -> None:
    assert leads_to(place) in ("", "http://localhost"), f"{asked!r} leads to {place!r}"
    assert urlsplit(place).path.startswith("/"), f"{asked!r} leads to {place!r}"
    assert not re.search(r"[\x00-\x20\x7f]", place), asked


def spellings() -> list[str]:
    """Return each spelling as it is and once more in percent signs, as someone may hope that it is read twice."""
    return [*ELSEWHERE, *(quote(each, safe="") for each in ELSEWHERE[:: 1 if FULL else 6])]


def test_the_judge_sees_what_leads_away() -> None:
    away = ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
    assert all(map(leads_to, away))
    assert not any(map(leads_to, ["/desk", "/.//evil.example", "/%2f/evil.example"]))


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
    assert found
    return found[1]


def test_the_sign_in_page_keeps_only_ways_into_the_hub(client: FlaskClient) -> None:
    for asked in spellings():
        page = client.get("/login", query_string={"next": asked})
        assert page.status_code in (200, 400), asked
        if page.status_code == 200:
            kept = re.search(r'name="next"[^>]* value="([^"]*)"', page.text)
            assert kept
            assert_ours(unescape(kept[1]), asked)


def test_who_is_signed_in_already_is_led_into_the_hub(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    for asked in spellings():
        answer = client.get("/login", query_string={"next": asked})
        assert answer.status_code in (303, 400), asked
        if answer.status_code == 303:
            assert_ours(answer.headers["Location"], asked)
            assert answer.headers["Location"].isascii(), asked


def test_a_sign_in_leads_into_the_hub(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    for asked in spellings()[::4]:  # each takes a slow hash
        browser = client.application.test_client()
        new_address(browser)
        data = {"csrf_token": token_in(browser.get("/login").text), "email": "member@example.org",
                "password": PASSWORD, "next": asked}  # fmt: skip
        answer = browser.post("/login", data=data)
        assert answer.status_code == 303, asked
        assert_ours(answer.headers["Location"], asked)


@pytest.fixture
def stale(app: Flask, client: FlaskClient) -> FlaskClient:
    """Someone who proved long ago who she is."""
    sign_in(client, "member@example.org")
    make_stale(app)
    return client


def make_stale(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(SignIn).values(proved_at=clock.now() - timedelta(hours=2)))


def test_a_proof_leads_into_the_hub(app: Flask, stale: FlaskClient) -> None:
    for asked in spellings():
        page = stale.get("/confirm", query_string={"next": asked})
        assert page.status_code in (200, 400), asked
        for kept in re.findall(r'name="next"[^>]* value="([^"]*)"', page.text):
            assert_ours(unescape(kept), asked)
    for asked in spellings()[::8]:
        new_address(stale)
        make_stale(app)
        token = token_in(stale.get("/confirm").text)
        answer = stale.post("/confirm", data={"csrf_token": token, "password": PASSWORD, "next": asked})
        assert answer.status_code == 303, asked
        assert_ours(answer.headers["Location"], asked)
    for asked in spellings():  # proved just now, so it leads on at once
        answer = stale.get("/confirm", query_string={"next": asked})
        assert answer.status_code in (303, 400), asked
        if answer.status_code == 303:
            assert_ours(answer.headers["Location"], asked)


def test_what_was_sent_without_a_proof_leads_back_to_a_page_of_ours(stale: FlaskClient) -> None:
    token = token_in(stale.get("/account").text)
    referrers = [
        f"http://localhost{rest}" for rest in ("//evil.example/x", "/\\evil.example", "@evil.example/", "/account")
    ]
    for referrer in (*referrers, "http://evil.example/x", "http://[::1", "x", ""):
        answer = stale.post("/account/leave", data={"csrf_token": token}, headers={"Referer": referrer})
        assert answer.status_code == 303, referrer
        assert answer.headers["Location"].startswith("/confirm?next="), referrer
        assert "evil.example" not in stale.get(answer.headers["Location"]).text.partition("<main")[2], referrer


def test_a_button_leads_back_into_the_hub(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    token = token_in(client.get("/account").text)
    for path in ("/follow", "/unfollow"):
        for asked in spellings():
            given = {"csrf_token": token, "kind": "city", "id": "graz", "next": asked}
            answer = client.post(path, data=given)
            assert answer.status_code in (303, 400), asked
            if answer.status_code == 303:
                assert_ours(answer.headers["Location"], asked)


def test_an_honest_way_back_is_kept(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    for asked in ("/cases/?q=council&principle=GP8", "/cities/graz", "/desk#drafts", "/cases/?q=%ED%95%9C"):
        assert client.get("/login", query_string={"next": asked}).headers["Location"] == asked


def test_addresses_are_never_completed_to_another_host(client: FlaskClient) -> None:
    for path in ("//evil.example", "//evil.example/..", "/cases//evil.example", "//evil.example/cases", "/cities",
                 "/cases", "//cases", "/\\evil.example"):  # fmt: skip
        answer = client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": "", "RAW_URI": ""})
        assert answer.status_code in (301, 308, 404), path
        if "Location" in answer.headers:
            assert urlsplit(answer.headers["Location"]).netloc in ("", "localhost"), path
