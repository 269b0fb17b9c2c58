"""Who may do what: every address of a case, as everyone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.cities.models import SUSPENDED, City
from hub.core.db import db, transaction
from hub.people.models import User
from tests.cases.desk import Log, browser, hidden, picture, publish, send, start, stored, upload
from tests.people.accounts import sign_in

READS = ("", "/history", "/edit", "/archive", ".json", ".md", ".bib", ".ris", ".pdf", "/files/1")
WRITES = ("/edit", "/publish", "/archive", "/confirm", "/files", "/files/1/remove")
PEOPLE: dict[str, dict[str, Any]] = {
    "coordinator": {"city": "gwangju"},
    "contributor": {"city": "gwangju", "role": "contributor"},
    "foreign coordinator": {"city": "graz"},
    "foreign contributor": {"city": "graz", "role": "contributor"},
    "organizer": {"is_organizer": True},
    "nobody's": {},
}


def someone(client: FlaskClient, who: str) -> FlaskClient:
    other = browser(client)
    if who != "visitor":
        sign_in(other, f"{re.sub(r'[^a-z]', '', who)}@example.org", **PEOPLE[who])
    return other


def token(client: FlaskClient) -> dict[str, str]:
    """A good token, from wherever this person has one."""
    page = client.get("/account").text
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    return {"csrf_token": found[1], "version": "1"} if found else {}


def bare(text: str, slug: str) -> str:
    return re.sub(r'[0-9a-f]{32}|value="[\w.-]{60,}"', "", text.replace(slug, "absent"))


@pytest.mark.parametrize("who", ["visitor", "foreign coordinator", "foreign contributor", "organizer", "nobody's"])
def test_a_foreign_draft_is_exactly_a_missing_case(client: FlaskClient, who: str) -> None:
    owner = someone(client, "coordinator")
    slug = start(owner, "Secret")
    send(owner, slug, title="Secret plans")
    other = someone(client, who)
    log = Log(client)
    for suffix in READS:
        found, missing = other.get(f"/cases/{slug}{suffix}"), other.get(f"/cases/absent{suffix}")
        assert found.status_code == missing.status_code, suffix
        assert found.status_code in (401, 403, 404), suffix
        assert bare(found.text, slug) == bare(missing.text, "absent"), suffix
        assert found.headers.get("Cache-Control") == missing.headers.get("Cache-Control")
        assert "Secret plans" not in found.text
    sent = token(other) | {"title": "Taken", "reason": "x"}
    for suffix in WRITES:
        found, missing = (
            other.post(f"/cases/{slug}{suffix}", data=sent),
            other.post(f"/cases/absent{suffix}", data=sent),
        )
        assert found.status_code == missing.status_code, suffix
        assert found.status_code in (400, 401, 403, 404), suffix
        assert bare(found.text, slug) == bare(missing.text, "absent"), suffix
    assert log.kinds == []
    assert stored(client, slug).title == "Secret plans"


def test_a_draft_is_shown_to_its_own_city(client: FlaskClient) -> None:
    slug = start(someone(client, "contributor"), "Secret")
    reader = someone(client, "coordinator")
    for path in (f"/cases/{slug}", f"/cases/{slug}/history"):
        response = reader.get(path)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert "Draft: only people of Gwangju can see this." in response.text
        assert '<meta name="robots" content="noindex">' in response.text
    assert "application/ld+json" not in reader.get(f"/cases/{slug}").text
    assert reader.get(f"/cases/{slug}.json").status_code == 404
    public = browser(client)
    assert "Secret" not in public.get("/cities/gwangju").text
    assert slug not in public.get("/cases.json?q=Secret").text


@pytest.mark.parametrize(
    "who", ["contributor", "foreign coordinator", "foreign contributor", "organizer", "nobody's", "visitor"]
)
def test_a_published_case_is_for_its_coordinators(client: FlaskClient, who: str) -> None:
    owner = someone(client, "coordinator")
    slug = publish(owner)
    upload(owner, slug, picture())
    [file] = stored(client, slug).files
    other = someone(client, who)
    log = Log(client)
    status = 401 if who == "visitor" else 403
    assert other.get(f"/cases/{slug}/edit").status_code == (200 if who == "contributor" else status)  # she proposes
    assert other.get(f"/cases/{slug}/archive").status_code == status
    sent = token(other) | {"title": "Taken", "reason": "x", "form_key": "0" * 32, "language": "en"}
    for suffix in (*WRITES[:5], f"/files/{file.id}/remove"):
        response = other.post(f"/cases/{slug}{suffix}", data=sent)
        wanted = {401, 400} if who == "visitor" else {403, 400, 409} if who == "contributor" else {403, 400}
        assert response.status_code in wanted, suffix
    assert log.kinds == []
    assert stored(client, slug).title != "Taken"
    assert 'class="mine"' not in other.get(f"/cases/{slug}").text or who == "contributor"


@pytest.mark.parametrize("what", ["person", "city"])
def test_who_is_suspended_writes_nothing(client: FlaskClient, what: str) -> None:
    owner = someone(client, "coordinator")
    slug = start(owner)
    fields = hidden(owner, f"/cases/{slug}/edit")
    with client.application.app_context(), transaction():
        if what == "person":
            db.session.scalars(db.select(User).where(User.email == "coordinator@example.org")).one().is_active = False
        else:
            db.session.scalars(db.select(City).where(City.slug == "gwangju")).one().membership = SUSPENDED
    log = Log(client)
    assert owner.get(f"/cases/{slug}").status_code == 404
    assert owner.get("/cases/new").status_code in (401, 403)
    assert send(owner, slug, "publish", fields=fields).status_code in (401, 403)
    assert owner.post(f"/cases/{slug}/publish", data=fields).status_code in (400, 401, 403)
    assert log.kinds == []


def test_an_old_token_brings_the_text_back(client: FlaskClient) -> None:
    owner = someone(client, "coordinator")
    slug = start(owner)
    response = send(owner, slug, csrf_token="old", problem="Typed for an hour.")
    assert response.status_code == 400
    assert "open for too long" in response.text
    assert "Typed for an hour." in response.text
    for suffix in ("/publish", "/confirm"):
        assert owner.post(f"/cases/{slug}{suffix}", data={"version": "1"}).status_code == 400
