"""An exchange in which nothing is on record says so, to people and to programs."""

from __future__ import annotations

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.exchange.exports import CSV_HEADER
from tests.exchange.taken import begin_anew


@pytest.fixture(autouse=True)
def nothing(app: Flask) -> None:
    """Nothing is on record."""
    with app.app_context():
        begin_anew()


def test_the_page_says_why_nothing_is_here_and_offers_one_action(client: FlaskClient) -> None:
    response = client.get("/exchange/")
    assert response.status_code == 200
    assert "No adaptation is on record yet." in response.text
    assert '<a class="btn second" href="/cases/">' in response.text
    assert '<svg class="net' not in response.text


def test_empty_lists_are_valid(client: FlaskClient) -> None:
    assert client.get("/exchange.json").get_json() == {"items": [], "total": 0, "page": 1, "pages": 1}
    assert client.get("/exchange.csv").text == "\ufeff" + ",".join(CSV_HEADER) + "\r\n"
    feed = feedparser.parse(client.get("/exchange.atom").data)
    assert not feed.bozo
    assert feed.entries == []
    assert feed.feed.updated_parsed is not None


@pytest.mark.parametrize("path", ["/exchange.json?page=0", "/exchange.atom?per_page=101"])
def test_a_parameter_that_cannot_be_is_named(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert response.get_json(force=True)["parameter"] in path
