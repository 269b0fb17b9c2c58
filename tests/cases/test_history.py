"""Versions in words."""

from __future__ import annotations

from flask import Flask

from hub.cases.diff import FACTS, LISTS, TEXTS
from hub.cases.history import field_name, spell
from hub.cases.queries import get_case
from hub.cases.service import content_of
from tests.cases.factory import reading


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
