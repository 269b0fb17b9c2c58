"""The page about privacy, and that its promises hold: one table from the jobs' own constants, nobody else is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hub.core.paths import STATIC, TEMPLATES
from hub.site.retention import RETENTION, periods, spelled
from tests.people.accounts import sign_in

PUBLIC = (
    "/", "/about", "/methodology", "/privacy", "/cases/", "/cities/", "/cities/gwangju", "/commitments/",
    "/cities/gwangju/commitments", "/principles/", "/principles/GP8", "/exchange/", "/news/", "/events/", "/follow",
    "/search?q=rights", "/login", "/join", "/cases/graz-advisory-council", "/nothing-here",
)  # fmt: skip
SIGNED_IN = ("/desk", "/account", "/account/export", "/account/leave", "/following", "/notifications", "/organizers",
             "/organizers/audit", "/organizers/system", "/organizers/people", "/organizers/sources")  # fmt: skip
LOADED = re.compile(
    r"<(?:script|img|source|iframe|embed|audio|video|track|input|object)\b[^>]*?\s(?:src|srcset|data|poster)=[\"']([^\"']*)"
    r"|<link\b(?![^>]*rel=[\"'](?:canonical|alternate)[\"'])[^>]*?\shref=[\"']([^\"']*)"
    r"|<use\b[^>]*?href=[\"']([^\"']*)|<form\b[^>]*?action=[\"']([^\"']*)|<image\b[^>]*?href=[\"']([^\"']*)"
)
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)


def loaded(html: str) -> list[str]:
    return [next(each for each in found if each) for found in LOADED.findall(html) if any(found)]


def test_the_look_for_foreign_addresses_can_find_one() -> None:
    page = '<script defer src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//cdn.example/a.css">'
    assert all(ELSEWHERE.match(address) for address in loaded(page))
    assert len(loaded(page)) == 2
    assert loaded('<link rel="canonical" href="https://hub.example/">') == []


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_asks_nobody_else_for_anything(client: FlaskClient, path: str) -> None:
    found = loaded(client.get(path).text)
    assert found
    assert [address for address in found if ELSEWHERE.match(address)] == []


def test_a_page_for_members_asks_nobody_else_for_anything(client: FlaskClient) -> None:
    sign_in(client, "organizer@example.org", is_organizer=True)
    for path in SIGNED_IN:
        response = client.get(path)
        assert response.status_code == 200, path
        assert [address for address in loaded(response.text) if ELSEWHERE.match(address)] == [], path


def test_no_style_script_or_manifest_names_another_host() -> None:
    addresses = []
    for path in Path(STATIC).rglob("*"):
        if path.suffix == ".css":
            addresses += re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", path.read_text())
        if path.suffix in (".webmanifest", ".json"):
            addresses += re.findall(r"\"((?:https?:)?//[^\"]+)\"", path.read_text())
        if path.suffix == ".js":
            addresses += re.findall(r"(?:fetch|import|open|sendBeacon)\(\s*[\"'`]([^\"'`]+)", path.read_text())
    assert addresses
    assert [address for address in addresses if ELSEWHERE.match(address)] == []
    templates = [path.read_text() for path in Path(TEMPLATES).rglob("*.html") if path.parent.name != "email"]
    assert [address for html in templates for address in loaded(html) if ELSEWHERE.match(address)] == []


def test_the_page_shows_every_row_of_the_one_table(client: FlaskClient) -> None:
    html = client.get("/privacy").text
    table = html[html.index("<table") : html.index("</table>")]
    assert table.count('<th scope="row">') == len(RETENTION) >= 12
    with client.application.test_request_context("/privacy"):
        for row in periods():
            for words in row:
                assert words in table, row
        assert spelled(RETENTION[0].lasts) == "30 days"


def test_the_page_says_what_one_can_do(client: FlaskClient) -> None:
    html = client.get("/privacy").text
    for link in ("/account/export", "/account/leave", "/account"):
        assert f'href="/login?next={link}"' in html
    for words in ("“lang”", "“session”", "No analytics", "a former member", "name withheld", "Whom to ask"):
        assert words in html
    assert "Your account is closed" not in html
    assert "Your account is closed" in client.get("/privacy?left=1").text


def test_only_the_cookies_it_names_are_ever_set(client: FlaskClient) -> None:
    client.get("/?lang=fr")
    client.get("/login")
    sign_in(client, "member@example.org")
    client.get("/account")
    assert {cookie.key for cookie in (client._cookies or {}).values()} <= {"lang", "session"}
