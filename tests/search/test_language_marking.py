"""Marked words and fragments: right, and safe to show."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from hub.core.paths import SEEDS
from hub.search.language import marking
from hub.search.language.analysis import WORDS, query_terms
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


def _texts() -> list[tuple[str, str]]:
    """Texts of the seeds with their languages: the commitments in four, and cases."""
    found: list[tuple[str, str]] = []

    def gather(node: Any) -> None:
        if isinstance(node, dict):
            if {"en", "ko"} <= node.keys():
                found.extend(
                    (words if isinstance(words, str) else str(words.get("text", "")), language)
                    for language, words in node.items()
                )
            else:
                for each in node.values():
                    gather(each)
        elif isinstance(node, list):
            for each in node:
                gather(each)

    for name in ("charters.yaml", "vocabularies.yaml"):
        gather(yaml.safe_load((SEEDS / name).read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", ["en", "es", "fr", "ko"])
def test_the_quick_way_to_the_words_finds_what_the_slow_one_does(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = " ".join(words for words, written_in in _texts() if written_in == language)
    words = sorted(set(WORDS.findall(text)))
    assert len(words) > 300
    quick = {word: highlight(text, query_terms(word), language) for word in words[::29]}
    monkeypatch.setattr(marking, "starts", lambda *_: None)
    assert quick == {word: highlight(text, query_terms(word), language) for word in words[::29]}


PIECES = st.sampled_from(
    ["cœur", "Œuvres", "straße", "STRASSE", "dying", "die", "lying", "women's", "s", "l’égalité", "인권GP8",
     "GP8의",
     "인권조례를", "poblacio\u0301n", "población", "ﬁne", "İstanbul",
     "soft\u00adhyphen", "Ｇwangju", "1930s", "O’Neill", "yeux"]
)  # fmt: skip


@given(st.lists(st.tuples(PIECES, st.sampled_from([" ", ", ", "’", "-", "_", ""])), max_size=8), PIECES,
       st.sampled_from(["en", "ko", "es", "fr", ""]))  # fmt: skip
def test_nor_do_odd_letters_hide_a_word(pieces: list[tuple[str, str]], word: str, language: str) -> None:
    text = "".join(f"{piece}{after}" for piece, after in pieces)
    wanted = (*query_terms(word), (f"{word[:2].lower()}*",))
    quick = highlight(text, wanted, language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marking, "starts", lambda *_: None)
        assert quick == highlight(text, wanted, language)
