"""Citing a case: no value can leave its field."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from hub.cases.citation import Citation, bibtex, latex, one_line, ris

PLAIN = Citation(
    slug="gwangju-ombudsman",
    title="시정 인권침해를 조사하는 인권옴부즈맨",
    author="Human Rights Cities Hub",
    place="광주광역시, 대한민국",
    language="ko",
    summary="요약",
    version=3,
    updated_at=datetime(2026, 3, 4, tzinfo=UTC),
    url="https://hub.example.org/cases/gwangju-ombudsman",
    keywords=("GP10.2 Ombudsman",),
    note="CC BY 4.0.",
)


def test_bibtex_keeps_hangul_and_names_version_and_address() -> None:
    entry = bibtex(PLAIN)
    assert entry.startswith("@misc{hub-gwangju-ombudsman,\n")
    assert "  title = {{시정 인권침해를 조사하는 인권옴부즈맨}}," in entry
    assert "  author = {{Human Rights Cities Hub}}," in entry
    assert "  year = {2026},\n  month = {3}," in entry
    assert "  url = {https://hub.example.org/cases/gwangju-ombudsman}," in entry
    assert "version 3" in entry


def test_latex_signs_stand_for_themselves() -> None:
    assert latex(r"50% of $5 & #1 _a_ {b} ~c^d \input") == (
        r"50\% of \$5 \& \#1 \_a\_ \textbraceleft{}b\textbraceright{} \textasciitilde{}c\textasciicircum{}d "
        r"\textbackslash{}input"
    )


def test_a_title_cannot_end_its_field_of_bibtex() -> None:
    entry = bibtex(replace(PLAIN, title='}}, note = {stolen}\n@misc{x, title={"'))
    assert len(re.findall(r"^@", entry, re.M)) == 1
    assert entry.count("{") == entry.count("}")
    assert "note = {stolen}" not in entry


@given(st.text(max_size=200))
def test_braces_of_bibtex_always_balance(title: str) -> None:
    entry = bibtex(replace(PLAIN, title=title, place=title, slug=title, url="https://x/" + title))
    depth = 0
    for character in entry:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_a_slug_without_ascii_still_makes_a_key() -> None:
    assert bibtex(replace(PLAIN, slug="인권-도시")).startswith("@misc{hub-20260304,\n")


def test_ris_is_one_record_with_every_value_on_one_line() -> None:
    record = ris(replace(PLAIN, title="One\r\nER  - \r\nTY  - BOOK\u2028more", summary="a\nb"))
    lines = record.split("\r\n")
    assert lines[0] == "TY  - ELEC"
    assert lines[-2:] == ["ER  - ", ""]
    assert [line for line in lines if line.startswith(("TY", "ER"))] == ["TY  - ELEC", "ER  - "]
    assert "TI  - One ER - TY - BOOK more" in lines
    assert "AB  - a b" in lines
    assert "\n" not in "".join(lines)


def test_ris_keeps_hangul() -> None:
    assert "TI  - 시정 인권침해를 조사하는 인권옴부즈맨\r\n" in ris(PLAIN)
    assert "CY  - 광주광역시, 대한민국\r\n" in ris(PLAIN)


@given(st.text(max_size=200))
def test_ris_lines_never_break(text: str) -> None:
    record = ris(replace(PLAIN, title=text, summary=text, place=text, note=text))
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in record.split("\r\n")[:-1])
    assert len(record.splitlines()) == record.count("\r\n")


def test_signs_that_turn_the_reading_direction_are_dropped() -> None:
    assert one_line("safe\u202egnp.exe\x00\u2066") == "safe gnp.exe"
    assert one_line("می\u200cخواهم") == "می\u200cخواهم"
