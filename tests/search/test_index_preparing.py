"""Documents made ready in several processes: the same as in one, in order, whatever happens to the processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hub.search.documents import SearchDocument
from hub.search.follow import rebuild
from hub.search.index import preparing
from hub.search.index.preparing import prepared
from hub.search.index.schema import document
from hub.search.index.store import Index
from tests.search.samples import case, random_cases

pytestmark = pytest.mark.alone


@pytest.fixture(autouse=True)
def shared_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let helpers begin after a few documents."""
    monkeypatch.setattr(preparing, "ALONE", 5)
    monkeypatch.setattr(preparing, "AT_ONCE", 4)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The helper processes that were started."""
    processes: list[subprocess.Popen[bytes]] = []
    original = subprocess.Popen

    def begin(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        processes.append(original(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", begin)
    return processes


def forms(documents: list[SearchDocument]) -> list[dict[str, Any]]:
    return [document(given).to_dict() for given in documents]


def test_two_processes_give_what_one_gives_in_order(started: list[subprocess.Popen[bytes]]) -> None:
    documents = random_cases(3, 60)
    assert [made.to_dict() for made in prepared(iter(documents), 2)] == forms(documents)
    assert [process.returncode for process in started] == [0, 0]


def test_a_short_list_needs_no_process(started: list[subprocess.Popen[bytes]]) -> None:
    documents = random_cases(3, 5)
    assert [made.to_dict() for made in prepared(documents, 2)] == forms(documents)
    assert list(prepared([], 2)) == []
    assert started == []


def test_no_more_is_read_than_is_soon_needed() -> None:
    read: list[int] = []

    def documents() -> Iterator[SearchDocument]:
        for number in range(1000):
            read.append(number)
            yield case(number)

    with closing(prepared(documents(), 2)) as ready:
        for _ in range(10):
            next(ready)
        assert len(read) < 40


@pytest.mark.parametrize("executable", ["/bin/false", "/nowhere/python"])
def test_processes_that_end_or_cannot_start_cost_nothing_but_time(
    executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = random_cases(3, 40)
    monkeypatch.setattr(sys, "executable", executable)
    assert [made.to_dict() for made in prepared(documents, 2)] == forms(documents)


def test_helpers_end_with_a_rebuild_that_fails(started: list[subprocess.Popen[bytes]], tmp_path: Path) -> None:
    def broken() -> Iterator[SearchDocument]:
        yield from random_cases(3, 30)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        rebuild(tmp_path, broken(), 9, "log")
    assert all(process.returncode == 0 for process in started)
    assert Index.open(tmp_path).place() is None


def test_a_rebuild_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[int] = []
    assert rebuild(tmp_path, random_cases(3, 30), 1, "log", told.append) == 30
    assert told == list(range(1, 31))
