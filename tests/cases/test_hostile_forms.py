"""What nobody should send: each field holds out, names itself, and keeps what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cases.desk import WHOLE, Log, browser, hidden, publish, send, start, stored
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


REFUSED: list[tuple[str, Any]] = [
    ("title", ""), ("title", "x" * 121), ("title", "a\x00b"), ("summary", "x" * 601), ("summary", "a\x1bb"),
    ("language", "xx"), ("language", "en-US-<script>"), ("started", "0019"), ("started", "20019"), ("started", "-2019"),
    ("started", "٢٠١٩"), ("started", "1e3"), ("started", "9" * 40), ("ended", "2018"), ("ended", "x"),
    ("clauses", ["GP99.1"]), ("clauses", ["GP8.2", "<script>"]), ("clauses", ["GP8"]), ("types", ["GP8.2"]),
    ("groups", ["nobody"]), ("items", ["C99.9"]), ("alliance", ["US99"]), ("main_principle", "GP11"),
    ("problem", "x" * 20_001), ("action", "a\x0bb"), ("results", "x" * 20_001), ("lessons", "\x7f"),
    ("source_urls", ["javascript:alert(1)"]), ("source_urls", ["ftp://example.org"]), ("source_urls", ["https://"]),
    ("source_urls", ["https://user:pass@example.org/"]), ("source_urls", ["https://example.org/" + "x" * 2000]),
    ("source_urls", ["https://[::1"]), ("source_urls", ["https://example.org/\x00"]),
    ("source_urls", ["https://example.org/"] * 61), ("source_titles", ["x" * 401]), ("source_titles", ["a\x00"]),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_cannot_be_is_refused_at_its_field(writer: FlaskClient, field: str, value: Any) -> None:
    slug = start(writer)
    log = Log(writer)
    values = {field: value} | ({"problem": "Kept words."} if field != "problem" else {"action": "Kept words."})
    response = send(writer, slug, is_ongoing="", **values)
    assert response.status_code == 400
    named = "source_urls" if field == "source_titles" and "\x00" not in value[0] else field
    assert f'<a href="#{named}">' in response.text
    assert "Kept words." in response.text
    assert "<script>" not in response.text
    assert log.kinds == []


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "1.0", "٣"])
def test_a_form_without_its_version_is_refused(writer: FlaskClient, version: str) -> None:
    slug = start(writer)
    response = send(writer, slug, version=version, problem="Kept words.")
    assert response.status_code == 400
    assert "This form lost its place." in response.text
    assert "Kept words." in response.text


def test_a_version_of_the_future_is_a_conflict(writer: FlaskClient) -> None:
    slug = start(writer)
    assert send(writer, slug, version="999999999").status_code == 409


def test_an_end_of_something_that_goes_on_is_refused(writer: FlaskClient) -> None:
    response = send(writer, start(writer), ended="2020", is_ongoing="y")
    assert response.status_code == 400
    assert "said to be still running" in response.text


def test_missing_and_repeated_fields(writer: FlaskClient) -> None:
    slug = start(writer)
    fields = hidden(writer, f"/cases/{slug}/edit")
    bare = writer.post(f"/cases/{slug}/edit", data=fields)
    assert bare.status_code == 400
    assert 'href="#title"' in bare.text
    for name, values in (("title", ["One", "Two"]), ("is_ongoing", ["y", "n"]), ("version", ["1", "2"])):
        twice = send(writer, slug, **{name: values})
        assert twice.status_code == 400, name
        assert "It was given more than once." in twice.text
    response = send(
        writer, slug, title="One", clauses=["GP8.2"] * 3, types=["participation", "participation"],
        source_titles=["A", "B", "C"], source_urls=["https://example.org/"],
    )  # fmt: skip
    assert response.status_code == 303
    case = stored(writer, slug)
    assert case.title == "One"
    assert case.codes("clause") == ["GP8.2"]
    assert [source.title for source in case.sources] == ["A", "B", "C"]


def test_markup_is_words(writer: FlaskClient) -> None:
    evil = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
    slug = start(writer, evil[:100])
    texts = dict.fromkeys(("summary", "problem", "action", "results", "lessons"), evil)
    response = send(writer, slug, "publish", title=evil[:100], source_titles=[evil],
                    source_urls=['https://example.org/"><script>'], **texts)  # fmt: skip
    assert response.status_code == 303, response.text
    response = send(writer, slug, title=evil[:100], summary=evil + "2", change_note=evil, problem=evil)
    assert response.status_code == 303
    stale = send(writer, slug, version="1", title=evil[:100], problem=evil, action=evil + "3", change_note=evil)
    assert stale.status_code == 409
    pages = [writer.get(path).text for path in (f"/cases/{slug}", f"/cases/{slug}/edit", f"/cases/{slug}/history")]
    for html in (*pages, stale.text, browser(writer).get(f"/cases/{slug}").text):
        body = html.split("<main")[1]
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert ">49<" not in body


def test_a_huge_body_is_refused_kindly(writer: FlaskClient) -> None:
    slug = publish(writer)
    fields = hidden(writer, f"/cases/{slug}/edit") | WHOLE
    assert writer.post(f"/cases/{slug}/edit", data=fields | {"problem": "x" * 900_000}).status_code == 400
    assert writer.post(f"/cases/{slug}/edit", data=fields | {"problem": "x" * 21_000_000}).status_code == 413
    assert writer.post(f"/cases/{slug}/edit", data=b"\xff\xfe\x00", content_type="text/plain").status_code == 400
    assert writer.post(f"/cases/{slug}/edit", json={"title": ["x"]}).status_code == 400
    assert writer.post("/cases/new", data=b"title=%ff%fe&language=en").status_code == 400


def test_right_to_left_and_other_scripts_are_welcome(writer: FlaskClient) -> None:
    slug = start(writer, "مدينة للجميع", language="ar")
    assert send(writer, slug, "publish", title="مدينة للجميع 🕊", language="ar", problem="שלום").status_code == 303
    assert 'lang="ar"' in browser(writer).get(f"/cases/{slug}").text
