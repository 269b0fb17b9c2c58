"""A case in lists."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from hub.cases.models import CaseStudy
from hub.cases.queries import get_case
from hub.cases.rows import CSV_HEADER, case_csv_row, case_item, case_row, case_rows, own_language_name, years_phrase
from tests.cases.factory import make_case, reading


@pytest.mark.parametrize(
    ("started", "ended", "is_ongoing", "is_approximate", "words"),
    [
        (2013, None, True, False, "since 2013"),
        (2011, None, True, True, "since about 2011"),
        (2010, 2011, False, False, "2010–2011"),
        (2018, 2018, False, False, "2018"),
        (2018, None, False, False, "2018"),
        (2018, 2020, False, True, "about 2018–2020"),
        (None, 2004, False, False, "until 2004"),
        (None, None, True, True, "running in 2025"),
    ],
)
def test_years_in_words(
    app: Flask, started: int | None, ended: int | None, is_ongoing: bool, is_approximate: bool, words: str
) -> None:
    case = CaseStudy(
        started=started, ended=ended, is_ongoing=is_ongoing, is_approximate=is_approximate, years_text="running in 2025"
    )
    with reading(app):
        assert years_phrase(case) == words


def test_a_row_speaks_the_language_of_the_page(app: Flask) -> None:
    with reading(app, "ko"):
        row = case_row(get_case("gwangju-ombudsman"))
        english = case_row(get_case("graz-advisory-council"))
    assert (row.city_name, row.country) == ("광주광역시", "대한민국")
    assert row.language_label == ""
    assert "옴부즈맨" in row.type_labels[0]
    assert english.language_label == "English"
    assert english.url == "/cases/graz-advisory-council"
    with reading(app):
        assert case_row(get_case("gwangju-ombudsman")).language_label == "한국어"
        assert case_row(get_case("gwangju-ombudsman")).city_name == "Gwangju"


def test_a_national_programme_has_a_country_and_no_city(app: Flask) -> None:
    with reading(app):
        case = get_case("senegal-charte")
        row, item = case_row(case), case_item(case)
    assert (row.city_name, row.country) == ("", "Senegal")
    assert item["city"] is None
    assert item["country"] == "SN"


def test_an_item_has_what_the_design_names(app: Flask) -> None:
    with reading(app):
        item = case_item(get_case("graz-advisory-council"))
    assert {
        "slug", "title", "summary", "language", "city", "principles", "published_at", "updated_at", "url"
    } <= set(item)  # fmt: skip
    assert item["city"] == {"slug": "graz", "name": "Graz", "country": "AT"}
    assert item["principles"] == ["GP4", "GP6", "GP8"]
    assert item["url"].endswith("/cases/graz-advisory-council")
    assert item["url"].startswith("http")


def test_a_slug_of_any_script_is_safe_in_an_address(session: Any, app: Flask) -> None:
    make_case("인권-도시")
    with reading(app):
        assert case_row(get_case("인권-도시")).url == "/cases/%EC%9D%B8%EA%B6%8C-%EB%8F%84%EC%8B%9C"


def test_a_csv_row_fits_its_header(app: Flask) -> None:
    with reading(app):
        rows = [case_csv_row(get_case(slug)) for slug in ("graz-advisory-council", "senegal-charte")]
    assert {len(row) for row in rows} == {len(CSV_HEADER)}
    found = dict(zip(CSV_HEADER, rows[0], strict=True))
    assert found["clauses"] == ["GP4.2", "GP6.1", "GP8.2"]
    assert found["city"] == "graz"


def test_a_code_that_the_list_does_not_know_stands_for_itself(session: Any, app: Flask) -> None:
    case = make_case("odd", tags=[("type", "no_such_type")])
    with reading(app):
        assert case_rows([case])[0].type_labels == ["no_such_type"]


def test_languages_are_named_in_themselves() -> None:
    assert own_language_name("ko") == "한국어"
    assert own_language_name("de") == "Deutsch"
    assert own_language_name("zz") == "zz"
    assert own_language_name("x" * 30) == "x" * 30
