"""What outsiders rely on: addresses, permissions, languages, headers."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Blueprint, Flask
from flask.testing import FlaskClient

import hub.app
from hub.cli.main import hub as hub_command
from hub.settings import Settings
from hub.web.gate import UndeclaredRoute
from tests.doors.doors import FORMS, addresses
from tests.doors.outline import read
from tests.doors.reading import reading_client

OPEN = [
    "/", "/cases/", "/cases/graz-advisory-council", "/cases/graz-advisory-council/history", "/principles/",
    "/principles/GP8", "/principles/GP8.2", "/principles/DT-LAW", "/principles/US3", "/cities/", "/cities/gwangju",
    "/commitments/", "/commitments/C4.1", "/commitments/R2", "/cities/gwangju/commitments", "/exchange/", "/news/",
    "/events/", "/search", "/login", "/join", "/follow", "/about", "/methodology", "/privacy",
]  # fmt: skip
"""The addresses of the design that anyone may read."""
FOR_MEMBERS = ["/desk", "/organizers", "/account", "/following", "/notifications", "/cases/new", "/organizers/audit"]
PAGES = [path for path in OPEN if path not in FORMS]


@pytest.mark.parametrize("path", OPEN)
def test_every_address_answers(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    page = read(response.text)
    assert len(page.all("h1")) == 1
    assert [each.get("id") for each in page.all("main")] == ["main"]
    assert page.all("a")[0]["href"] == "#main", "the skip link is not the first link"


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_what_is_for_members_says_so(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 401
    assert "/login" in {link.partition("?")[0] for link in read(response.text).links()}
    problem = client.get(path, headers={"Accept": "application/json"})
    assert problem.status_code == 401
    assert problem.mimetype == "application/problem+json"


def test_health_is_told(seeded_app: Flask) -> None:
    response = seeded_app.test_client().get("/healthz")
    assert (response.status_code, response.json["status"]) == (200, "ok")
    assert response.headers["Cache-Control"] == "no-store"


def test_routes_lists_every_rule_and_method_with_its_permission(app: Flask) -> None:
    ran = CliRunner().invoke(hub_command, ["routes", "--json"], obj=lambda: app, catch_exceptions=False)
    rows = json.loads(ran.stdout)
    assert all(set(row) == {"rule", "methods", "permission"} for row in rows)
    assert [row for row in rows if not row["permission"]] == []
    listed = {(row["rule"], method) for row in rows for method in row["methods"]}
    assert all(len(row["methods"]) == 1 for row in rows)
    assert len(listed) == len(rows), "a rule and method stands twice"
    real = {(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert listed == real
    needed = {row["rule"]: row["permission"] for row in rows}
    assert {path: needed[path] for path in FOR_MEMBERS} == {
        "/desk": "member", "/organizers": "organizer", "/account": "member", "/following": "member",
        "/notifications": "member", "/cases/new": "writer", "/organizers/audit": "organizer",
    }  # fmt: skip


def test_a_room_with_an_undeclared_door_does_not_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Blueprint("careless", __name__)
    room.add_url_rule("/careless", view_func=lambda: "come in", endpoint="door")
    monkeypatch.setattr(hub.app, "ROOMS", (*hub.app.ROOMS, room))
    with pytest.raises(UndeclaredRoute, match="GET /careless"):
        hub.app.create_app(settings)


def test_the_query_chooses_the_language_at_once_and_is_remembered(app: Flask) -> None:
    client = reading_client(app, "fr")
    response = client.get("/cases/?lang=ko&q=council")
    assert response.status_code == 200, "no redirect"
    assert read(response.text).language == "ko"
    (cookie,) = response.headers.getlist("Set-Cookie")
    name, _, attributes = cookie.partition(";")
    assert name == "lang=ko"
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in attributes.split(";")}
    assert read(client.get("/").text).language == "ko"
    assert read(client.get("/?lang=es").text).language == "es"
    assert read(client.get("/nothing-here").text).language == "es"
    again = reading_client(app, "fr").get("/cases/?lang=ko&q=council")
    assert again.headers.getlist("Set-Cookie"), "the next visitor is not remembered"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("de, fr;q=0.8, en;q=0.5", "fr"), ("es-419", "es"), ("tlh", "en"), ("", "en"),
     ("*", "en"), ("en;q=0.1, es;q=0.2", "es"), (";;;q=x", "en")],
)  # fmt: skip
def test_else_the_browser_chooses(app: Flask, accepted: str, expected: str) -> None:
    assert read(reading_client(app, accepted).get("/").text).language == expected


@pytest.mark.parametrize("path", PAGES)
def test_a_page_for_no_one_in_particular_can_be_stored(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert {part.strip() for part in response.headers["Vary"].split(",")} >= {"Accept-Language", "Cookie"}
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers.getlist("Set-Cookie") == []
    fields = {field.get("name", "") for field in read(response.text).all("input")}
    assert "csrf_token" not in fields
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept-Language" in again.headers["Vary"]
    other = client.get(path, headers={"If-None-Match": response.headers["ETag"], "Accept-Language": "ko"})
    assert other.status_code == 200, "the page in another language has an ETag of its own"


@pytest.mark.parametrize("path", FORMS)
def test_the_form_one_goes_to_holds_a_token_and_is_never_stored(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert "csrf_token" in {field.get("name") for field in read(response.text).all("input")}


def test_every_answer_is_guarded(app: Flask, client: FlaskClient) -> None:
    for path in [*addresses(app), *FOR_MEMBERS, "/nothing-here", "/cases/?page=x", "/cases/nothing.json"]:
        headers = client.get(path).headers
        policy = {words[0]: words[1:] for words in map(str.split, headers["Content-Security-Policy"].split(";"))}
        assert not [source for sources in policy.values() for source in sources if "unsafe" in source], path
        assert policy["default-src"] in (["'none'"], ["'self'"])
        for directive in ("script-src", "style-src"):
            assert policy[directive] == ["'self'"], path
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"], path
        assert policy["form-action"] == ["'self'"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_exception_from_its_policy(client: FlaskClient, path: str) -> None:
    page = read(client.get(path).text)
    assert "style" not in page.names
    assert not [attributes for _tag, attributes in page.elements if "style" in attributes]
    assert not [name for _tag, attributes in page.elements for name in attributes if name.startswith("on")]
    inline = [each for each in page.all("script") if not each.get("src")]
    assert all(each.get("type") == "application/ld+json" for each in inline)
    fetched = [each["src"] for tag in ("script", "img", "source", "iframe") for each in page.all(tag) if "src" in each]
    fetched += [each["href"] for each in page.all("link") if each.get("rel") in ("stylesheet", "icon", "preload")]
    assert all(address.startswith("/static/") for address in fetched), fetched


def test_asking_only_for_the_headers(app: Flask, client: FlaskClient) -> None:
    for path in addresses(app):
        full, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (full.status_code, b""), path
        for name in ("Content-Type", "Cache-Control", "Vary", "ETag"):
            if path not in FORMS or name != "ETag":  # a form's token is new each time
                assert head.headers.get(name) == full.headers.get(name), (path, name)


def test_what_cannot_be_done_says_what_can(client: FlaskClient) -> None:
    for path in ("/", "/cases/", "/cases/graz-advisory-council", "/commitments/C4.1", "/cases.json", "/events.ics"):
        response = client.post(path)
        assert response.status_code == 405, path
        assert {"GET", "HEAD"} <= {method.strip() for method in response.headers["Allow"].split(",")}, path
    response = client.get("/logout")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/cases.json?page=x", 400, "page"), ("/cases.csv?sort=x", 400, "sort"),
        ("/cases.atom?year_from=x", 400, "year_from"),
        ("/commitments.json?as_of=tomorrow", 400, "as_of"), ("/cases/nothing.json", 404, None),
        ("/cases/nothing.pdf", 404, None), ("/commitments/C99.json", 404, None), ("/api/v1/cases", 404, None),
    ],
)  # fmt: skip
def test_programs_are_told_as_programs(client: FlaskClient, path: str, status: int, parameter: str | None) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.data)
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert problem["status"] == status
    assert problem["instance"] == path.partition("?")[0]
    assert problem.get("parameter") == parameter


def test_who_asks_for_json_gets_a_problem_as_json(client: FlaskClient) -> None:
    response = client.get("/cases/nothing", headers={"Accept": "application/json"})
    assert response.mimetype == "application/problem+json"
    browser = client.get("/cases/nothing", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.mimetype == "text/html"


def test_another_host_gets_nothing(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
