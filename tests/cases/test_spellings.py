"""A name is found however it is written, and nothing else is."""

from __future__ import annotations

import unicodedata

import pytest

from hub.cases.spellings import Spellings, is_enough

MARK = "[a person]"


def without(text: str, *names: str, inside: bool = False, is_markdown: bool = False, most: int = 0) -> str:
    return Spellings(names, inside).replaced(text, MARK, is_markdown=is_markdown, most=most).text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Maria Gómez", "Maria Gómez"), ("Maria Gómez", "MARIA GÓMEZ"), ("maria gómez", "Maria\n Gómez"),
        ("Maria Gómez", unicodedata.normalize("NFD", "Maria Gómez")),
        (unicodedata.normalize("NFD", "Maria Gómez"), "Maria Gómez"), ("Maria Gómez", "Maria-Gómez"),
        ("Maria Gómez", "Maria** *Gómez"), ("Maria Gómez", "Mar\u00adia\u200b Gómez"),
        ("Maria Gómez", "Maria G&oacute;mez"), ("Maria Gómez", "Maria\\_Gómez"), ("Maria Gómez", "Maria&nbsp;Gómez"),
        ("Maria Gómez", "Maria G%C3%B3mez"), ("Jean-Pierre Roux", "Jean Pierre Roux"), ("Strauß", "STRAUSS"),
        ("Σοφός", "ΣΟΦΌΣ"), ("O'Neill", "O&#39;Neill"), ("김철수", unicodedata.normalize("NFD", "김철수")),
        ("김철수", "김\u200b철\u200b수"), ("a.*b(", "A.*B("), ("<script>", "&lt;SCRIPT&gt;"), ("(?P<n>", "(?P<n>"),
        ("\\d+x", "\\d+x"), ("田中", "田中"), ("राम", "राम"),
    ],
)  # fmt: skip
def test_it_is_found_however_it_is_written(name: str, text: str) -> None:
    assert without(f"With {text}, said all.", name) == f"With {MARK}, said all."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ann", "Anna"), ("Ann", "Johann"), ("Ann", "Ann2"), ("Gómez", "Gómezia"), ("Gomez", "Gómez"),
        ("राम", "रामायण"), ("राम", "रामा"), ("김철수", "대김철수"), ("김철수", "김철수동네"), ("マリア", "マリアンヌ"),
        ("Maria Gómez", "Maria, Gómez"), ("Maria Gómez", "Maria und Gómez"), (".*", "anything"), ("a|b", "a"),
        ("Jose", unicodedata.normalize("NFD", "José")),
    ],
)  # fmt: skip
def test_other_words_stay(name: str, text: str) -> None:
    assert without(f"With {text} there.", name) == f"With {text} there."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("김철수는 왔다", f"{MARK}는 왔다"), ("김철수 씨가", f"{MARK} 씨가"), ("김철수씨에게", f"{MARK}씨에게"),
        ("田中さんと", f"{MARK}さんと"), ("Ann's _Ann_ Ann.", f"{MARK}'s _{MARK}_ {MARK}."), ("Ann는", f"{MARK}는"),
    ],
)  # fmt: skip
def test_what_is_grown_onto_a_name_stays(text: str, wanted: str) -> None:
    assert without(text, "김철수", "田中", "Ann") == wanted


def test_longer_words_only_on_wish() -> None:
    spelled = Spellings(("Ann",))
    assert [hit.is_inside for hit in spelled.hits("Ann and Anna, Johann")] == [False, True, True]
    assert without("Ann and Anna", "Ann", inside=True) == f"{MARK} and {MARK}a"


def test_a_whole_name_goes_before_its_parts() -> None:
    done = Spellings(("Gómez", "Maria Gómez")).replaced("Maria Gómez and Gómez", MARK)
    assert done == (f"{MARK} and {MARK}", 2)


def test_an_address_that_holds_the_name_goes_whole() -> None:
    assert without("See https://example.org/maria-gomez/x?y=1.", "Maria Gomez") == f"See {MARK}."
    assert without("(https://example.org/a/Maria%20Gomez)", "Maria Gomez") == f"({MARK})"


def test_markdown_stays_what_it_was() -> None:
    def told(text: str) -> str:
        return without(text, "Maria Gomez", is_markdown=True)

    assert told("[her page](https://example.org/maria-gomez) is") == f"her page {MARK} is"
    assert told("[Maria Gomez](https://example.org/maria_gomez)") == f"{MARK} {MARK}"
    assert told("[Maria Gomez](https://example.org/a)") == f"[{MARK}](https://example.org/a)"
    assert told("Maria Gomez(1970) and Maria Gomez: a founder") == f"{MARK} (1970) and {MARK} : a founder"


def test_a_text_is_cut_to_what_its_field_holds() -> None:
    assert without("Maria Gomez " * 3, "Maria Gomez", most=20) == f"{MARK} {MARK}"[:19] + "…"
    assert without("x" * 30, "Maria Gomez", most=20) == "x" * 30


def test_what_is_put_in_place_is_never_read_as_a_pattern() -> None:
    assert Spellings(("Ann",)).replaced("Ann", r"\1 \g<0> $1").text == r"\1 \g<0> $1"


@pytest.mark.parametrize("name", ["a", " a ", "..", "\u200b\u200b", "", "-*-", "é"])
def test_too_little_is_no_name(name: str) -> None:
    assert not is_enough(name)


def test_nothing_is_found_of_nothing() -> None:
    assert without("A text, with - and .", "-", " ", "") == "A text, with - and ."


@pytest.mark.parametrize("text", ["a - " * 40_000, "[" * 20_000, "[a](" * 10_000, "%41" * 30_000, "&amp;" * 30_000])
def test_a_text_made_to_be_slow_is_read(text: str) -> None:
    spelled = Spellings(("a a a a a a a a b", "Maria Gomez"))
    assert spelled.replaced(text + " Maria Gomez", MARK, is_markdown=True).places == 1
