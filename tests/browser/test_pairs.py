"""The dealing of combinations, and the checker kept here."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.browser import axe
from tests.browser.pairs import all_rows, pairwise

pytestmark = pytest.mark.alone


@given(st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_every_two_values_meet(sizes: list[int]) -> None:
    columns = [[f"{place}-{value}" for value in range(size)] for place, size in enumerate(sizes)]
    rows = pairwise(*columns)
    assert len(rows) <= len(all_rows(*columns))
    assert len(set(rows)) == len(rows)
    met = {pair for row in rows for pair in combinations(row, 2)}
    for one, other in combinations(columns, 2):
        assert {(a, b) for a in one for b in other} <= met
    assert {value for row in rows for value in row} == {value for column in columns for value in column}


def test_rows_are_few_and_the_same_each_time() -> None:
    columns = (range(45), ["en", "ko", "es", "fr"], ("light", "dark"), (360, 768, 1280))
    rows = pairwise(*columns)
    assert rows == pairwise(*columns)
    assert 45 * 4 <= len(rows) <= 45 * 4 + 5
    assert len(all_rows(*columns)) == 45 * 24


def test_a_column_without_values_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        pairwise([1], [])


def test_the_checker_is_the_one_we_took() -> None:
    assert "Mozilla Public" in axe.source()[:800]
    assert axe.source().startswith("/*! axe v4.14.1")
