"""Writing the index: one process a node, every commit with the place in the log that it brings the index to."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import tantivy

from hub.core.errors import Conflict, Unavailable
from hub.search.documents import SearchDocument
from hub.search.index import folder as disk
from hub.search.index.schema import PLACE, document, place, register, schema

# One indexing thread; it starts a new segment whenever this much memory is full.
HEAP = 32_000_000
REBUILD_HEAP = 96_000_000


class Writer:
    """The one writer of a folder; whoever comes second is refused with Conflict until the first closes or dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = disk.take(folder / "writer.lock")
        self._version: Path | None = None
        self._writer: tantivy.IndexWriter | None = None

    def write(self, documents: Iterable[SearchDocument], deleted: Iterable[str], position: int, log_name: str) -> None:
        """Replace and remove documents and note the place, in one commit that is on disk when this returns.

        Raises Unavailable when there is no index yet, or when it could not be written; nothing has changed then.
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
        except (ValueError, OSError) as error:
            self._let_go()
            raise Unavailable(f"The search index could not be written: {error}") from error

    def _ready(self) -> tantivy.IndexWriter:
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


def build_version(folder: Path, documents: Iterable[SearchDocument], position: int, log_name: str) -> int:
    """Make a complete new index beside the one in use, then put it in its place; give how many documents it holds.

    Of two documents with one key the first stays. Raises Conflict when this is already going on.
    """
    with disk.held(folder / "rebuild.lock"):
        version = disk.new_version(folder)
        try:
            count = _fill(version, documents, position, log_name)
            disk.point(folder, version)
        except BaseException:
            shutil.rmtree(version, ignore_errors=True)
            raise
        disk.sweep(folder)
        return count


def _fill(version: Path, documents: Iterable[SearchDocument], position: int, log_name: str) -> int:
    index = tantivy.Index(schema(), str(version), reuse=False)
    register(index)
    writer = index.writer(REBUILD_HEAP, 1)
    keys: set[str] = set()
    try:
        for given in documents:
            if given.key not in keys:
                keys.add(given.key)
                writer.add_document(document(given))
        writer.add_document(place(log_name, position))
        writer.commit()
    finally:
        # Also after a failure: its threads must have stopped before the folder can be removed.
        writer.wait_merging_threads()
    return len(keys)
