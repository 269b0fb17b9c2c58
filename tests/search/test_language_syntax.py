"""The query language: what is understood, and that nothing typed can break it."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search.language.syntax import parse
from hub.search.tree import And, Field, Node, Not, Or, Phrase, Prefix, Range, Word

pytestmark = pytest.mark.alone

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a OR b c", And((Or((A, B)), C))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a ANDNOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("-a", Not(A)),
        ("-(a OR b)", Not(Or((A, B)))),
        ("post-conflict", Word("post-conflict")),
        ('"right to the city"', Phrase("right to the city")),
        ("“a b” c", And((Phrase("a b"), C))),
        ("ordin*", Prefix("ordin")),
        ("인권*", Prefix("인권")),
        ("title:ordin*", Field("title", Prefix("ordin"))),
        ("title:(a b)", And((Field("title", A), Field("title", B)))),
        ('city:"Mexico City"', Field("city", Phrase("Mexico City"))),
        ("principle:GP8.2", Field("principle", Word("GP8.2"))),
        ("-principle:GP8", Not(Field("principle", Word("GP8")))),
        ("year:2015", Field("year", Range(2015, 2015))),
        ("year:2015..2020", Field("year", Range(2015, 2020))),
        ("year:2015-2020", Field("year", Range(2015, 2020))),
        ("year:2020..2015", Field("year", Range(2015, 2020))),
        ("year:2015..", Field("year", Range(2015, None))),
        ("year:..2020", Field("year", Range(None, 2020))),
        ("subtitle:a", Word("subtitle:a")),
        ("https://example.org/a", Word("https://example.org/a")),
        ("ａ　ｂ", And((A, B))),
    ],
)
def test_understood(text: str, tree: Node) -> None:
    parsed = parse(text)
    assert parsed.tree == tree
    assert parsed.note == ""


@pytest.mark.parametrize(
    ("text", "tree", "note"),
    [
        ("", None, ""),
        ("   ", None, ""),
        ("***", None, "empty"),
        ("- -- ()", None, "empty"),
        ('""', None, "empty"),
        ('"a b', And((Word('"a'), B)), "unbalanced"),
        ("(a b", And((A, B)), "unbalanced"),
        ("a OR", A, "unbalanced"),
        ("AND a", A, "unbalanced"),
        ("a OR OR b", And((A, B)), "unbalanced"),
        ("AND", None, "unbalanced"),
        ("NOT NOT a", A, "plain"),
        ("year:abc", And((Word("year"), Word("abc"))), "plain"),
        ("(" * 9 + "a" + ")" * 9, A, "plain"),
        ("a\x00b\ud800c", And((A, B, C)), ""),
    ],
)
def test_a_mistake_still_searches_and_is_named(text: str, tree: Node | None, note: str) -> None:
    parsed = parse(text)
    assert (parsed.tree, parsed.note) == (tree, note)


def test_long_queries_are_cut_before_they_are_parsed() -> None:
    many = parse(" ".join(f"w{i}" for i in range(10_000)))
    assert isinstance(many.tree, And)
    assert len(many.tree.parts) == 32
    assert many.note == "cut"
    assert parse("x" * 501) == parse("x" * 600)
    assert parse("x" * 501).note == "cut"
    phrases = [f'"right {letter}"' for letter in "abcdefghi"]
    assert (parse(" OR ".join(phrases)).tree, parse(" OR ".join(phrases)).note) == (
        parse(" OR ".join(phrases[:8])).tree,
        "cut",
    )
    assert parse(" AND ".join(f"a{number}" for number in range(32))).note == ""  # to join words costs none
    assert parse("-".join("a" * 100)).note == "cut"
    assert parse(" ".join(f"w{i}" for i in range(32))).note == ""


MOST_CALLS = 60_000
HOSTILE = [
    "(" * 5000,
    ")" * 5000,
    '"' * 4999,
    "NOT " * 3000,
    "- " * 3000,
    "a* " * 3000,
    "*" * 5000,
    "title:" * 2000,
    "((a OR b) AND " * 500,
    "ﷺ" * 5000,
    "인" * 5000,
    "\u0301" * 5000,
    "year:" + "9" * 5000,
    "[a TO z]",
    "a^99999999999",
    'a~5 "b"~99',
    "' OR 1=1 --",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_quick(text: str) -> None:
    """Counted in calls, not in time, so that a busy machine changes nothing."""
    assert calls_of(lambda: parse(text)) < MOST_CALLS


def calls_of(work: Callable[[], object]) -> int:
    """Return how many calls a piece of work makes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


PIECES = ["a", "인권", "AND", "OR", "NOT", "-", "(", ")", '"', "*", ":", "title:", "year:", "..", "2015"]
PIECES += [" ", "^", "~2", "'"]


@given(st.one_of(st.text(max_size=700), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed(text: str) -> None:
    parsed = parse(text)
    assert parsed.note in ("", "cut", "plain", "unbalanced", "empty")
    assert parse(text) == parsed
