"""Word differences between versions."""

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cases import diff
from hub.cases.diff import GONE, NEW, SAME, Segment, changes, shortened, word_diff


def read(segments: list[Segment], *kinds: str) -> str:
    return "".join(segment.text for segment in segments if segment.kind in kinds)


def test_one_word_changed() -> None:
    assert word_diff("the old town hall", "the new town hall") == [
        Segment(SAME, "the "),
        Segment(GONE, "old"),
        Segment(NEW, "new"),
        Segment(SAME, " town hall"),
    ]


def test_korean_words_change_as_words() -> None:
    assert word_diff("인권 조례를 만들고", "인권 헌장을 만들고")[1:3] == [
        Segment(GONE, "조례를"),
        Segment(NEW, "헌장을"),
    ]


def test_scripts_without_spaces_change_sign_by_sign() -> None:
    assert [segment.text for segment in word_diff("人权城市", "人民城市")] == ["人", "权", "民", "城市"]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    segments = word_diff(old, new)
    assert read(segments, SAME, GONE) == old
    assert read(segments, SAME, NEW) == new


@pytest.mark.parametrize("step", [1, 20])
def test_two_huge_texts_cost_a_bounded_comparison(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    compared: list[int] = []

    class Counting(SequenceMatcher[str]):
        def __init__(self, isjunk: None, a: list[str], b: list[str]) -> None:
            compared.append(len(a) * len(b))
            super().__init__(isjunk, a, b)

    monkeypatch.setattr(diff, "SequenceMatcher", Counting)
    old = " ".join(str(number * 7 % 9973) for number in range(0, 20_000, step))
    new = " ".join(str(number * 11 % 9973) for number in range(0, 20_000, step))
    segments = word_diff(old, new)
    assert sum(compared) <= 4_000_000
    assert bool(compared) is (step == 20)  # beyond the bound the texts are shown as replaced, without a comparison
    assert read(segments, SAME, GONE) == old
    assert read(segments, SAME, NEW) == new


def test_long_unchanged_stretches_are_cut() -> None:
    old = " ".join(f"word{number}" for number in range(300))
    segments = shortened(word_diff(old, old.replace("word150", "other")))
    assert [segment.text for segment in segments if segment.is_cut] == ["…", "…"]
    shown = "".join(segment.text for segment in segments)
    assert "word149 word150other word151" in shown
    assert "word10 " not in shown


def test_changes_name_the_fields_that_differ() -> None:
    old = {"title": "A", "summary": "same", "started": 2001, "tags": [["clause", "GP1.1"]], "sources": []}
    new = {"title": "B", "summary": "same", "started": None, "tags": [["clause", "GP2.1"]], "sources": [["u", "t"]]}
    found = {change.field: change.segments for change in changes(old, new)}
    assert list(found) == ["title", "started", "tags", "sources"]
    assert found["started"] == [Segment(GONE, "2001")]
    assert found["tags"] == [Segment(GONE, "clause GP1.1"), Segment(NEW, "clause GP2.1")]


def test_a_version_from_before_a_field_existed_can_be_compared() -> None:
    assert [change.field for change in changes({}, {"lessons": "new", "tags": None, "sources": None})] == ["lessons"]


def test_equal_versions_have_no_changes() -> None:
    content = {"title": "A", "tags": [["clause", "GP1.1"]]}
    assert changes(content, dict(content)) == []
