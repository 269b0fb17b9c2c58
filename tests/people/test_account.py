"""What a member says of herself: language, time zone, whether her name is shown."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.core.log import CHANGES, LogPersonal
from hub.people.models import User
from tests.people.accounts import sign_in
from tests.people.doors import change, log_size, newest_entries, send, user_of

LANGUAGE = {"page": "/account", "action": "/account/language"}


def newest_changes(client: FlaskClient) -> Any:
    with client.application.app_context():
        wanted = select(LogPersonal.content).where(
            LogPersonal.position == log_size(client), LogPersonal.part == CHANGES
        )  # fmt: skip
        return db.session.scalar(wanted)


def choose(client: FlaskClient, **data: Any) -> TestResponse:
    return send(client, "/account/language", **LANGUAGE, **({"language": "", "time_zone": ""} | data))


def test_a_time_zone_is_chosen_and_taken_back(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org", city="gwangju")
    page = client.get("/account").text
    assert '<option value="" selected>As in your city: Asia/Seoul</option>' in page
    assert "<dd>Asia/Seoul</dd>" in page
    before = log_size(client)
    assert choose(client, time_zone="America/Bogota").status_code == 303
    entry = ("TimeZoneChosen", {"user_id": user_id, "time_zone": "America/Bogota"}, user_id)
    assert newest_entries(client) == [entry]
    assert newest_changes(client) == {"time_zone": [None, "America/Bogota"]}
    page = client.get("/account?done=language").text
    assert '<option value="America/Bogota" selected>' in page
    assert "UTC−5</time>" in page
    assert choose(client, time_zone="America/Bogota").status_code == 303
    assert log_size(client) == before + 1
    assert choose(client).status_code == 303
    assert "KST</time>" in client.get("/account").text
    assert log_size(client) == before + 2


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "KST", "../../etc/passwd", "\x00", "x" * 5000, "asia/seoul", "<script>"]
)
def test_an_unknown_time_zone_is_refused_at_its_field(client: FlaskClient, name: str) -> None:
    sign_in(client, "me@example.org")
    before = log_size(client)
    response = choose(client, time_zone=name)
    assert response.status_code == 400
    assert 'href="#time_zone"' in response.text
    assert "<script>" not in response.text
    assert log_size(client) == before


def test_a_zone_that_is_no_longer_offered_stays_until_another_is_chosen(client: FlaskClient) -> None:
    change(client, sign_in(client, "me@example.org"), time_zone="Asia/Saigon")
    assert '<option value="Asia/Saigon" selected>' in client.get("/account").text
    assert choose(client, time_zone="Asia/Saigon").status_code == 303


def test_someone_without_a_city_reads_universal_time(client: FlaskClient) -> None:
    sign_in(client, "me@example.org")
    page = client.get("/account").text
    assert '<option value="" selected>Universal time (UTC)</option>' in page
    assert '<option value="UTC"' not in page
    assert " UTC</time>" in page


def test_a_name_is_withheld_and_shown_again(client: FlaskClient) -> None:
    user_id = sign_in(client, "me@example.org", name="Ana")
    before = log_size(client)
    assert send(client, "/account", name="Ana", is_name_withheld="y").status_code == 303
    assert newest_entries(client) == [("NameWithheld", {"user_id": user_id}, user_id)]
    assert newest_changes(client) == {"is_name_withheld": [False, True]}
    assert 'name="is_name_withheld" value="y" checked' in client.get("/account").text
    user = user_of(client, "me@example.org")
    assert user is not None
    assert user.public_name == ""
    assert send(client, "/account", name="Ana", is_name_withheld="y").status_code == 303
    assert log_size(client) == before + 1
    assert send(client, "/account", name="Ana B.").status_code == 303
    assert [entry[0] for entry in newest_entries(client, 2)] == ["AccountRenamed", "NameShown"]
    assert log_size(client) == before + 3


def test_a_name_is_logged_as_it_was_and_is(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", name="Ana")
    assert send(client, "/account", name="Ana <b>").status_code == 303
    assert newest_changes(client) == {"name": ["Ana", "Ana <b>"]}


def test_the_page_has_one_place_for_each_thing(client: FlaskClient) -> None:
    sign_in(client, "me@example.org", city="gwangju")
    page = client.get("/account").text
    headings = ["Name and language", "Address", "Password", "Ways to sign in", "Where you are signed in", "Your data"]
    places = [page.index(f">{heading}</h2>") for heading in headings]
    assert places == sorted(places)
    for link in ("/account/email", "/account/password", "/account/security", "/account/export", "/account/leave"):
        assert f'href="{link}"' in page
    with client.application.app_context():
        assert db.session.scalars(select(User)).one().is_active
