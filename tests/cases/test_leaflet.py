"""A case as PDF: its words can be read back, and none of them is ever a command."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from hub.cases.leaflet import TEMPLATE, breakable, leaflet, leaflet_data, typeset
from hub.cases.queries import get_case
from tests.cases import pdftext
from tests.cases.factory import make_case, reading
from tests.cases.rich import RICH, add_translation

HOSTILE = '#import "@preview/x:1.0.0" $ sqrt(2) $ \\u{41} ] ) } #panic() <label> @ref *b* _i_ `c` // d /* e */ "q"'


def test_hangul_can_be_read_back_word_by_word(app: Flask) -> None:
    with reading(app, "ko"):
        case = get_case("gwangju-ombudsman")
        pdf = leaflet(case)
    assert pdf.startswith(b"%PDF-")
    text = pdftext.text(pdf)
    own = (case.title, case.summary, case.problem, case.action, case.results, case.lessons)
    for words in (*own, "광주광역시, 대한민국"):
        assert pdftext.bare(words) in text


def test_two_pages_of_a4_with_their_title(app: Flask) -> None:
    with reading(app):
        pdf = leaflet(get_case("graz-advisory-council"))
    assert len(pdftext.pages(pdf)) == 2
    assert re.search(rb"/MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]", pdf)
    assert b"/Title(A human rights council that reports to its own city)" in pdf or (
        b"/Title" in pdf and "A human rights council".encode("utf-16-be").hex().upper().encode() in pdf
    )
    assert b"A human rights council that reports to its own city" in pdf


@pytest.mark.parametrize("field", ["title", "summary", "problem"])
def test_markup_of_the_typesetter_stays_text(session: Any, app: Flask, field: str) -> None:
    make_case("hostile", **{field: HOSTILE})
    with reading(app):
        text = pdftext.text(leaflet(get_case("hostile")))
    expected = HOSTILE
    if field == "problem":  # a part is Markdown: its marks are read, everything else stays
        expected = HOSTILE.replace("*b*", "b").replace("_i_", "i").replace("`c`", "c")
    assert pdftext.bare(expected) in text


def test_hostile_words_everywhere_else_stay_text(app: Flask) -> None:
    with reading(app):
        data = leaflet_data(get_case("graz-advisory-council"))
    data["facts"] = [[HOSTILE, HOSTILE]]
    data["sources"] = [{"title": HOSTILE, "url": "https://example.org/#import"}]
    data["timeline"] = [[HOSTILE, HOSTILE]]
    data["cite"] = [HOSTILE] * 3
    data["notice"] = data["byline"] = data["footer"] = data["author"] = HOSTILE
    assert pdftext.text(typeset(TEMPLATE, data)).count(pdftext.bare(HOSTILE)) >= 9


def test_long_empty_and_foreign_content_is_typeset(session: Any, app: Flask) -> None:
    make_case("long", title="x" * 300, summary="가" * 3000, action="word " * 4000, tags=[], sources=[], city=None)
    empty = dict.fromkeys(("summary", "problem", "action", "results", "lessons"), "")
    make_case("bare", title="مدينة حقوق الإنسان \u202e", tags=[], **empty)
    with reading(app, "fr"):
        assert len(pdftext.pages(leaflet(get_case("long")))) > 2
        assert leaflet(get_case("bare")).startswith(b"%PDF-")


def test_the_same_case_gives_the_same_bytes(app: Flask) -> None:
    with reading(app):
        case = get_case("graz-advisory-council")
        assert leaflet(case) == leaflet(case)


def test_words_without_end_may_break() -> None:
    assert breakable("a" * 100).replace("\u200b", "") == "a" * 100
    assert max(map(len, breakable("a" * 100).split("\u200b"))) == 40
    assert breakable("short words stay") == "short words stay"


def test_the_new_parts_stand_in_the_leaflet_and_in_its_translation(session: Any, app: Flask) -> None:
    make_case("whole", **RICH)
    add_translation("whole", "es", title="Un caso", problem="Por qué.", is_machine=True)
    with reading(app):
        pdf = leaflet(get_case("whole"))
        text = pdftext.text(pdf)
        assert len(pdftext.pages(pdf)) <= 3
        for words in ("42,000 EUR (2024)", "Complaints solved", "80 %", "Neighbours' league", "None reported yet.",
                      "What must stay", "fair@example.org"):  # fmt: skip
            assert pdftext.bare(words).replace("'", "") in text.replace("'", "").replace("’", ""), words
        assert "consentinthesafe" not in text
    with reading(app, "es"):
        told = pdftext.text(leaflet(get_case("whole")))
    assert "Porqué." in told
