"""Times are written in the zone of whoever reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.cities.models import City
from hub.core.db import db, transaction
from hub.people import letters
from hub.people.models import User
from hub.web.dates import format_day, format_moment
from hub.web.zones import in_zone, local, short_name
from tests.people.accounts import make_user, sign_in
from tests.people.doors import change, mails
from tests.web.test_dates import reading

NIGHT = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)

MOMENTS = [
    ("en", "Asia/Seoul", "Mar 5, 2026, 5:30\u202fAM KST"), ("en", "Europe/Vienna", "Mar 4, 2026, 9:30\u202fPM CET"),
    ("fr", "Europe/Paris", "4 mars 2026, 21:30 CET"), ("en", "America/Bogota", "Mar 4, 2026, 3:30\u202fPM UTC−5"),
    ("en", "Asia/Kolkata", "Mar 5, 2026, 2:00\u202fAM IST"),
    ("en", "Asia/Colombo", "Mar 5, 2026, 2:00\u202fAM UTC+5:30"),
    ("en", "UTC", "Mar 4, 2026, 8:30\u202fPM UTC"), ("en", "Gone/Zone", "Mar 4, 2026, 8:30\u202fPM UTC"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "zone", "words"), MOMENTS)
def test_a_moment_has_the_words_of_its_zone(app: Flask, language: str, zone: str, words: str) -> None:
    with reading(app, language), in_zone(zone):
        assert format_moment(NIGHT) == words


def test_a_day_is_that_of_the_reader(app: Flask) -> None:
    with reading(app, "en"):
        assert format_day(NIGHT) == "Mar 4, 2026"
        with in_zone("Asia/Seoul"):
            assert format_day(NIGHT, "long") == "March 5, 2026"


def test_summer_has_a_name_of_its_own_and_a_moment_without_zone_stays() -> None:
    with in_zone("Europe/Vienna"):
        assert short_name(local(datetime(2026, 7, 1, 12, tzinfo=UTC))) == "CEST"
        assert local(datetime(2026, 7, 1, 12)) == datetime(2026, 7, 1, 12)


CHOICES: list[tuple[dict[str, Any], str | None, str]] = [
    ({}, None, "UTC"), ({"city": "gwangju"}, None, "Asia/Seoul"), ({"city": "gwangju"}, "Europe/Paris", "Europe/Paris"),
    ({}, "America/Bogota", "America/Bogota"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "chosen", "zone"), CHOICES)
def test_her_own_zone_comes_before_that_of_her_city(
    client: FlaskClient, who: dict[str, Any], chosen: str | None, zone: str
) -> None:
    user_id = make_user(client, "me@example.org", **who)
    change(client, user_id, time_zone=chosen)
    with client.application.app_context():
        assert db.session.get_one(User, user_id).zone == zone


def test_a_city_without_a_zone_leaves_utc(client: FlaskClient) -> None:
    user_id = make_user(client, "me@example.org", city="gwangju")
    with client.application.app_context(), transaction():
        db.session.query(City).filter_by(slug="gwangju").one().time_zone = None
    with client.application.app_context():
        assert db.session.get_one(User, user_id).zone == "UTC"


def test_pages_of_members_tell_times_of_theirs_and_visitors_read_utc(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", city="gwangju", is_organizer=True)
    for page in ("/account", "/organizers/audit"):
        assert " KST</time>" in client.get(page).text
    visitor = client.application.test_client()
    assert "KST" not in visitor.get("/cities/gwangju").text


def test_a_mail_tells_the_time_of_its_reader(client: FlaskClient) -> None:
    user_id = make_user(client, "me@example.org", city="gwangju")
    with client.application.app_context(), transaction():
        letters.queue_password_changed(db.session.get_one(User, user_id), "en", NIGHT)
    assert "on Mar 5, 2026, 5:30\u202fAM KST, and" in mails(client, "me@example.org")[0].text
