"""The charters and their terms, as a browser and a program get them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases import queries as cases
from hub.cases.models import CaseTag
from hub.core.db import db, transaction
from hub.vocabularies.models import CrosswalkLink, Term, VocabularyStamp
from hub.vocabularies.queries import CHARTERS, vocabulary


def page(client: FlaskClient, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, path
    assert response.text.count("<h1") == 1
    return response.text


def test_three_charters_stand_in_order_with_where_they_come_from(client: FlaskClient) -> None:
    html = page(client, "/principles/")
    places = [html.index(f'<h2 id="h-{code}"') for code in CHARTERS]
    assert places == sorted(places)
    assert '<time datetime="2014-05-17">Adopted on May 17, 2014</time>' in html
    assert "Last changed on October 31, 2017" in html
    assert "World Human Rights Cities Forum, Gwangju, Republic of Korea" in html
    for code in [*(f"GP{n}" for n in range(1, 11)), "DT-PART", "US9"]:
        assert f'href="/principles/{code}"' in html
    assert "¶6-8" in html
    assert "What ¶16 asks of the United Nations and the OECD" in html
    assert 'href="/principles/DT-UN.3"' in html


def test_titles_say_whether_they_are_official_or_ours(client: FlaskClient) -> None:
    assert "The titles are the document’s own; the descriptions are in our words." in page(client, "/principles/")
    korean = page(client, "/principles/GP8", language="ko")
    assert "효과적인 제도와 정책 조정" in korean
    assert '<span lang="en">Effective Institutions and Policy Coordination</span>' in korean
    english = page(client, "/principles/GP8")
    assert "The title is the document’s own." in english
    assert "In the document:" not in english
    assert "The short title is ours" in page(client, "/principles/GP8.2")
    assert "The title is ours." in page(client, "/principles/DT-LAW")


def test_every_term_of_every_charter_answers(session: Any, client: FlaskClient) -> None:
    for charter in CHARTERS:
        for term in vocabulary().scheme(charter):
            html = page(client, f"/principles/{term.code}")
            assert f'<span class="code">{term.code}</span>' in html
            assert term.descriptions["en"]["text"].replace("'", "&#39;") in html


def test_a_principle_leads_to_clauses_commitments_goals_and_cities(client: FlaskClient) -> None:
    html = page(client, "/principles/GP8")
    for wanted in (
        'href="/principles/GP8.1"', 'href="/principles/GP8.2"', 'href="/commitments/C2.3"', 'href="/principles/DT-LAW"',
        'href="/principles/US3"', "Peace, justice and strong institutions", "<b>Article 8</b>: effective remedy",
        'href="/cases/?principle=GP8"', 'href="/follow?kind=principle&amp;id=GP8"', 'href="/cities/gwangju"',
        'href="/principles/GP8.json"', 'href="/cases.atom?principle=GP8"',
    ):  # fmt: skip
        assert wanted in html, wanted
    assert re.search(r'<li class="gp8"><a href="/cases/\?principle=GP8"[^>]* aria-current="true"', html)


def test_the_goals_speak_the_readers_language(client: FlaskClient) -> None:
    assert "평화, 정의와 강력한 제도" in page(client, "/principles/GP8", language="ko")
    assert "Paix, justice et institutions efficaces" in page(client, "/principles/GP8", language="fr")


def test_counts_are_what_the_list_of_cases_finds(session: Any, client: FlaskClient) -> None:
    for code in ("GP8", "GP8.2", "GP3.2", "DT-LAW", "US3"):
        total = len(cases.cases_with_code(code))
        html = page(client, f"/principles/{code}")
        assert f'id="h-cases">Cases <span class="quiet">{total}</span>' in html
        assert client.get(f"/principles/{code}.json").get_json()["cases"] == total
    assert html.count('<h3 lang="') == min(total, 8)


def test_a_gap_is_named_kindly_and_leads_on(session: Any, client: FlaskClient) -> None:
    with transaction():
        for tag in db.session.scalars(select(CaseTag).where(CaseTag.code == "GP3.2")):
            db.session.delete(tag)
    assert "No case yet on GP3.2, Conflict-sensitive diversity policy." in page(client, "/principles/GP3")
    clause = page(client, "/principles/GP3.2")
    assert "No case yet on GP3.2." in clause
    assert "See the cases on GP3" in clause
    assert 'href="/principles/GP3.2"' in page(client, "/principles/").partition("One clause has no case yet.")[2]


def test_what_is_asked_of_the_united_nations_is_not_asked_of_cities(client: FlaskClient) -> None:
    html = page(client, "/principles/DT-UN")
    assert "not to cities" in html
    assert "/follow?kind=principle" not in html


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("gp8", "GP8"), ("Gp8.2", "GP8.2"), ("dt-part.1", "DT-PART.1"), ("us2.1", "US2.1"), ("gp8.2.json", "GP8.2.json")],
)
def test_a_code_in_other_capitals_leads_to_its_own(client: FlaskClient, wrong: str, right: str) -> None:
    response = client.get(f"/principles/{wrong}?lang=ko")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/principles/{right}?lang=ko"


@pytest.mark.parametrize("code", ["GP99", "GP8.9", "XX", "GP8.xml", "operating", "GP8/", "%00", "GP8%0d%0aX-Y:1"])
def test_a_code_that_is_not_there_is_not_found(client: FlaskClient, code: str) -> None:
    assert client.get(f"/principles/{code}").status_code == 404


def test_a_term_as_json(client: FlaskClient) -> None:
    document = client.get("/principles/GP8.json").get_json()
    assert document["labels"]["ko"] == {"text": "효과적인 제도와 정책 조정", "status": "translated"}
    assert [part["code"] for part in document["parts"]] == ["GP8.1", "GP8.2"]
    assert document["crosswalk"]["sdgs"] == [16, 17]
    assert document["url"].endswith("/principles/GP8")
    problem = client.get("/principles/GP99.json")
    assert problem.status_code == 404
    assert problem.content_type.startswith("application/problem+json")


def test_a_theme_is_read_through_the_clauses_tied_to_it(session: Any, client: FlaskClient) -> None:
    tied = select(CrosswalkLink.clause_code).where(CrosswalkLink.kind == "theme", CrosswalkLink.target == "DT-NET")
    html = page(client, "/principles/DT-NET")
    clauses = list(db.session.scalars(tied))
    assert clauses
    for clause in clauses:
        assert f'href="/principles/{clause}"' in html
    assert client.get("/principles/DT-NET.json").get_json()["crosswalk"]["clauses"] == sorted(clauses)


def test_a_replaced_term_keeps_its_address_and_names_the_new_one(session: Any, client: FlaskClient) -> None:
    with transaction():
        db.session.execute(select(Term).where(Term.code == "GP8.1")).scalar_one().replaced_by = "GP8.2"
        db.session.get_one(VocabularyStamp, 1).value += 100_000
    html = page(client, "/principles/GP8.1")
    assert "This term was replaced by GP8.2." in html
    assert 'id="GP8.1"' not in page(client, "/principles/GP8")


def test_an_unknown_parameter_is_left_out_and_said_so(client: FlaskClient) -> None:
    assert "which it does not know: color" in page(client, "/principles/GP8?color=red")
