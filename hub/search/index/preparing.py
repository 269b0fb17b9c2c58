"""Making documents ready for the index on more than one core: cutting words into terms is most of a rebuild's work.

`python -m hub.search.index.preparing` is such a helper: it reads pickled lists of documents on its standard input,
answers each on its standard output, and ends when the input does, so that it never outlives whoever started it.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import IO

import tantivy

from hub.search.documents import SearchDocument
from hub.search.index.schema import document

HELPERS = 2
AT_ONCE = 50  # documents that travel together
ALONE = 1000  # so many are quicker made ready here than helpers start


def prepared(documents: Iterable[SearchDocument], helpers: int | None = None) -> Generator[tantivy.Document]:
    """Give the index's form of each document, in order, with no more than a few hundred in memory.

    Helper processes share the work of a long list, two where there are two cores; where one cannot be started, or dies,
    its part is done here. To be read to its end or closed: only then have the helpers ended.
    """
    given = iter(documents)
    for each in islice(given, ALONE):
        yield document(each)
    first = list(islice(given, AT_ONCE))
    if not first:
        return
    crew = _Crew(_helpers() if helpers is None else helpers)
    try:
        yield from crew.prepare(first, given)
    finally:
        crew.close()


def _helpers() -> int:
    cores = len(os.sched_getaffinity(0))
    return min(HELPERS, cores) if cores > 1 else 0


class _Crew:
    """Helper processes, each with a thread here that feeds it."""

    def __init__(self, size: int) -> None:
        self._free: queue.SimpleQueue[_Helper] = queue.SimpleQueue()
        self._all: list[_Helper] = []
        with suppress(OSError):  # no more processes or memory to be had: the work is done here
            for _ in range(size):
                self._all.append(_Helper())
        for helper in self._all:
            self._free.put(helper)
        self._threads = ThreadPoolExecutor(max(1, len(self._all)), "prepare") if self._all else None

    def prepare(self, first: list[SearchDocument], rest: Iterator[SearchDocument]) -> Iterator[tantivy.Document]:
        """Give the index's form of each document; at most twice as many parts as helpers are under way."""
        waiting: deque[Future[Sequence[tantivy.Document]]] = deque()
        part = first
        while part:
            if self._threads is None:
                yield from map(document, part)
            else:
                waiting.append(self._threads.submit(self._ask, part))
                if len(waiting) > 2 * len(self._all):
                    yield from waiting.popleft().result()
            part = list(islice(rest, AT_ONCE))
        while waiting:
            yield from waiting.popleft().result()

    def _ask(self, part: Sequence[SearchDocument]) -> Sequence[tantivy.Document]:
        helper = self._free.get()
        try:
            return helper.ask(part)
        finally:
            self._free.put(helper)

    def close(self) -> None:
        """End the helpers."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for helper in self._all:
            helper.close()


class _Helper:
    """One process that makes documents ready."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout

    def ask(self, part: Sequence[SearchDocument]) -> Sequence[tantivy.Document]:
        """Give the index's form of each, made here when the process is gone."""
        try:
            pickle.dump(part, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()
            made: list[tantivy.Document] = pickle.load(self._from)  # noqa: S301  # nosec B301  # our own process
            return made
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return [document(each) for each in part]

    def close(self) -> None:
        """End the process and wait for it."""
        with suppress(OSError):
            self._to.close()
        self._from.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main() -> int:
    """Answer lists of documents until the input ends; returns 0."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us; its end is ours
    read, write = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        while True:
            part: list[SearchDocument] = pickle.load(read)  # noqa: S301  # nosec B301  # our own process
            pickle.dump([document(each) for each in part], write, pickle.HIGHEST_PROTOCOL)
            write.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
