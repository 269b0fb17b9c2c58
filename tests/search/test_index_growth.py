"""An index that is written to for years stays about as large as a fresh one."""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hub.search.documents import SearchDocument
from hub.search.index import writer
from hub.search.index.folder import size_of
from tests.drills.house import wait_until
from tests.search.samples import case, index_of

pytestmark = pytest.mark.alone

FULL = os.environ.get("HUB_DRILL") == "full"
CASES, UPDATES = (1000, 10_000) if FULL else (200, 20)


def long_cases(chance: random.Random) -> list[SearchDocument]:
    """Cases of 400 words, so that texts weigh more than what every segment costs."""
    words = [f"w{number:x}" for number in range(3000)]
    return [case(number, body=" ".join(chance.choices(words, k=400))) for number in range(CASES)]


def test_after_many_single_updates_the_index_is_no_larger_than_twice_a_fresh_one(tmp_path: Path) -> None:
    chance = random.Random(1)
    documents = long_cases(chance)
    index = index_of(tmp_path, documents)
    fresh = index.health().bytes
    for position in range(UPDATES):
        index.write([replace(chance.choice(documents), title=f"Turn {position}")], [], position, "log")
    index.close()  # merging ends
    index.write([], [], UPDATES, "log")  # and what it left behind goes
    health = index.health()
    print(f"{UPDATES} updates of {CASES} cases: {health.bytes / fresh:.2f} of a fresh index", file=sys.stderr)
    assert health.documents == CASES
    assert health.bytes <= 2 * fresh
    assert not health.is_bloated
    index.close()


def test_what_merging_leaves_behind_goes_while_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_TIDIED", 1000)
    documents = long_cases(random.Random(1))[:50]
    index = index_of(tmp_path, documents)
    for position, given in enumerate(documents[:10]):
        index.write([replace(given, title=f"Turn {position}")], [], position, "log")

    def left() -> int:
        index.tidy()
        return len(list(tmp_path.rglob("*.store"))) - index.health().segments

    wait_until(lambda: left() == 0, "only files of living segments are there")
    index.close()


def test_a_file_that_goes_while_they_are_measured_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "stays").write_bytes(b"123")
    (tmp_path / "is gone").symlink_to(tmp_path / "nothing")  # what a name leads to that was taken away meanwhile
    assert size_of(tmp_path) == 3
