"""A city says whether somebody else reads before its people publish anything."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.cities.forms import head, kinds, send
from tests.cities.test_organizing import browser, city

PAGE, DOOR = "/cities/graz", "/cities/graz/second-reader"


def test_a_coordinator_chooses_and_one_alone_is_told_what_is_needed(app: Flask, client: FlaskClient) -> None:
    anna = browser(app, "anna@example.org", city="graz")
    assert DOOR not in client.get(PAGE).text
    before = head(client)
    for _again in range(2):
        response = send(anna, PAGE, DOOR, is_needed="yes")
        assert (response.status_code, response.location) == (303, f"{PAGE}#second-reader")
    assert city(client, "graz").has_second_reader is True
    assert kinds(client, before) == ["SecondReaderChosen"]
    html = anna.get(PAGE).text
    assert "Graz has one coordinator only" in html
    assert 'href="/cities/graz/people"' in html
    assert "has_second_reader" not in client.get(f"{PAGE}.json").text
    assert "Said whether a city has a second reader" in anna.get(f"{PAGE}/trail").text
    browser(app, "berta@example.org", city="graz")
    assert "one coordinator only" not in anna.get(PAGE).text
    assert send(anna, PAGE, DOOR, is_needed="no").status_code == 303
    assert city(client, "graz").has_second_reader is False


def test_nobody_else_chooses_and_nothing_else_is_taken(app: Flask, client: FlaskClient) -> None:
    anna = browser(app, "anna@example.org", city="graz")
    carl = browser(app, "carl@example.org", city="graz", role="contributor")
    dora = browser(app, "dora@example.org", city="gwangju")
    assert send(anna, PAGE, DOOR, is_needed="perhaps").status_code == 400
    token = {"is_needed": "yes"}
    for person, status in ((carl, 403), (dora, 403)):
        assert DOOR not in person.get(PAGE).text
        csrf = person.get("/following").text.split('name="csrf_token" value="')[1].split('"')[0]
        assert person.post(DOOR, data=token | {"csrf_token": csrf}).status_code == status
    assert dora.post("/cities/nowhere/second-reader", data=token | {"csrf_token": csrf}).status_code == 404
    assert city(client, "graz").has_second_reader is False
