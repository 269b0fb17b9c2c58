"""Coordinators keep their city's profile."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cities.models import City, CityRevision
from hub.cities.seedrows import CityRow
from hub.cities.service import load_cities
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.paths import SEEDS
from hub.core.seedfiles import read_csv
from tests.cities.forms import fields, head, kinds, send
from tests.cities.test_organizing import browser, city

EDIT = "/cities/graz/edit"
PROFILE = {
    "name_native": "Graz", "native_language": "de", "website": "https://www.graz.at", "contact_office": "Friedensbüro",
    "contact_address": "Office@graz.example", "hrc_since": "2001", "hrc_basis": "council decision",
    "hrc_source": "https://www.graz.at/a?b=1",
}  # fmt: skip


@pytest.fixture
def coordinator(app: Flask) -> FlaskClient:
    """The browser of a coordinator of Graz."""
    return browser(app, "c@example.org", city="graz")


def test_a_coordinator_changes_the_profile(client: FlaskClient, coordinator: FlaskClient) -> None:
    assert 'href="/cities/graz/edit"' in coordinator.get("/cities/graz").text
    assert 'href="/cities/graz/edit"' not in client.get("/cities/graz").text
    before = head(client)
    response = send(coordinator, EDIT, EDIT, **PROFILE)
    assert (response.status_code, response.headers["Location"]) == (303, "/cities/graz")
    assert kinds(client, before) == ["CityChanged"]
    page = client.get("/cities/graz").text
    assert (
        '<span dir="auto">Friedensbüro</span><br><a href="mailto:office@graz.example">office@graz.example</a>' in page
    )
    document = client.get("/cities/graz.json").json
    assert (document["contact_office"], document["contact_address"]) == ("Friedensbüro", "office@graz.example")
    with client.application.app_context():
        query = select(CityRevision).where(CityRevision.author_id.is_not(None))
        revision = db.session.scalars(query).one()
        assert revision.number == city(client, "graz").version
        assert revision.content["contact_office"] == "Friedensbüro"
        assert revision.content["country"] == "AT"


def test_a_coordinator_says_in_which_zone_the_city_lives(client: FlaskClient, coordinator: FlaskClient) -> None:
    page = coordinator.get(EDIT).text
    assert '<option value="Europe/Vienna" selected>' in page
    zones = page[page.index('name="time_zone"') :]
    assert zones.index('value="Europe/Vienna"') < zones.index('value="Africa/Abidjan"')  # those of the country first
    assert send(coordinator, EDIT, EDIT, **PROFILE, time_zone="Europe/Zurich").status_code == 303
    assert city(client, "graz").time_zone == "Europe/Zurich"
    assert send(coordinator, EDIT, EDIT, **PROFILE, time_zone="").status_code == 303
    assert city(client, "graz").time_zone is None


@pytest.mark.parametrize("name", ["Mars/Olympus", "CET", "\x00", "../x", "x" * 900])
def test_a_zone_that_is_none_is_refused_at_its_field(
    client: FlaskClient, coordinator: FlaskClient, name: str
) -> None:  # fmt: skip
    response = send(coordinator, EDIT, EDIT, **PROFILE, time_zone=name)
    assert response.status_code == 400
    assert 'href="#time_zone"' in response.text
    assert city(client, "graz").time_zone == "Europe/Vienna"


def test_asking_only_for_the_headers(coordinator: FlaskClient) -> None:
    assert coordinator.head(EDIT).status_code == 200


def test_saving_what_is_there_changes_nothing(client: FlaskClient, coordinator: FlaskClient) -> None:
    assert send(coordinator, EDIT, EDIT, **PROFILE).status_code == 303
    before = head(client)
    assert send(coordinator, EDIT, EDIT, **(PROFILE | {"contact_address": "office@graz.example"})).status_code == 303
    assert kinds(client, before) == []


def test_a_stale_save_shows_both_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, coordinator: FlaskClient
) -> None:
    other = browser(app, "d@example.org", city="graz")
    stale = fields(coordinator.get(EDIT).text, EDIT)
    assert send(other, EDIT, EDIT, **(PROFILE | {"contact_office": "Saved <meanwhile>"})).status_code == 303
    before = head(client)
    response = coordinator.post(EDIT, data=stale | PROFILE | {"contact_office": "Mine & typed"})
    assert response.status_code == 409
    assert response.headers["Cache-Control"] == "no-store"
    assert "Saved &lt;meanwhile&gt;" in response.text
    assert 'value="Mine &amp; typed"' in response.text
    assert response.text.count("Mine &amp; typed") == 2
    assert kinds(client, before) == []
    again = fields(response.text, EDIT) | PROFILE | {"contact_office": "Mine & typed"}
    assert coordinator.post(EDIT, data=again).status_code == 303
    assert city(client, "graz").contact_office == "Mine & typed"
    assert kinds(client, before) == ["CityChanged"]


def test_a_form_sent_twice_is_one_change(client: FlaskClient, coordinator: FlaskClient) -> None:
    form, before = fields(coordinator.get(EDIT).text, EDIT) | PROFILE, head(client)
    assert [coordinator.post(EDIT, data=form).status_code for _ in range(2)] == [303, 303]
    assert kinds(client, before) == ["CityChanged"]


WRONG: dict[str, list[str]] = {
    "name_native": ["x" * 161],
    "native_language": ["", "banana", "en-<b>"],
    "website": ["www.graz.at", "javascript:alert(1)", "ftp://a", "https://", "http://[", "https://a b", "https://u@h",
                "https://a/" + "x" * 500],
    "contact_office": ["", "x" * 201],
    "contact_address": ["nobody", "javascript:alert(1)", "a@b", "data://x", "x" * 501],
    "hrc_since": ["1947", "2999", "2001.5", "-200", "٢٠٠١", "abcd", "9" * 40],
    "hrc_basis": ["", "x" * 401],
    "hrc_source": ["", "nowhere", "javascript:alert(1)"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_cannot_be_is_refused_at_its_field(client: FlaskClient, coordinator: FlaskClient, name: str) -> None:
    before = head(client)
    for value in [*WRONG[name], "a\x00b", "x" * 200_000]:
        response = send(coordinator, EDIT, EDIT, **(PROFILE | {name: value}))
        assert response.status_code == 400, (name, value[:40])
        assert f'<a href="#{name}">' in response.text, (name, value[:40])
        assert name == "hrc_basis" or 'value="council decision"' in response.text
    assert kinds(client, before) == []


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 40, "1.5", "१"])
def test_a_version_of_nonsense_is_a_conflict(coordinator: FlaskClient, version: str) -> None:
    assert send(coordinator, EDIT, EDIT, **(PROFILE | {"version": version})).status_code == 409


def test_an_old_token_keeps_what_was_typed(coordinator: FlaskClient) -> None:
    response = send(coordinator, EDIT, EDIT, **(PROFILE | {"csrf_token": "old"}))
    assert response.status_code == 400
    assert 'value="council decision"' in response.text


def test_only_its_own_coordinators(app: Flask, client: FlaskClient, coordinator: FlaskClient) -> None:
    form = fields(coordinator.get(EDIT).text, EDIT) | PROFILE
    assert client.get(EDIT).status_code == 401
    assert client.post(EDIT, data=form).status_code == 401
    others: list[dict[str, Any]] = [
        {"city": "gwangju"}, {"city": "graz", "role": "contributor"}, {"is_organizer": True}, {},
    ]  # fmt: skip
    for number, values in enumerate(others):
        other = browser(app, f"other{number}@example.org", **values)
        token = fields(other.get("/join").text, "/join")["csrf_token"]
        assert other.get(EDIT).status_code == 403
        assert other.post(EDIT, data=form | {"csrf_token": token}).status_code == 403
    assert coordinator.get("/cities/nowhere/edit").status_code == 404
    assert city(client, "graz").contact_office is None


def test_hostile_text_stays_text(client: FlaskClient, coordinator: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    values = {"contact_office": evil, "contact_address": 'https://a/"><script>x', "hrc_basis": evil}
    assert send(coordinator, EDIT, EDIT, **(PROFILE | values)).status_code == 303
    for page in (client.get("/cities/graz").text, coordinator.get(EDIT).text):
        assert "<script>alert" not in page
        assert "<script>x" not in page


def test_seeding_leaves_what_a_person_edited_alone(client: FlaskClient, coordinator: FlaskClient) -> None:
    assert send(coordinator, EDIT, EDIT, **PROFILE).status_code == 303
    with client.application.app_context():
        with transaction():
            for each in db.session.scalars(select(City).where(City.slug.in_(["graz", "gwangju"]))):
                each.seed_digest = "changed since"
        with transaction():
            loaded = load_cities(read_csv(SEEDS / "cities.csv", CityRow), clock.now())
        assert loaded.changed == 1
    assert city(client, "graz").hrc_basis == "council decision"
