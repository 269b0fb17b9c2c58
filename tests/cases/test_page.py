"""What the page of a case says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub.cases import page, parts
from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from tests.cases.factory import make_case, reading
from tests.cases.rich import RICH, add_translation

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def a_case(**values: object) -> CaseStudy:
    return CaseStudy(**({"slug": "x", "updated_at": NOW, "is_compiled": True, "is_approximate": False} | values))


def test_a_timeline_holds_known_facts_only(app: Flask) -> None:
    with reading(app):
        ended = page.timeline(a_case(started=1999, ended=2001, is_ongoing=False))
        running = page.timeline(a_case(started=1998, ended=None, is_ongoing=True, is_approximate=True))
        once = page.timeline(a_case(started=2018, ended=2018, is_ongoing=False))
        open_end = page.timeline(a_case(started=2018, ended=None, is_ongoing=False))
        unknown = page.timeline(a_case(started=None, ended=None, is_ongoing=True))
    assert [(step.iso, step.text) for step in ended] == [("1999", "The practice began"), ("2001", "It ended")]
    assert ended[0].wait == 2
    assert running[0].date_text == "about 1998"
    assert (running[1].iso, running[1].date_text) == ("2026-03-04", "2026")
    assert running[1].text == "Still running when this was compiled"
    assert running[0].wait == 4
    assert [step.iso for step in once] == ["2018"]
    assert [step.text for step in open_end] == ["The practice began"]
    assert unknown == []


def test_what_a_city_says_is_told_apart_from_what_was_compiled(app: Flask) -> None:
    with reading(app):
        own = a_case(started=2000, is_ongoing=True, is_compiled=False, confirmed_at=datetime(2025, 1, 2, tzinfo=UTC))
        assert page.timeline(own)[1].text == "Still running, says the city"
        assert page.timeline(own)[1].iso == "2025-01-02"
        assert page.provenance(own) == ""
        assert "not yet confirmed by the city" in page.provenance(get_case("graz-advisory-council"))
        assert "by the city" not in page.provenance(get_case("senegal-charte"))


def test_clauses_items_and_goals_have_words_and_addresses(app: Flask) -> None:
    with reading(app):
        case = get_case("graz-advisory-council")
        clauses, items, goals = page.clause_tags(case), page.item_tags(case), page.goals(case)
        odd = make_case("odd", tags=[("clause", "GP99.9"), ("commitment", "C9.9"), ("us", "US99")])
        assert page.clause_tags(odd)[0].label == "GP99.9"
        assert page.item_tags(odd)[0].label == "C9.9"
        assert page.alliance_tags(odd)[0].label == "US99"
        assert page.goals(odd) == []
    assert [tag.code for tag in clauses] == ["GP4.2", "GP6.1", "GP8.2"]
    assert clauses[0].url == "/principles/GP4.2"
    assert items[0].url == "/commitments/C1.1"
    assert goals == sorted(goals)
    assert 16 in goals


def test_the_bar_has_ten_short_names(app: Flask) -> None:
    with reading(app, "ko"):
        bar = page.principle_bar()
    assert [patch.code for patch in bar] == [f"GP{number}" for number in range(1, 11)]
    assert all(patch.short and len(patch.short) <= len(patch.label) + 5 for patch in bar)


def test_no_point_no_map(app: Flask) -> None:
    with reading(app):
        assert page.locator(get_case("senegal-charte")) is None
        found = page.locator(get_case("graz-advisory-council"))
        nowhere = get_case("graz-advisory-council")
        nowhere.city.lat = None
        assert page.locator(nowhere) is None
    assert found is not None
    left, top, width, height = map(float, found["box"].split())
    point = found["points"][0]
    assert left < point["x"] < left + width
    assert top < point["y"] < top + height


def test_markdown_is_cleaned() -> None:
    html = page.prose("<script>alert(1)</script> **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)>")
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html
    assert "<strong>bold</strong>" in html


def test_only_web_addresses_have_a_site() -> None:
    assert page.host("https://www.example.org/a") == "example.org"
    assert page.host("javascript:alert(1)") == ""
    assert page.host("http://[broken") == ""


def test_every_part_is_shown_in_order_with_what_is_open(session: Any, client: FlaskClient) -> None:
    make_case("whole", **RICH)
    add_translation("whole", "es", title="Un caso", problem="Por qué.", is_machine=True)
    html = client.get("/cases/whole").text
    found = re.findall(r'<section id="(\w+)"><h2><span class="no">(\d+)</span>', html)
    assert [name for name, _number in found] == [
        "problem", "action", "participation", "legal", "partners", "means", "results", "failures", "conditions",
        "lessons", "transfer", "time", "evidence", "lineage", "ask", "cite",
    ]  # fmt: skip
    assert [int(number) for _name, number in found] == list(range(1, 17))
    contents = html.split('class="contents"')[1].split("</nav>")[0]
    assert [f"#{name}" for name, _number in found] == re.findall(r'href="([^"]+)"', contents)
    shown = dict(re.findall(r'<section id="(\w+)">(.*?)</section>', html, re.S))
    assert "None reported yet." in shown["failures"]
    assert "42,000 EUR (2024)" in shown["means"]
    assert shown["results"].count('class="twobars"') == 1  # "some" visitors are no number to draw
    assert 'width="40.0"' in shown["results"]
    assert 'width="80.0"' in shown["results"]
    assert 'href="mailto:fair@example.org"' in shown["ask"]
    assert 'href="https://example.org/g"' in shown["transfer"]
    assert "Confirmed by the city in March 2026" in html
    assert "consent in the safe" not in html


def test_a_translation_says_so_and_leads_to_the_original(session: Any, client: FlaskClient) -> None:
    make_case("whole", **RICH)
    add_translation("whole", "es", title="Un caso", problem="Por qué.", is_machine=True)
    html = client.get("/cases/whole?text=es").text
    assert '<h1 lang="es" dir="auto">Un caso</h1>' in html
    assert '<div class="prose big" lang="es" dir="auto"><p>Por qué.' in html
    assert '<div class="prose" lang="en" dir="auto"><p>How.' in html
    assert "Translated from English by A translator. Made by a machine and not read by a person." in html
    assert 'href="/cases/whole?text=original"' in html
    assert '<h1 lang="en" dir="auto">A case</h1>' in client.get("/cases/whole?lang=es&text=original").text
    assert 'href="/cases/whole?text=es"' in client.get("/cases/whole?lang=en").text
    refused = client.get("/cases/whole?text=ko")
    assert refused.status_code == 400
    assert "text" in refused.text


@pytest.mark.parametrize(
    ("row", "bars"),
    [
        (("10", "20", ""), (50, 100)), (("1,000", "500", "people"), (100, 50)),
        (("5 people", "10 people", "people"), (50, 100)), (("40%", "80%", ""), (40, 80)), (("40", "180", "%"), None),
        (("", "20", ""), None), (("about 10", "20", ""), None), (("0", "0", ""), None), (("-3", "4", ""), None),
        (("1.234", "900", ""), None),
    ],
)  # fmt: skip
def test_bars_are_drawn_only_where_they_are_honest(row: tuple[str, str, str], bars: tuple[float, float] | None) -> None:
    assert parts.bars_of(*row) == bars
