"""The forty questions stay what they were meant to be, and what is counted is counted right."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from bench.relevance import QUESTIONS, Answered, average_precision, ndcg
from hub.core.paths import SEEDS
from hub.search.language.analysis import query_terms, stopped_in


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    """Return the questions as they are kept."""
    return list(yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def cases() -> dict[str, dict[str, Any]]:
    """Return the seed cases by id."""
    rows = yaml.safe_load((SEEDS / "cases.yaml").read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows}


def test_there_are_ten_in_each_language_and_each_expects_cases_that_exist(
    questions: list[dict[str, Any]], cases: dict[str, dict[str, Any]]
) -> None:
    assert Counter(each["language"] for each in questions) == {"en": 10, "ko": 10, "es": 10, "fr": 10}
    assert len({each["q"] for each in questions}) == 40
    for each in questions:
        assert each["expected"], each["q"]
        assert set(each["expected"]) <= set(cases), each["q"]


def test_a_quarter_asks_for_cases_in_other_languages_only(
    questions: list[dict[str, Any]], cases: dict[str, dict[str, Any]]
) -> None:
    translated = [
        each["q"]
        for each in questions
        if each["language"] not in {cases[slug]["language"] for slug in each["expected"]}
    ]
    assert translated == [each["q"] for each in questions if each["title"] == "translated"]
    assert len(translated) == 10


def test_half_of_the_others_share_no_word_with_any_expected_title(
    questions: list[dict[str, Any]], cases: dict[str, dict[str, Any]]
) -> None:
    kinds = Counter(each["title"] for each in questions)
    assert kinds["none"] == kinds["some"] == 15
    for each in questions:
        shared = {
            word
            for slug in each["expected"]
            for word in each["q"].split()
            if told_by(word) & told_by(cases[slug]["title"])
        }
        if each["title"] == "none":
            assert not shared, each["q"]
        if each["title"] == "some":
            assert shared, each["q"]


def told_by(text: str) -> set[str]:
    """Return whole words of a text in all their forms, without words that are stop words somewhere."""
    return {"".join(terms) for word in text.split() if not stopped_in(word) for terms in query_terms(word)}


def test_the_figures_are_those_of_the_books() -> None:
    assert ndcg(["a", "b", "c"], {"a", "b"}) == 1
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(0.6309, abs=0.0001)  # 1 / log2(3)
    assert ndcg([], {"a"}) == 0
    assert average_precision([1, 9, 2], {1, 2}) == pytest.approx((1 + 2 / 3) / 2)


def test_what_is_offered_stands_below_what_was_found() -> None:
    nothing = Answered("q", "en", "none", {"a", "b"}, found=[], offered=["x", "a"])
    assert nothing.scores(with_offered=False) == (0, 0, 0)
    assert nothing.scores(with_offered=True)[:2] == (0.5, 0.5)
    something = Answered("q", "en", "none", {"a"}, found=["x"], offered=["a"])
    assert something.scores(with_offered=False) == (0, 0, 0)
    assert something.scores(with_offered=True)[:2] == (1, 0.5)
