"""The pages of a case, as a browser gets them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.cases.models import ARCHIVED, DRAFT
from tests.cases.factory import make_case, revise

HOSTILE = '</script><script>alert("x")</script><img src=x onerror=alert(1)> "\' {{ 7*7 }} {% if %} \u202e &amp;'


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    assert response.content_type == "text/html; charset=utf-8"
    return response.text


def test_a_case_shows_its_parts_in_order(client: FlaskClient) -> None:
    html = page(client, "/cases/graz-advisory-council")
    assert html.count("<h1") == 1
    assert '<main id="main"' in html
    found = re.findall(r'<section id="(\w+)"><h2><span class="no">(\d+)</span>([^<]+)', html)
    assert found == [
        ("problem", "1", "Problem"), ("action", "2", "What the city did"), ("results", "3", "Results, as reported"),
        ("lessons", "4", "Lessons"), ("time", "5", "Timeline"), ("evidence", "6", "Evidence"),
        ("lineage", "7", "Taken up by"), ("ask", "8", "Ask the city"), ("cite", "9", "Cite"),
    ]  # fmt: skip
    assert "Compiled from public sources, not yet confirmed by the city." in html
    assert '<a href="/cities/graz">Graz</a>' in html
    assert re.search(r'Updated <time datetime="\d{4}-\d\d-\d\d">', html)


def test_the_facts_lead_on(client: FlaskClient) -> None:
    html = page(client, "/cases/graz-advisory-council")
    for address in (
        "/principles/GP4", "/principles/GP8.2", "/commitments/C2.1", "/cases/?principle=GP8", "/exchange/",
        "/follow?kind=case&amp;id=graz-advisory-council", "/cases/graz-advisory-council/history",
        "/cases/graz-advisory-council.bib", "/cases/graz-advisory-council.ris", "/cases/graz-advisory-council.md",
        "/cases/graz-advisory-council.json", "/cases/graz-advisory-council.pdf",
    ):  # fmt: skip
        assert f'href="{address}"' in html, address
    assert "docslib.org" in html
    assert 'id="where-t"' in html
    assert html.count('<li class="gap"') == 7


def test_the_page_tells_programs_where_else_it_is(client: FlaskClient) -> None:
    response = client.get("/cases/graz-advisory-council")
    assert '</cases/graz-advisory-council.json>; rel="alternate"; type="application/json"' in response.headers["Link"]
    assert 'type="application/pdf"' in response.text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.S)
    assert block
    assert json.loads(block[1])["headline"] == "A human rights council that reports to its own city"


def test_an_anonymous_reader_gets_no_session_and_no_form(client: FlaskClient) -> None:
    response = client.get("/cases/graz-advisory-council")
    assert "Set-Cookie" not in response.headers
    assert "<form" not in response.text.split("<main")[1]
    assert "csrf" not in response.text
    assert "Sign in to ask" in response.text
    assert 'href="/login?next=/cases/graz-advisory-council%23ask"' in response.text
    assert "style=" not in response.text
    assert "onclick" not in response.text


def test_content_in_another_language_says_so(client: FlaskClient) -> None:
    html = page(client, "/cases/gwangju-indicators?lang=es")
    assert '<html lang="es"' in html
    assert '<h1 lang="ko" dir="auto">시민 공청회로' in html
    assert '<div class="prose big" lang="ko" dir="auto"' in html
    assert '<span lang="ko">한국어</span>' in html
    korean = page(client, "/cases/gwangju-indicators?lang=ko")
    assert "광주광역시</a></b>, 대한민국" in korean
    assert '<span lang="ko">한국어</span>' not in korean


def test_a_national_programme_shows_its_country(client: FlaskClient) -> None:
    html = page(client, "/cases/senegal-charte")
    assert "National programme" in html
    assert "Senegal" in html
    assert "What was done" in html
    assert "Sign in to ask" not in html
    assert 'class="map' not in html


def test_missing_results_are_said_and_not_made_up(client: FlaskClient) -> None:
    html = page(client, "/cases/utrecht-treaty-study")
    assert "None reported yet." in html
    assert "None reported yet." not in page(client, "/cases/graz-advisory-council")


def test_thin_sources_are_said(client: FlaskClient) -> None:
    words = "The sources carry this account only in part."
    assert words in page(client, "/cases/pittsburgh-alliance")
    assert words not in page(client, "/cases/graz-advisory-council")


@pytest.mark.parametrize("suffix", ["", "/history", "/history?version=1", ".json", ".pdf"])
def test_a_draft_answers_exactly_as_if_it_were_missing(session: Any, client: FlaskClient, suffix: str) -> None:
    make_case("secret", state=DRAFT, title="Secret plans")
    hidden, missing = client.get(f"/cases/secret{suffix}"), client.get(f"/cases/absent{suffix}")
    assert hidden.status_code == missing.status_code == 404
    pattern = r'"request_id": "\w+"|[0-9a-f]{32}'
    assert re.sub(pattern, "", hidden.text.replace("secret", "absent")) == re.sub(pattern, "", missing.text)
    assert "Secret plans" not in hidden.text


def test_an_archived_case_stays_and_says_so(session: Any, client: FlaskClient) -> None:
    make_case("old", state=ARCHIVED)
    html = page(client, "/cases/old")
    assert "This case was archived." in html
    assert '<meta name="robots" content="noindex">' in html
    assert "This case was archived." in page(client, "/cases/old/history")
    assert client.get("/cases/old.json").json["state"] == "archived"
    assert "This case was archived." not in page(client, "/cases/graz-advisory-council")


def test_hostile_content_is_escaped_everywhere(session: Any, client: FlaskClient) -> None:
    case_id = make_case(
        "hostile", title=HOSTILE, summary=HOSTILE, problem=HOSTILE, action=HOSTILE, results=HOSTILE, lessons=HOSTILE,
        years_text=HOSTILE[:80], tags=[("clause", "GP8.2"), ("clause", '"><script>'), ("type", "<script>alert(2)")],
        sources=[("javascript:alert(1)", HOSTILE), ('https://example.org/"><script>', HOSTILE)],
    ).id  # fmt: skip
    revise(case_id, title=HOSTILE + "2", summary="<script>new</script>", note="<script>note</script>")
    for path in ("/cases/hostile", "/cases/hostile/history", "/cases/hostile/history?version=1"):
        html = page(client, path)
        outside = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", html)
        assert not re.search(r"<script|<img|onerror=[^&]*>\s*<", outside), path
        assert "49" not in re.findall(r"<h1.*?</h1>", html)[0]
        assert "javascript:alert(1)" not in "".join(re.findall(r'href="([^"]*)"', html))
        assert "&lt;script&gt;" in html
    block = re.search(r'<script type="application/ld\+json">([^<]*)</script>', page(client, "/cases/hostile"))
    assert block
    assert json.loads(block[1])["headline"] == HOSTILE + "2"


def test_very_long_and_right_to_left_content(session: Any, client: FlaskClient) -> None:
    make_case("long", title="م" * 300, summary="word " * 3000, language="ar", action="**x** " * 5000)
    html = page(client, "/cases/long")
    assert '<h1 lang="ar" dir="auto">' in html
    description = re.search(r'<meta name="description" content="([^"]*)"', html)
    assert description
    assert len(description[1]) <= 301


def test_head_answers_without_a_body(client: FlaskClient) -> None:
    for path in (
        "/cases/graz-advisory-council",
        "/cases/graz-advisory-council/history",
        "/cases/graz-advisory-council.md",
    ):
        response = client.head(path)
        assert response.status_code == 200
        assert response.data == b""


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    for path in (
        "/cases/graz-advisory-council",
        "/cases/graz-advisory-council.pdf",
        "/cases/graz-advisory-council.json",
    ):
        first = client.get(path)
        assert "max-age=60" in first.headers["Cache-Control"]
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/graz-advisory-council?nonsense=1", 200),
        ("/cases/graz-advisory-council?version=%FF", 200),
        ("/cases/graz-advisory-council/history?version=0", 400),
        ("/cases/graz-advisory-council/history?version=x", 400),
        ("/cases/graz-advisory-council/history?version=1&version=1", 400),
        ("/cases/graz-advisory-council/history?version=99999999999", 400),
        ("/cases/graz-advisory-council/history?version=77", 404),
        ("/cases/graz-advisory-council/history?page=2", 404),
        ("/cases/graz-advisory-council/history?page=-1", 400),
        ("/cases/graz-advisory-council/history?page=%00", 400),
        ("/cases/" + "x" * 2000, 404),
        ("/cases/%00", 404),
        ("/cases/%FF%FE", 404),
        ("/cases/graz-advisory-council.docx", 404),
        ("/cases/graz-advisory-council.", 404),
        ("/cases/graz-advisory-council.json.bak", 404),
        ("/cases/Graz-Advisory-Council", 404),
    ],
)
def test_strange_addresses_get_a_plain_answer(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    if status == 400:
        assert "version" in response.text or "page" in response.text


def test_an_unknown_parameter_is_left_out_and_said(client: FlaskClient) -> None:
    assert "nonsense" in page(client, "/cases/graz-advisory-council?nonsense=1")
