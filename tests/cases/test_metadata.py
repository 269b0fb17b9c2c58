"""What others need to know about a case."""

from __future__ import annotations

from typing import Any

from flask import Flask

from hub.cases.metadata import citation, cited_in_words, link_header, structured_data
from hub.cases.queries import get_case
from hub.cases.translations import told_in
from tests.cases.factory import make_case, reading
from tests.cases.rich import RICH, add_translation


def test_structured_data_names_language_place_and_licence(app: Flask) -> None:
    with reading(app, "ko"):
        found = structured_data(get_case("gwangju-ombudsman"))
    assert found["@type"] == "Article"
    assert found["inLanguage"] == "ko"
    assert found["contentLocation"]["name"] == "광주광역시"
    assert found["contentLocation"]["geo"]["@type"] == "GeoCoordinates"
    assert found["license"].startswith("https://creativecommons.org/")
    assert found["datePublished"] <= found["dateModified"]
    assert found["author"]["@type"] == "Organization"


def test_a_citys_own_case_has_the_city_as_author(session: Any, app: Flask) -> None:
    make_case("own", is_compiled=False)
    with reading(app):
        found = structured_data(get_case("own"))
    assert found["author"] == {"@type": "GovernmentOrganization", "name": "Graz"}


def test_a_national_programme_lies_in_its_country(app: Flask) -> None:
    with reading(app):
        found = structured_data(get_case("senegal-charte"))
    assert found["contentLocation"] == {"@type": "Country", "name": "Senegal", "identifier": "SN"}


def test_unsafe_sources_are_not_cited(session: Any, app: Flask) -> None:
    make_case("odd", sources=[("javascript:alert(1)", "x"), ("https://example.org/a", "y")])
    with reading(app):
        assert structured_data(get_case("odd"))["citation"] == ["https://example.org/a"]


def test_the_link_header_is_ascii_and_names_every_format(session: Any, app: Flask) -> None:
    make_case("인권")
    with reading(app):
        header = link_header(get_case("인권"))
    assert header.isascii()
    for suffix in ("json", "md", "bib", "ris", "pdf"):
        assert f'.{suffix}>; rel="alternate"; type="' in header


def test_a_citation_says_version_date_and_standing(app: Flask) -> None:
    with reading(app):
        case = get_case("graz-advisory-council")
        before, title, after = cited_in_words(case)
        cited = citation(case)
    assert before == f"Human Rights Cities Hub ({case.updated_at.year})."
    assert title == case.title
    assert "version 1" in after
    assert "not yet confirmed by the city" in after
    assert "CC BY 4.0." in after
    assert after.endswith("/cases/graz-advisory-council")
    assert cited.keywords[0].startswith("GP4.2 ")


def test_structured_data_tells_what_about_when_with_whom_and_in_which_languages(session: Any, app: Flask) -> None:
    make_case("whole", **RICH)
    add_translation("whole", "es", title="Un caso")
    with reading(app):
        case = get_case("whole")
        found = structured_data(case, told_in(case, "en").others)
    assert found["temporalCoverage"] == "2019/.."
    assert found["spatialCoverage"] == found["contentLocation"]
    assert found["about"][0]["termCode"] == "GP3.1"
    assert found["isBasedOn"] == "https://example.org/g"
    assert found["contributor"] == [{"@type": "Organization", "name": "Neighbours' league"}]
    assert [(each["inLanguage"], each["url"].rsplit("/", 1)[1]) for each in found["workTranslation"]] == [
        ("es", "whole?text=es")
    ]
