"""A case as JSON and Markdown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from markdown_it import MarkdownIt

from hub.cases.exports import document
from hub.cases.markdown import as_typed, markdown, without_html
from hub.cases.queries import get_case
from tests.cases.factory import make_case, reading
from tests.cases.rich import RICH, add_translation

HOSTILE = '<script>alert("x")</script> **b** [l](javascript:alert(1)) `c` # | ![i](x)'


def test_the_document_holds_every_field_with_labels(app: Flask) -> None:
    with reading(app, "ko"):
        found = document(get_case("gwangju-ombudsman"))
    json.dumps(found)
    assert found["problem"].startswith("행정에서")
    assert {"code": "GP10.2", "label": "옴부즈맨 또는 시 인권위원회"} in found["tags"]["clauses"]
    assert found["tags"]["principles"][0]["code"] == "GP10"
    assert found["tags"]["types"][0]["label"]
    assert found["sources"][0]["url"].startswith("http")
    assert found["licence"]["name"] == "CC BY 4.0"
    assert found["is_compiled"] is True
    assert isinstance(found["has_reported_results"], bool)
    assert found["years"]["started"] == 2009
    assert found["city"]["name_native"] == "광주광역시"
    assert found["formats"]["pdf"].endswith("/cases/gwangju-ombudsman.pdf")
    assert found["country_name"] == "대한민국"
    assert "gwangju-ombudsman" in found["citation"]["text"]


def test_a_compiled_case_is_not_cited_as_the_citys_word(session: Any, app: Flask) -> None:
    make_case("own-word", is_compiled=False)
    with reading(app):
        assert document(get_case("graz-advisory-council"))["citation"]["author"] == "Human Rights Cities Hub"
        assert document(get_case("own-word"))["citation"]["author"] == "Graz"


def test_markdown_reads_as_the_page_does(app: Flask) -> None:
    with reading(app):
        text = markdown(get_case("graz-advisory-council"))
    assert text.startswith("# A human rights council that reports to its own city\n")
    assert "> Compiled from public sources, not yet confirmed by the city." in text
    for heading in ("Problem", "What the city did", "Results, as reported", "Lessons", "Evidence", "Cite"):
        assert f"\n## {heading}\n" in text
    assert "- **When:** since 2001" in text
    assert "](<http" in text


def test_hostile_words_stay_words_in_markdown(session: Any, app: Flask) -> None:
    sources = [("javascript:alert(1)", HOSTILE), ("https://x.org/a>b c", "[x](y)")]
    make_case("hostile", title=HOSTILE, summary=HOSTILE, sources=sources)
    with reading(app):
        text = markdown(get_case("hostile"))
    html = MarkdownIt("commonmark", {"html": True}).render(text)
    assert "<script" not in html
    assert "javascript:" not in html.replace("javascript:alert(1))", "")
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; **b** [l](javascript:alert(1))" in html
    assert 'href="https://x.org/a%3Eb%20c"' in html


def test_raw_html_in_a_part_shows_as_typed() -> None:
    source = "a <b>bold</b> <!-- c --> <https://example.org>\n\n<script>x</script>"
    html = MarkdownIt("commonmark", {"html": True}).render(without_html(source))
    assert "<b>" not in html
    assert "<script" not in html
    assert "<!--" not in html
    assert '<a href="https://example.org">' in html


@pytest.mark.parametrize("text", ["1. not a list", "- nor this", "+ or this", "= heading", "12) no", "a\nb", "*a*"])
def test_as_typed_makes_one_paragraph(text: str) -> None:
    html = MarkdownIt("commonmark").render(as_typed(text))
    assert html == "<p>" + " ".join(text.split()) + "</p>\n"


def test_the_new_parts_stand_in_json_and_markdown(session: Any, app: Flask) -> None:
    make_case("whole", **RICH)
    add_translation("whole", "es", title="Un caso", problem="Por qué.", is_machine=True)
    with reading(app):
        found, text = document(get_case("whole")), markdown(get_case("whole"))
    assert found["stage"] == {"code": "running", "label": "Running"}
    assert found["cost"]["band"]["code"] == "10k-100k"
    assert (found["cost"]["amount"], found["cost"]["currency"], found["cost"]["year"]) == ("42,000", "EUR", 2024)
    assert found["indicators"][0]["baseline"] == "40"
    assert found["partners"] == [{"name": "Neighbours' league", "role": "ran it", "url": "https://example.org/league"}]
    assert found["tags"]["funders"][0]["code"] == "own_budget"
    assert found["open_answers"] == ["failures"]
    assert found["will_mentor"] is True
    assert found["truth"]["state"] == "confirmed"
    assert [each["language"] for each in found["translations"]] == ["es"]
    assert found["translations"][0]["problem"] == "Por qué."
    assert "consent" not in json.dumps(found)
    for line in (
        "## Means", "- **Amount:** 42,000 EUR (2024)", "## What did not work", "*None reported yet.*",
        "### What must stay", "| Complaints solved | 40 | 80 | % | 2023 | [example.org](<https://example.org/a%7Cb>) |",
        "- [Neighbours' league](<https://example.org/league>): ran it",
        "- **Adapted from:** [Graz](<https://example.org/g>)", "- **Stage:** Running",
    ):  # fmt: skip
        assert f"\n{line}\n" in text, line
    with reading(app, "es"):
        told = markdown(get_case("whole"))
    assert told.startswith("# Un caso\n")
    assert "Por qué." in told
    assert "How." in told  # what is not translated stands as it was written


def test_missing_parts_are_left_out_and_missing_results_said(session: Any, app: Flask) -> None:
    make_case("thin", problem="", lessons=" ", results="", has_reported_results=False, sources=[])
    with reading(app):
        text = markdown(get_case("thin"))
    assert "## Problem" not in text
    assert "## Lessons" not in text
    assert "*None reported yet.*" in text
    assert "## Evidence" not in text
