"""What the page of a case says."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from hub.cases import page
from hub.cases.models import CaseStudy
from hub.cases.queries import CityName, Related, get_case
from tests.cases.factory import make_case, reading

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


def test_near_cases_say_why(app: Flask) -> None:
    city = CityName("Gwangju", "광주광역시", "ko")
    with reading(app, "en"):
        near = page.near_cases([Related("a-b", "T", "ko", "KR", city, 2, 1), Related("c", "T", "fr", "SN", None, 1, 0)])
    assert [(other.url, other.where) for other in near] == [("/cases/a-b", "Gwangju"), ("/cases/c", "Senegal")]
    assert near[0].why == "2 clauses shared · 1 kind of practice shared"
    assert near[1].why == "1 clause shared"
