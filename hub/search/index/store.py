"""The index as the rest of the hub sees it: any number of threads and processes read, while one writes."""

import json
import os
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.core.errors import Unavailable
from hub.search import tree
from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES
from hub.search.index import folder as disk
from hub.search.index.view import ANY_YEARS, Filters, Place, Snapshot, View, Years
from hub.search.index.writer import Writer
from hub.search.query import needles


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of a result: the total, the keys of this page with their scores, the counts of facets."""

    total: int
    keys: tuple[str, ...]
    scores: tuple[float, ...] = ()
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an index on disk."""

    documents: int
    deleted: int
    segments: int
    bytes: int

    @property
    def is_bloated(self) -> bool:
        """Whether more is dead than alive, so that making it anew is worth the work."""
        return self.deleted > self.documents + 1000


class Index:
    """This node's copy of the index; every search sees one state of it, the newest that was committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._held: Snapshot | None = None
        self._writer: Writer | None = None

    @classmethod
    def open(cls, folder: Path | str) -> "Index":
        """Give the index of a folder; opens no file before it is needed, so a missing index is no error here."""
        return cls(Path(folder))

    def place(self) -> Place | None:
        """Give up to where the index knows, or None when there is none that can be read: then rebuild."""
        snapshot = self._snapshot()
        return snapshot.place if snapshot else None

    def search(
        self,
        query: tree.Node | None = None,
        *,
        kinds: Sequence[str] = (),
        filters: Filters | None = None,
        years: Years = ANY_YEARS,
        facets: Iterable[str] = (),
        sort: str = "relevance",
        offset: int = 0,
        limit: int = 20,
        hidden: Collection[str] = (),
    ) -> Hits:
        """Give a page of what matches the tree, all filters and the years, and the counts of the named facets.

        No kinds means all; hidden names keys to leave out of hits and counts (what the log says changed after the
        index's place). Without words to score, "relevance" is "newest". Raises Unavailable when there is no index.
        """
        view = View(self._need(), query, kinds, filters or {}, years, hidden)
        if sort == "relevance" and not needles(query):
            sort = "newest"
        total, keys, scores = view.page(sort, offset, limit)
        return Hits(total, keys, scores, view.counts(facets))

    def facet_counts(
        self,
        query: tree.Node | None = None,
        *,
        facets: Iterable[str] = FACET_NAMES,
        kinds: Sequence[str] = (),
        filters: Filters | None = None,
        years: Years = ANY_YEARS,
        hidden: Collection[str] = (),
    ) -> dict[str, dict[str, int]]:
        """Give for each facet its codes with the total one gets by taking that code alone in it.

        So a facet's own selection does not shrink its counts; "kind" counts as a facet too.
        """
        return View(self._need(), query, kinds, filters or {}, years, hidden).counts(facets)

    def ids(
        self,
        query: tree.Node | None = None,
        *,
        kind: str,
        filters: Filters | None = None,
        years: Years = ANY_YEARS,
        hidden: Collection[str] = (),
    ) -> list[int]:
        """Give the ids of everything of one kind that matches, in no useful order: for maps, matrices and exports."""
        return View(self._need(), query, (kind,), filters or {}, years, hidden).ids()

    def health(self) -> Health:
        """Give how large the index is and how much of it is dead; raises Unavailable when there is none."""
        self._need()
        version = disk.current(self.folder)
        try:
            meta = json.loads((version / "meta.json").read_text(encoding="utf-8")) if version else {"segments": []}
            size = sum(file.stat().st_size for file in version.iterdir()) if version else 0
        except OSError:
            raise Unavailable("The search index changed while it was looked at.") from None
        deleted = sum((s["deletes"] or {}).get("num_deleted_docs", 0) for s in meta["segments"])
        every = sum(s["max_doc"] for s in meta["segments"])
        return Health(max(0, every - deleted - 1), deleted, len(meta["segments"]), size)

    def write(self, documents: Iterable[SearchDocument], deleted: Iterable[str], position: int, log_name: str) -> None:
        """Replace and remove documents and move the place, in one commit that is on disk when this returns.

        The first call makes this the node's one writer until `close()`. Raises Conflict when another already is, and
        Unavailable when there is no index yet or it cannot be written.
        """
        with self._writing:
            if self._writer is None:
                self._writer = Writer(self.folder)
            self._writer.write(documents, deleted, position, log_name)

    def close(self) -> None:
        """Let another write; what was opened for reading goes when nobody uses it any more."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._held = None

    def _need(self) -> Snapshot:
        snapshot = self._snapshot()
        if snapshot is None:
            raise Unavailable("The search index is being made.", retry_after=30)
        return snapshot

    def _snapshot(self) -> Snapshot | None:
        held = self._held
        if held and held.stamp == self._stamp(held.version):
            return held
        with self._reading:
            # Again, because a version may be swept away between reading its name and opening it.
            for _ in range(3):
                version = disk.current(self.folder)
                if version is None:
                    return None
                # Taken before opening: what is committed meanwhile changes it again, and is noticed next time.
                stamp = self._stamp(version)
                if self._held and self._held.stamp == stamp:
                    return self._held
                try:
                    self._held = Snapshot.take(version, stamp, self._held)
                except (ValueError, OSError):
                    continue
                return self._held
        return None

    def _stamp(self, version: Path) -> tuple[tuple[int, ...], ...]:
        return tuple(_file_stamp(path) for path in (self.folder / "current", version / "meta.json"))


def _file_stamp(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size
