"""SECURITY.md promises nothing that no test keeps."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "SECURITY.md"
PROMISES = 30
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

pytestmark = pytest.mark.alone


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file; empty when there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    found = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(each.name for each in found if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"))


def promises() -> dict[int, str]:
    """Return the text of each promise by its number."""
    parts = re.split(r"^(\d+)\. ", PAGE.read_text(encoding="utf-8"), flags=re.M)
    numbers = [int(number) for number in parts[1::2]]
    assert len(numbers) == len(set(numbers)), "a number stands twice"
    return dict(zip(numbers, parts[2::2], strict=True))


def test_every_promise_stands_there_once() -> None:
    assert list(promises()) == list(range(1, PROMISES + 1))


@pytest.mark.parametrize("number", range(1, PROMISES + 1))
def test_every_promise_names_tests_that_exist(number: int) -> None:
    named = _NAMED.findall(promises()[number])
    assert named, f"no test keeps promise {number}"
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(path)]
    assert missing == []


def test_every_test_that_is_named_is_read_as_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"tests/", text)) == len(_NAMED.findall(text))


def test_it_says_how_to_report_and_names_no_person() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "## Telling us" in text
    assert "## What we do not promise" in text
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w", text)
