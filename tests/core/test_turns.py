"""The queue of writers has an end to waiting, and a place that was left is not lost."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.core import turns
from hub.core.errors import Unavailable

pytestmark = pytest.mark.alone


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the turn as another process does."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def wait_until_nobody_waits() -> None:
    deadline = time.monotonic() + 10
    while turns._left and time.monotonic() < deadline:
        time.sleep(0.01)
    assert turns._left == []


def test_who_waits_too_long_is_told_and_the_next_one_waits_briefly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    monkeypatch.setattr(turns, "WHEN_STUCK", 0.01)
    path = tmp_path / "turn"
    with held(path):
        before = threading.active_count()
        for _ in range(20):
            with pytest.raises(Unavailable):
                turns.take(str(path))
        assert threading.active_count() <= before + 1, "a place that was left is taken by the next"
        assert str(path) in turns._stuck
    wait_until_nobody_waits()
    os.close(turns.take(str(path)))
    turns.note(str(path), is_stuck=False)
    assert str(path) not in turns._stuck


def test_who_waits_gets_the_turn_when_it_is_given_back(tmp_path: Path) -> None:
    path, order = tmp_path / "turn", []

    def write(number: int) -> None:
        turn = turns.take(str(path))
        order.append(number)
        os.close(turn)

    with held(path):
        threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        time.sleep(0.05)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert sorted(order) == [0, 1, 2, 3, 4]


def test_a_place_that_was_left_and_reached_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    path = tmp_path / "turn"
    with held(path), pytest.raises(Unavailable):
        turns.take(str(path))
    wait_until_nobody_waits()
    with held(path):  # nobody else has it
        pass
