"""What a question is made of: its tree, how it was read, and the labels its words name."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search.asking import understand
from hub.search.language.syntax import parse, written
from hub.search.tree import And, Or, Tagged, Word


def test_words_that_name_no_label_are_searched_as_they_are(session: Any) -> None:
    asked = understand("zebra crossing")
    assert asked.tree == And((Word("zebra"), Word("crossing")))
    assert (asked.note, asked.understood, asked.tags) == ("", "", ())
    assert ("zebra",) in asked.needles
    assert understand("").tree is None
    assert understand("***").note == "empty"


def test_a_label_finds_its_code_too_and_only_words_are_marked(session: Any) -> None:
    asked = understand("solidaridad")
    assert asked.tree == Or((Word("solidaridad"), Tagged("principle", "GP5")))
    assert asked.tags == (("principle", "GP5"),)
    assert asked.needles == parse_needles("solidaridad")


def parse_needles(text: str) -> tuple[tuple[str, ...], ...]:
    """What is marked for the words alone."""
    from hub.search.query import needles

    return needles(parse(text).tree)


def test_a_question_with_a_mistake_says_how_it_was_read(session: Any) -> None:
    assert understand("zebra AND OR crossing").understood == "zebra AND crossing"
    assert understand('zebra "crossing').understood == "zebra AND crossing"
    assert understand("NOT NOT zebra").understood == "zebra"
    assert understand("zebra crossing").understood == ""
    assert understand(" ".join(f"w{i}" for i in range(40))).understood.endswith("AND w31")


def test_every_part_of_a_question_has_one_spelling() -> None:
    for text in (
        'right AND (city OR town) AND NOT "human being"',
        "title:ordin* AND year:2015..2020",
        "NOT (a OR b)",
        "(a AND b) OR c",
        "year:..2020",
        "year:2015",
        'city:"Mexico City"',
    ):
        tree = parse(text).tree
        assert tree is not None
        assert written(tree) == text


PIECES = ["a", "인권", "AND", "OR", "NOT", "-", "(", ")", '"', "*", "title:", "year:2015..", "city:x", " ", " ", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_what_a_question_is_said_to_mean_means_the_same(text: str) -> None:
    tree = parse(text).tree
    if tree is not None:
        said = written(tree)
        assert written(parse(said).tree or Word("")) == said
