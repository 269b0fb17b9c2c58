"""Eight threads search while one writes: every answer is one state of the index, whole."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.search.documents import SearchDocument
from hub.search.follow import rebuild
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from tests.search.samples import case, index_of

pytestmark = pytest.mark.alone

THREADS = 8
ROUNDS = 1200 if os.environ.get("HUB_DRILL") == "full" else 150
SIZES = {"water": 60, "harbour": 50, "council": 40}
WORDS = tuple(SIZES)


def generation(turn: int) -> list[SearchDocument]:
    """Cases that all carry the same word and city; every generation has another word and another size."""
    word = WORDS[turn % len(WORDS)]
    return [case(number, word, f"{word} street", facets={"city": (word,)}) for number in range(SIZES[word])]


def gone(turn: int) -> list[str]:
    """The keys that this generation does not have."""
    return [f"case:{number}" for number in range(len(generation(turn)), max(SIZES.values()))]


def run(workers: list[Callable[[], None]]) -> list[BaseException]:
    """Run all at once; give what went wrong."""
    wrong: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.parametrize("way", ["write", "rebuild"])
def test_threads_see_whole_states_while_one_writes(tmp_path: Path, way: str) -> None:
    index = index_of(tmp_path, generation(0))
    done = threading.Event()
    searched: list[int] = []

    def write() -> None:
        try:
            for turn in range(1, 26 if way == "write" else 11):
                if way == "write":
                    index.write(generation(turn), gone(turn), turn, "log")
                else:
                    rebuild(tmp_path, generation(turn), turn, "log")
        finally:
            done.set()

    def search() -> None:
        rounds = 0
        while rounds < ROUNDS or not done.is_set():
            rounds += 1
            text = " OR ".join(WORDS)
            hits = index.search(parse(f"({text}) street").tree, facets=("city",), limit=100)
            # All of one generation: one word, and so one city, for everything.
            assert hits.facets["city"] in [{word: size} for word, size in SIZES.items()]
            assert [hits.total] == list(hits.facets["city"].values())
            assert len(set(hits.keys)) == hits.total
            for word, size in SIZES.items():
                assert index.search(parse(word).tree).total in (0, size)
        searched.append(rounds)

    wrong = run([write, *[search] * THREADS])
    index.close()
    assert wrong == []
    assert len(searched) == THREADS
    place = Index.open(tmp_path).place()
    assert place is not None
    assert place.position == (25 if way == "write" else 10)


def test_a_writer_notices_a_rebuild_and_goes_on_in_the_new_index(tmp_path: Path) -> None:
    index = index_of(tmp_path, generation(0))
    index.write([], [], 1, "log")
    rebuild(tmp_path, generation(1), 5, "other")
    index.write([case(500, "late")], [], 6, "other")
    assert index.search(limit=1).total == len(generation(1)) + 1
    index.close()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
