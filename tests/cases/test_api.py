"""A case in every format, as a program gets it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cases import pdftext
from tests.cases.factory import make_case

TYPES = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "pdf": "application/pdf",
}


@pytest.mark.parametrize("suffix", list(TYPES))
def test_every_format_answers_with_its_type(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/cases/gwangju-ombudsman.{suffix}")
    assert response.status_code == 200
    assert response.content_type == TYPES[suffix]
    assert 'rel="alternate"' in response.headers["Link"]
    if suffix != "pdf":
        assert "인권옴부즈맨" in response.text
    if suffix != "json":
        assert "gwangju-ombudsman." + suffix in response.headers["Content-Disposition"]


@pytest.mark.parametrize("suffix", list(TYPES))
def test_a_missing_case_is_a_problem_document(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/cases/no-such-case.{suffix}")
    assert response.status_code == 404
    assert response.content_type.startswith("application/problem+json")
    assert response.json["status"] == 404


def test_labels_follow_the_language_asked_for(client: FlaskClient) -> None:
    english = client.get("/cases/graz-advisory-council.json?lang=en").json
    korean = client.get("/cases/graz-advisory-council.json?lang=ko").json
    assert english["tags"]["principles"][0]["code"] == korean["tags"]["principles"][0]["code"]
    assert english["tags"]["principles"][0]["label"] != korean["tags"]["principles"][0]["label"]


def test_the_leaflet_follows_the_language_asked_for(client: FlaskClient) -> None:
    pdf = client.get("/cases/graz-advisory-council.pdf?lang=ko").data
    assert "오스트리아" in pdftext.text(pdf)


def test_a_hostile_case_stays_well_formed(session: Any, client: FlaskClient) -> None:
    title = '"}],\n@misc{x, ER  - \r\nER  - <script>alert(1)</script> #import "a" \\ $ ]'
    make_case("hostile", title=title, summary=title, sources=[('https://example.org/"<>', title)])
    assert json.loads(client.get("/cases/hostile.json").data)["title"] == title
    assert client.get("/cases/hostile.bib").text.count("\n@") == 0
    assert client.get("/cases/hostile.ris").text.count("\r\nER  - ") == 1
    text = pdftext.text(client.get("/cases/hostile.pdf").data)
    assert pdftext.bare('<script>alert(1)</script> #import "a" \\ $ ]') in text


def test_a_slug_in_hangul_works_in_every_format(session: Any, client: FlaskClient) -> None:
    make_case("인권-도시")
    assert client.get("/cases/인권-도시").status_code == 200
    for suffix in TYPES:
        response = client.get(f"/cases/인권-도시.{suffix}")
        assert response.status_code == 200
        assert all(value.isascii() for value in response.headers.values())


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written_here(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/cases/graz-advisory-council.json").status_code == 405
    assert getattr(client, method)("/cases/graz-advisory-council").status_code == 405
