"""What every answer says about safety and about being kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from hub.app import create_app
from hub.cases.models import CaseFile
from hub.commitments.models import Evidence
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.files import store_blob
from hub.settings import Settings
from hub.web.headers import CONTENT_SECURITY_POLICY
from tests.cases.factory import make_case
from tests.doors.conftest import reading_client
from tests.doors.doors import addresses
from tests.people.accounts import PASSWORD, make_user, new_address, send_form, sign_in

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_FOUND_TOKEN = "A" * 43


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Not signed in; reads every answer to its end."""
    return reading_client(app)


@pytest.fixture
def secure(settings: Settings, seeded_app: Flask) -> Iterator[FlaskClient]:
    """A browser at an installation that people reach over https."""
    app = create_app(replace(settings, base_url="https://hub.example.org"))
    app.config.update(SERVER_NAME="hub.example.org", PREFERRED_URL_SCHEME="https")  # where the test client knocks
    client = reading_client(app)
    new_address(client)
    yield client
    with app.app_context():
        db.engine.dispose()


def policy() -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in map(str.split, CONTENT_SECURITY_POLICY.split(";"))}


def test_the_policy_lets_in_only_what_is_ours() -> None:
    found = policy()
    assert len(found) == len(CONTENT_SECURITY_POLICY.split(";")), "a directive stands twice"
    assert {source for sources in found.values() for source in sources} == {"'self'", "'none'", "'script'"}
    for name in ("object-src", "frame-src", "worker-src", "base-uri", "frame-ancestors", "trusted-types"):
        assert found[name] == ["'none'"], name
    assert found["require-trusted-types-for"] == ["'script'"]


def test_every_answer_is_guarded_whatever_it_is(client: FlaskClient) -> None:
    asked = [
        ("GET", "/"), ("GET", "/static/favicon.svg"), ("GET", "/nothing-here"), ("GET", "/cases/?page=x"),
        ("GET", "/cases.json"), ("GET", "/cases.csv"), ("GET", "/account"), ("POST", "/logout"), ("POST", "/cases/"),
        ("OPTIONS", "/cases/"), ("GET", "/login"),
    ]  # fmt: skip
    for method, path in asked:
        headers = client.open(path, method=method).headers
        assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, path
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert "Server" not in headers, path
        features = dict(part.strip().split("=") for part in headers["Permissions-Policy"].split(","))
        assert features["publickey-credentials-get"] == features["publickey-credentials-create"] == "(self)", path
        assert features["camera"] == features["microphone"] == features["geolocation"] == "()", path


def test_an_address_that_is_a_secret_is_told_to_nobody_and_never_stored(app: Flask, client: FlaskClient) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(rules) >= 5
    for rule in rules:
        for method in sorted(rule.methods - {"OPTIONS"}):
            path = rule.rule.replace("<token>", NOT_FOUND_TOKEN)
            answer = client.open(path, method=method)
            assert answer.headers["Referrer-Policy"] == "no-referrer", path
            assert answer.headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("who", [{"city": "graz"}, {"is_organizer": True}])
def test_nothing_that_someone_signed_in_sees_is_stored(app: Flask, client: FlaskClient, who: dict[str, object]) -> None:
    sign_in(client, "member@example.org", **who)
    own = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    for path in {*addresses(app), *own, "/nothing-here", "/cases/?page=x"} - {"/healthz"}:
        answer = client.get(path)
        if path.startswith("/static/"):
            assert "public" in answer.headers["Cache-Control"]
            continue
        assert answer.headers["Cache-Control"] == "no-store", path
        assert {"Cookie", "Accept-Language"} <= {part.strip() for part in answer.headers["Vary"].split(",")}, path


def test_what_depends_on_who_asks_says_so(app: Flask, client: FlaskClient) -> None:
    for path in addresses(app):
        if not path.startswith("/static/"):
            vary = {part.strip() for part in client.get(path).headers["Vary"].split(",")}
            assert {"Cookie", "Accept-Language"} <= vary, path


def test_errors_and_answers_that_set_a_cookie_are_not_stored(client: FlaskClient) -> None:
    assert client.get("/nothing-here").headers["Cache-Control"] == "no-store"
    chosen = client.get("/about?lang=ko")
    assert chosen.headers.getlist("Set-Cookie")
    assert chosen.headers["Cache-Control"] == "no-store"
    assert client.get("/about?lang=ko").headers["Cache-Control"] == "public, max-age=60"


