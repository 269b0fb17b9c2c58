"""Writing the index: one process a node, every commit with the place in the log that it brings the index to."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import tantivy

from hub.core.errors import Conflict, Unavailable
from hub.search.documents import SearchDocument
from hub.search.index import folder as disk
from hub.search.index.preparing import prepared
from hub.search.index.schema import PLACE, document, place, register, schema

# One indexing thread; it starts a new segment whenever this much memory is full.
HEAP = 32_000_000
REBUILD_HEAP = 96_000_000
_TIDIED = 20  # times after a write: merging may still take some seconds


class Writer:
    """The one writer of a folder; whoever comes second is refused with Conflict until the first closes or dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = disk.take(folder / "writer.lock")
        self._version: Path | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._untidy = 0

    def write(self, documents: Iterable[SearchDocument], deleted: Iterable[str], position: int, log_name: str) -> None:
        """Replace and remove documents and note the place, in one commit that is on disk when this returns.

        Raises Unavailable when there is no index yet, or when it could not be written; nothing has changed then. Raises
        Conflict when the folder was deleted meanwhile and another process writes the new one.
        """
        fresh = {given.key: given for given in documents}
        try:
            writer = self._ready()
            for key in {*fresh, *deleted, PLACE}:
                writer.delete_documents_by_term("key", key)
            for given in fresh.values():
                writer.add_document(document(given))
            writer.add_document(place(log_name, position))
            writer.commit()
            writer.garbage_collect_files()
            self._untidy = _TIDIED
        except (ValueError, OSError) as error:
            self._let_go()
            raise Unavailable(f"The search index could not be written: {error}") from error

    def tidy(self) -> None:
        """Remove what merging in the background left behind; to be called when there is nothing to write."""
        if self._untidy and self._writer is not None:
            self._untidy -= 1
            with suppress(ValueError, OSError):
                self._writer.garbage_collect_files()

    def _ready(self) -> tantivy.IndexWriter:
        if os.fstat(self._lock).st_nlink == 0:  # the folder was deleted: another could be the writer of the new one
            self._let_go()
            fresh = disk.take(self._folder / "writer.lock")
            os.close(self._lock)
            self._lock = fresh
        version = disk.current(self._folder)
        if version is None:
            raise Unavailable("There is no search index yet.")
        if self._writer is None or version != self._version:
            self._let_go()
            # Always a fresh Index: one that outlives another writer forgets its files, which then stay for ever.
            index = tantivy.Index.open(str(version))
            register(index)
            self._writer, self._version = index.writer(HEAP, 1), version
            # What this writer has just left may go now; while it wrote there, nobody else could remove it.
            with suppress(Conflict), disk.held(self._folder / "rebuild.lock"):
                disk.sweep(self._folder)
        return self._writer

    def _let_go(self) -> None:
        writer, self._writer, self._version = self._writer, None, None
        if writer is not None:
            # A writer that failed cannot finish either; what it had not committed is dropped with it.
            with suppress(ValueError, OSError):
                writer.wait_merging_threads()

    def close(self) -> None:
        """Finish merging and let another process write."""
        if self._lock >= 0:
            try:
                self._let_go()
            finally:
                os.close(self._lock)
                self._lock = -1


def build_version(
    folder: Path,
    documents: Iterable[SearchDocument],
    position: int,
    log_name: str,
    told: Callable[[int], None] | None = None,
) -> int:
    """Make a complete new index beside the one in use, then put it in its place; give how many documents it holds.

    Of two documents with one key the first stays. `told` is called with each number of documents written so far.
    Raises Conflict when this is already going on.
    """
    with disk.held(folder / "rebuild.lock"):
        version = disk.new_version(folder)
        try:
            count = _fill(version, documents, position, log_name, told)
            disk.point(folder, version)
        except BaseException:
            shutil.rmtree(version, ignore_errors=True)
            raise
        disk.sweep(folder)
        return count


def _fill(
    version: Path,
    documents: Iterable[SearchDocument],
    position: int,
    log_name: str,
    told: Callable[[int], None] | None,
) -> int:
    index = tantivy.Index(schema(), str(version), reuse=False)
    register(index)
    writer = index.writer(REBUILD_HEAP, 1)
    count = 0
    try:
        with closing(prepared(_once_each(documents))) as ready:
            for made in ready:
                writer.add_document(made)
                count += 1
                if told is not None:
                    told(count)
        writer.add_document(place(log_name, position))
        writer.commit()
    finally:
        # Also after a failure: its threads must have stopped before the folder can be removed.
        writer.wait_merging_threads()
    return count


def _once_each(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    keys: set[str] = set()
    for given in documents:
        if given.key not in keys:
            keys.add(given.key)
            yield given
