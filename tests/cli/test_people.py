"""`hub people`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from hub.cli.people import people
from hub.core import clock
from tests.people.accounts import make_user
from tests.people.doors import accept, change, invitations, mails, send, user_of
from tests.people.factors import make_codes, turn_on


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(people, arguments, obj=lambda: app)
    return result.exit_code, result.output


def test_the_first_organizer_is_made_so(app: Flask, client: FlaskClient) -> None:
    status, said = run(app, "invite", "--role", "organizer", "First@Example.org")
    assert status == 0
    assert "mail is queued" in said
    address = said.strip().splitlines()[-1]
    assert address.startswith("http://localhost/invitations/")
    assert address in mails(client, "first@example.org")[0].text
    token = address.removeprefix("http://localhost/invitations/").split("?")[0]
    assert accept(client, token).headers["Location"] == f"/invitations/{token}"
    turn_on(client, clock.now())
    make_codes(client)
    assert send(client, f"/invitations/{token}").headers["Location"] == "/organizers"
    user = user_of(client, "first@example.org")
    assert user is not None
    assert user.is_organizer
    assert client.get("/organizers").status_code == 200


def test_a_coordinator_of_a_city_in_her_language(app: Flask, client: FlaskClient) -> None:
    status, said = run(app, "invite", "--role", "coordinator", "--city", "gwangju", "--language", "ko", "a@example.org")
    assert status == 0
    assert said.strip().endswith("?lang=ko")
    assert [each.city.slug for each in invitations(client, "a@example.org") if each.city] == ["gwangju"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--role", "coordinator", "a@example.org"], "needs --city"),
        (["--role", "organizer", "--city", "gwangju", "a@example.org"], "leave --city out"),
        (["--role", "coordinator", "--city", "nowhere", "a@example.org"], "there is no city"),
        (["--role", "organizer", "--language", "de", "a@example.org"], "does not speak"),
        (["--role", "organizer", "no address"], "not an e-mail address"),
        (["--role", "organizer", "boss@example.org"], "has this role already"),
        (["--role", "mayor", "a@example.org"], "mayor"),
        (["--role", "organizer"], "ADDRESS"),
        (["a@example.org"], "--role"),
    ],
)
def test_what_cannot_be_is_said_in_words(app: Flask, client: FlaskClient, arguments: list[str], words: str) -> None:
    make_user(client, "boss@example.org", is_organizer=True)
    status, said = run(app, "invite", *arguments)
    assert status != 0
    assert words in said
    assert "Traceback" not in said
    assert not mails(client, "a@example.org")


def test_the_list_says_who_is_what(app: Flask, client: FlaskClient) -> None:
    make_user(client, "boss@example.org", is_organizer=True)
    user_id = make_user(client, "ana@example.org", city="gwangju")
    change(client, user_id, is_active=False)
    status, said = run(app, "list")
    assert status == 0
    assert "boss@example.org  A person  organizer\n" in said
    assert "ana@example.org  A person  coordinator of gwangju  (suspended)\n" in said