def test_a_file_that_is_taken_away_is_refused_to_who_kept_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        case = make_case("with-a-file")
        stored = store_blob(app.config["HUB"].files_dir, b"%PDF-1.4 with a file")
        with transaction():
            file = CaseFile(case_id=case.id, sha256=stored, name="a.pdf", size=10, mime="application/pdf", title="A",
                            owner="B", licence="CC BY 4.0", uploaded_at=clock.now())  # fmt: skip
            db.session.add(file)
        path = f"/cases/with-a-file/files/{file.id}"
    first = client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, no-cache")
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert first.headers["Content-Disposition"].startswith("attachment")
    kept = {"If-None-Match": first.headers["ETag"]}
    assert (again := client.get(path, headers=kept)).status_code == 304
    assert again.headers["Cache-Control"] == "public, no-cache"
    with app.app_context(), transaction():
        db.session.execute(delete(CaseFile).where(CaseFile.sha256 == stored))
    assert client.get(path, headers=kept).status_code == 404


def test_evidence_that_is_withdrawn_is_refused_to_who_kept_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        stored = store_blob(app.config["HUB"].files_dir, b"%PDF-1.4 evidence")
        piece = Evidence(city_id=1, kind="report", url="", title="P", name="a.pdf", is_public=True, sha256=stored,
                         mime="application/pdf", size=10, recorded_at=clock.now())  # fmt: skip
        db.session.add(piece)
        db.session.flush()
        path = f"/evidence/{piece.id}"
    first = client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, no-cache")
    kept = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=kept).status_code == 304
    with app.app_context(), transaction():
        db.session.execute(update(Evidence).where(Evidence.sha256 == stored).values(is_public=False))
    for asked in (kept, {"Range": "bytes=0-3"}, {"If-Modified-Since": "Wed, 01 Jan 2110 00:00:00 GMT"}, {}):
        answer = client.get(path, headers=asked)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), asked


def attributes(set_cookie: str) -> tuple[str, set[str]]:
    pair, *rest = (part.strip() for part in set_cookie.split(";"))
    return pair.partition("=")[0], {part.partition("=")[0] if "=" in part and "Same" not in part else part
                                    for part in rest}  # fmt: skip


def test_over_https_cookies_stay_with_this_very_host(secure: FlaskClient) -> None:
    login = secure.get("/login")
    assert login.headers["Strict-Transport-Security"] == "max-age=31536000"
    language = secure.get("/about?lang=ko")
    found = dict(attributes(cookie) for answer in (login, language) for cookie in answer.headers.getlist("Set-Cookie"))
    assert set(found) == {"__Host-session", "__Host-lang"}
    for name, said in found.items():
        assert {"Secure", "HttpOnly", "Path", "SameSite=Lax"} <= said, name
        assert "Domain" not in said, name


def test_over_http_nothing_is_said_of_https(client: FlaskClient) -> None:
    login = client.get("/login")
    assert "Strict-Transport-Security" not in login.headers
    [cookie] = login.headers.getlist("Set-Cookie")
    name, said = attributes(cookie)
    assert name == "session"
    assert {"HttpOnly", "Path", "SameSite=Lax"} <= said
    assert not {"Secure", "Domain"} & said


def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    new_address(client)
    client.get("/login")
    before = client.get_cookie("session")
    assert before
    assert send_form(client, "member@example.org", PASSWORD).status_code == 303
    after = client.get_cookie("session")
    assert after
    assert after.value != before.value
    planted = reading_client(client.application)
    planted.set_cookie("session", before.value)
    assert planted.get("/account").status_code == 401
    assert client.get("/account").status_code == 200


def test_who_signs_in_again_gets_another_session_and_the_old_one_ends(client: FlaskClient) -> None:
    """A session that someone else put into this browser must not become the person's own."""
    sign_in(client, "stranger@example.org")
    planted = client.get_cookie("session")
    assert planted
    make_user(client, "member@example.org")
    new_address(client)
    html = client.get("/join").text  # the sign-in page leads on who is signed in; its form can be sent all the same
    token = html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    data = {"csrf_token": token, "email": "member@example.org", "password": PASSWORD, "next": ""}
    assert client.post("/login", data=data).status_code == 303
    assert "member@example.org" in client.get("/account").text
    other = reading_client(client.application)
    other.set_cookie("session", planted.value)
    assert other.get("/account").status_code == 401
