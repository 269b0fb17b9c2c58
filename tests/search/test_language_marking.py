"""Marked words and fragments: right, and safe to show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from hub.search.language.marking import fragment, highlight
from hub.search.language.syntax import parse
from hub.search.query import needles

pytestmark = pytest.mark.alone


def marked(text: str, query: str, language: str = "en") -> str:
    return str(highlight(text, needles(parse(query).tree), language))


@pytest.mark.parametrize(
    ("text", "query", "language", "expected"),
    [
        ("Two ordinances", "ordinance", "en", "Two <mark>ordinances</mark>"),
        ("인권조례를", "조례", "ko", "인권<mark>조례</mark>를"),
        ("인권조례와 인권교육", "인권조례", "ko", "<mark>인권조례</mark>와 인권교육"),
        ("The right to the city", '"right to the city"', "en", "The <mark>right to the city</mark>"),
        ("A right, a city", '"right to the city"', "en", "A right, a city"),
        ("La población", "poblacion", "es", "La <mark>población</mark>"),
        ("l’égalité", "egalite", "fr", "l’<mark>égalité</mark>"),
        ("Ordinary ordinances", "ordin*", "en", "<mark>Ordinary</mark> <mark>ordinances</mark>"),
        ("water and fire", "water NOT fire", "en", "<mark>water</mark> and fire"),
        ("water", "title:water", "en", "<mark>water</mark>"),
        ("Graz water", "city:graz", "en", "Graz water"),
        ("a <b> & 'c'", "b", "en", "a &lt;<mark>b</mark>&gt; &amp; &#39;c&#39;"),
        ("", "water", "en", ""),
    ],
)
def test_marks(text: str, query: str, language: str, expected: str) -> None:
    assert marked(text, query, language) == expected


@given(st.text(), st.text(max_size=60), st.sampled_from(["en", "ko", "fr", ""]))
def test_nothing_is_lost_and_nothing_gets_in(text: str, query: str, language: str) -> None:
    wanted = needles(parse(query).tree)
    for shown in (highlight(text, wanted, language), fragment(text, wanted, language, 10**6)):
        assert isinstance(shown, Markup)
        assert re.sub("</?mark>", "", shown) == str(escape(text))


LONG = "Something else entirely. " * 30 + "Here the council has an ordinance on water. " + "And so it goes on. " * 30


def test_a_fragment_shows_the_place_that_tells_most() -> None:
    text = "Water. " + LONG
    shown = fragment(text, needles(parse("water ordinance").tree), "en", 120)
    assert "<mark>ordinance</mark> on <mark>water</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    bare = re.sub("</?mark>|…", "", shown).strip()
    assert bare in text
    assert len(bare) <= 140


def test_a_fragment_without_the_words_is_the_beginning() -> None:
    assert fragment("Short text", (), "en") == "Short text"
    assert fragment("One two three four", needles(parse("x").tree), "en", 9) == "One two …"


def test_a_fragment_never_cuts_a_word() -> None:
    for limit in range(30, 200, 7):
        shown = fragment(LONG, needles(parse("ordinance").tree), "en", limit)
        words = re.sub("</?mark>|[….]", "", shown).split()
        assert set(words) <= set(LONG.replace(".", "").split())


def test_text_without_spaces_has_fragments_too() -> None:
    shown = fragment("가나다라" * 100 + "인권조례" + "마바사아" * 100, needles(parse("인권조례").tree), "ko", 60)
    assert "<mark>인권조례</mark>" in shown
    assert len(shown) < 110
