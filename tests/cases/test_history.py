"""Versions in words, and the page that shows them."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from hub.cases.diff import FACTS, LISTS, TEXTS
from hub.cases.history import field_name, spell
from hub.cases.queries import get_case
from hub.cases.service import content_of
from hub.core.db import transaction
from hub.people.service import create_user
from tests.cases.factory import WHEN, make_case, reading, revise


def test_every_field_of_a_version_is_compared_and_has_a_name(app: Flask) -> None:
    with reading(app):
        fields = set(content_of(get_case("graz-advisory-council")))
        assert fields == {*TEXTS, *FACTS, *LISTS}
        assert all(field_name(name) != name for name in fields)


def test_values_are_spelled_for_people(app: Flask) -> None:
    with reading(app):
        assert spell("tags", ("clause", "GP8.2")).startswith("GP8.2 ")
        assert spell("tags", ("type", "advisory_council")) == "Advisory council"
        assert spell("tags", ("commitment", "C2.1")).startswith("C2.1 ")
        assert spell("tags", ("us", "US3")).startswith("US3 ")
        assert spell("tags", ("clause", "GP99")) == "GP99"
        assert spell("tags", ("odd", "x")) == "x"
        assert spell("sources", ("https://example.org", "A title")) == "A title https://example.org"
        assert spell("is_ongoing", True) == "yes"
        assert spell("is_ongoing", False) == "no"
        assert spell("country", "KR") == "South Korea"
        assert spell("language", "ko") == "한국어"
        assert spell("confidence", "partial") == "in part"
        assert spell("started", None) == ""
        assert spell("started", 2001) == "2001"


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.text


def test_the_history_of_a_compiled_case(client: FlaskClient) -> None:
    html = page(client, "/cases/graz-advisory-council/history")
    assert html.count("<h1") == 1
    assert "Compiled from public sources" in html
    assert "The first version." in html
    assert "1 published version<" in html
    assert "<ins>" not in html


def test_the_history_shows_words_that_went_and_came(session: Any, client: FlaskClient) -> None:
    with transaction():
        user = create_user(
            email="w@example.org", name="A writer <b>", password="long enough, surely 1", is_organizer=False,
            is_demo=False, language="en", now=WHEN,
        )  # fmt: skip
    case_id = make_case("told", summary="The old council meets.").id
    revise(case_id, user.id, "Renamed <i>", summary="The new council meets.", started=2001)
    html = page(client, "/cases/told/history")
    assert "The <del>old</del> <ins>new</ins> council meets." in html
    assert "<ins>2001</ins>" in html
    assert "A writer &lt;b&gt;" in html
    assert "Renamed &lt;i&gt;" in html
    assert html.index('id="v2"') < html.index('id="v1"')
    assert 'href="/cases/told/history?version=1"' in html


def test_an_older_version_stays_readable(session: Any, client: FlaskClient) -> None:
    case_id = make_case("told", title="First title", summary="First summary").id
    revise(case_id, title="Second title")
    old = page(client, "/cases/told/history?version=1")
    assert re.search(r"<h1[^>]*>First title</h1>", old)
    assert "This is an older version" in old
    assert "GP8.2" in old
    assert "example.org" in old
    assert "This is the newest version." in page(client, "/cases/told/history?version=2")
    assert "Second title" in page(client, "/cases/told")


def test_many_versions_come_in_pages(session: Any, client: FlaskClient) -> None:
    case_id = make_case("told").id
    for number in range(11):
        revise(case_id, lessons=f"Lesson {number}")
    first, second = page(client, "/cases/told/history"), page(client, "/cases/told/history?page=2")
    assert re.findall(r'<section id="v(\d+)"', first) == [str(number) for number in range(12, 2, -1)]
    assert re.findall(r'<section id="v(\d+)"', second) == ["2", "1"]
    assert "12 published versions" in second
    assert "The first version." not in first
    assert "Lesson <del>0</del>" not in second
    assert "<ins>" in second
