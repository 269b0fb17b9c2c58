"""Names of goals and articles are there for every number and language."""

from __future__ import annotations

import pytest

from hub.vocabularies.goals import article_words, goal_name

LANGUAGES = ("en", "ko", "es", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_seventeen_goals_and_thirty_articles_have_names(language: str) -> None:
    goals = [goal_name(number, language) for number in range(1, 18)]
    articles = [article_words(number, language) for number in range(1, 31)]
    assert all(goals)
    assert all(articles)
    assert len(set(goals)) == 17
    assert len(set(articles)) == 30


def test_each_language_has_its_own() -> None:
    for number in range(1, 18):
        assert len({goal_name(number, language) for language in LANGUAGES}) == 4


def test_an_unknown_language_reads_english_and_an_unknown_number_is_an_error() -> None:
    assert goal_name(16, "de") == "Peace, justice and strong institutions"
    with pytest.raises(KeyError):
        goal_name(18, "en")
    with pytest.raises(KeyError):
        article_words(31, "en")
