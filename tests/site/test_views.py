"""The first page and the pages about the hub, as a browser gets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from hub.cases.models import CaseRevision, CaseSource, CaseStudy, CaseTag, CaseTranslation, CaseTranslationRevision
from hub.cities.models import City
from hub.commitments.models import StatusEvidence, StatusRecord, StatusSpan
from hub.core.db import db, transaction
from hub.exchange.models import Adaptation, AdaptationStep
from hub.feeds.models import FeedEntry, ForumEdition
from tests.people.accounts import sign_in

PUBLIC_PAGES = (
    "/",
    "/about",
    "/methodology",
    "/privacy",
    "/news/",
    "/events/",
    "/principles/",
    "/exchange/",
    "/follow",
)


def page(client: FlaskClient, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, path
    assert response.text.count("<h1") == 1
    return response.text


@pytest.mark.parametrize("path", PUBLIC_PAGES)
@pytest.mark.parametrize("language", ["en", "ko", "es", "fr"])
def test_a_public_page_holds_no_token_and_sets_no_session(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    assert f'<html lang="{language}"' in response.text
    assert "Set-Cookie" not in response.headers
    assert "csrf" not in response.text
    assert not re.search(r"<script(?! type=.application/ld\+json)(?! src=)|<style| style=", response.text)


def test_home_searches_first_and_leads_everywhere(session: Any, client: FlaskClient) -> None:
    html = page(client, "/")
    assert '<form class="search" role="search" action="/cases/">' in html
    assert html.index('name="q"') < html.index("<figure")
    drawn = db.session.scalars(select(City.id).where(City.lat.is_not(None))).all()
    figure = html[html.index("<figure") : html.index("</figure>")]
    assert figure.count("<circle") == len(drawn)
    assert 0 < figure.count('class="on"') < len(drawn)
    assert re.search(r'<use class="land" href="/static/land.svg[^"]*#land"/>', figure)
    assert '<title id="hm-t">' in figure
    assert '<desc id="hm-d">' in figure
    assert html.count('<svg class="spark"') == 4
    for number in (60, 43, 143, 16):
        assert f"</svg>{number}</dd>" in html
    for n in range(1, 11):
        assert f'href="/principles/GP{n}"' in html
    assert html.count('<h3 lang="') == 3


def test_home_says_when_a_status_took_effect_not_that_it_moved_today(client: FlaskClient) -> None:
    html = page(client, "/")
    moved = html[html.index('id="h-m"') :]
    assert moved.count('class="tag st st-') == 4
    assert re.search(r'<span class="since">in effect: \d{4}</span>', moved)
    assert "2026 forum announced for 13 to 15 May" in moved
    assert page(client, "/", language="ko").count("공주시") == 1


def test_home_of_an_empty_record_is_kind(session: Any, client: FlaskClient) -> None:
    with transaction():
        for table in (
            AdaptationStep,
            Adaptation,
            CaseTag,
            CaseSource,
            CaseRevision,
            CaseTranslationRevision,
            CaseTranslation,
            CaseStudy,
            StatusEvidence,
            StatusSpan,
            StatusRecord,
            FeedEntry,
            ForumEdition,
        ):
            db.session.execute(delete(table))
    html = page(client, "/")
    for words in (
        "No case study is published yet.",
        "No commitment with a date is on record yet.",
        "No news on record yet.",
    ):
        assert words in html
    assert html.count("</svg>0</dd>") == 4


def test_home_needs_few_statements(session: Any, client: FlaskClient, statements: list[str]) -> None:
    client.get("/")
    statements.clear()
    client.get("/")
    assert len(statements) <= 16


def test_about_names_every_format_that_answers(client: FlaskClient) -> None:
    html = page(client, "/about")
    assert 'id="data"' in html
    addresses = re.findall(r'href="(/\w+\.(?:json|csv|atom|ics))"', html)
    assert len(set(addresses)) == 19
    for address in set(addresses):
        assert client.get(address).status_code == 200, address
    assert "CC BY 4.0" in html


def test_methodology_explains_every_status(client: FlaskClient) -> None:
    html = page(client, "/methodology")
    for code in (
        "not_started", "pledged", "adopted", "resourced", "operating", "reported", "lapsed", "withdrawn",
        "outside_competence", "unknown",
    ):  # fmt: skip
        assert f'class="st st-{code}"' in html
    for words in ("This is not a no", "no league table", "GeoNames", "Natural Earth", "not yet confirmed by the city"):
        assert words in html


def test_privacy_names_the_cookies_there_are(client: FlaskClient) -> None:
    html = page(client, "/privacy")
    assert "“lang”" in html
    assert "“session”" in html
    client.get("/?lang=fr")
    assert client.get_cookie("lang") is not None
    assert client.get_cookie("session") is None


@pytest.mark.parametrize("path", ["/desk", "/organizers"])
def test_a_signed_out_person_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    html = page(client, path, 401)
    assert 'href="/login' in html


def test_the_desk_greets_a_member_and_is_not_stored(client: FlaskClient) -> None:
    sign_in(client, "member@example.org", city="graz", role="contributor")
    response = client.get("/desk")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert 'href="/cities/graz"' in response.text
    assert "Contributor" in response.text
    assert 'action="/logout"' in response.text
    assert 'href="/organizers"' not in response.text
    assert client.get("/organizers").status_code == 403


def test_the_organizers_desk_is_for_organizers(client: FlaskClient) -> None:
    sign_in(client, "organizer@example.org", is_organizer=True)
    assert page(client, "/organizers")
    assert 'href="/organizers"' in page(client, "/desk")
