"""A writer killed at any moment: nothing it had confirmed is lost, nothing is half there."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from hub.core.errors import Conflict
from hub.search.documents import SearchDocument
from hub.search.index.store import Index
from tests.search.samples import case, index_of

pytestmark = pytest.mark.alone

FULL = os.environ.get("HUB_DRILL") == "full"
KILLS = 20 if FULL else 3
SIZE = 40
ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from hub.search.index.store import Index
from tests.search.test_index_drill import state
index = Index.open(sys.argv[1])
position = index.place().position
while True:
    position += 1
    documents, gone = state(position)
    index.write(documents, gone, position, "log")
    print(position, flush=True)
"""


@contextmanager
def writing(folder: Path) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """Another process that writes as fast as it can and says what it has committed, until it is killed."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            yield writer, writer.stdout
        finally:
            writer.kill()


def state(position: int) -> tuple[list[SearchDocument], list[str]]:
    """What an entry changes: a third of the cases come, the others of that third go, all dated by the position."""
    third = [number for number in range(SIZE) if number % 3 == position % 3]
    come = [number for number in third if (number + position) % 2]
    documents = [case(number, f"Turn {position}", facets={"city": (f"p{position}",)}) for number in come]
    return documents, [f"case:{number}" for number in third if number not in come]


def expected(position: int) -> dict[str, str]:
    """Which cases there are after an entry, and which entry each is from."""
    there = {f"case:{number}": "p0" for number in range(SIZE)}
    for at in range(max(1, position - 2), position + 1):
        documents, gone = state(at)
        there |= {given.key: given.facets["city"][0] for given in documents}
        for key in gone:
            there.pop(key, None)
    return there


def test_a_killed_writer_loses_nothing_it_confirmed(tmp_path: Path) -> None:
    chance = random.Random(os.getpid())
    index_of(tmp_path, [case(number, facets={"city": ("p0",)}) for number in range(SIZE)])
    confirmed = 0
    for _ in range(KILLS):
        with writing(tmp_path) as (writer, lines):
            assert int(lines.readline()) == confirmed + 1
            time.sleep(chance.uniform(0.0, 0.6))
            writer.kill()
            said = lines.read().splitlines()
        confirmed = max([confirmed + 1, *map(int, filter(str.isdecimal, said))])

        index = Index.open(tmp_path)
        place = index.place()
        assert place is not None
        assert place.position in (confirmed, confirmed + 1)
        confirmed = place.position
        hits = index.search(limit=1000, facets=("city",))
        there = expected(confirmed)
        assert sorted(hits.keys) == sorted(there)
        assert hits.facets["city"] == {city: list(there.values()).count(city) for city in set(there.values())}
        assert index.health().documents == len(there)


def test_another_process_is_refused_while_one_writes(tmp_path: Path) -> None:
    index = index_of(tmp_path, [case(1)])
    with writing(tmp_path) as (_, lines):
        lines.readline()
        with pytest.raises(Conflict):
            index.write([], [], 10**6, "log")
        assert index.search().total > 0
    index.write([], [], 10**6, "log")
    index.close()
