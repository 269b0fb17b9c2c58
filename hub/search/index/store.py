"""The index as the rest of the hub sees it: any number of threads and processes read, while one writes."""

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hub.core.errors import Unavailable
from hub.search import tree
from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES
from hub.search.index import contents
from hub.search.index import folder as disk
from hub.search.index.crossing import Crossed
from hub.search.index.lexicon import KeptLexicon, Lexicon
from hub.search.index.reader import Reader, StillReader
from hub.search.index.view import ANY_YEARS, Filters, Place, View, Years
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
    made_at: datetime | None = None  # when it was last made anew

    @property
    def dead_share(self) -> float:
        """How much of it is dead, from 0 to 1."""
        return self.deleted / max(1, self.documents + self.deleted)

    @property
    def is_bloated(self) -> bool:
        """Whether more is dead than alive, so that making it anew is worth the work."""
        return self.deleted > self.documents + 1000


class Index:
    """This node's copy of the index; every search sees one state of it, the newest that was committed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reader: Reader = Reader(self.folder)
        self._lexicon = KeptLexicon()
        self._writing = threading.Lock()
        self._writer: Writer | None = None

    @classmethod
    def open(cls, folder: Path | str) -> "Index":
        """Give the index of a folder; opens no file before it is needed, so a missing index is no error here."""
        return cls(Path(folder))

    def place(self) -> Place | None:
        """Give up to where the index knows, or None when there is none that can be read: then rebuild."""
        snapshot = self._reader.snapshot()
        return snapshot.place if snapshot else None

    def still(self) -> "Index":
        """Give the index as it is at this moment, for questions that must agree with each other."""
        made = Index(self.folder)
        made._reader = StillReader(self._reader)
        return made

    def version(self) -> str:
        """Give the name of what is read, another one whenever the index was made anew; empty when there is none."""
        snapshot = self._reader.snapshot()
        return snapshot.version.name if snapshot else ""

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
        if sort == "relevance" and not needles(query):
            sort = "newest"
        with self._reader.asking() as snapshot:
            view = View(snapshot, query, kinds, filters or {}, years, hidden)
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
        with self._reader.asking() as snapshot:
            return View(snapshot, query, kinds, filters or {}, years, hidden).counts(facets)

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
        with self._reader.asking() as snapshot:
            return View(snapshot, query, (kind,), filters or {}, years, hidden).ids()

    def crossed(
        self,
        query: tree.Node | None,
        rows: tuple[str, Sequence[str]],
        columns: tuple[str, Sequence[str]],
        *,
        kinds: Sequence[str] = (),
        filters: Filters | None = None,
        years: Years = ANY_YEARS,
        hidden: Collection[str] = (),
        known: Mapping[str, int] | None = None,
    ) -> Crossed:
        """Give how many hits carry both a code of one facet and one of another, for the codes named of each.

        `known` are the counts of the second facet among the hits, which are counted here where they are not given.
        """
        with self._reader.asking() as snapshot:
            return View(snapshot, query, kinds, filters or {}, years, hidden).crossed(rows, columns, known)

    def lexicon(self) -> Lexicon:
        """Give the words of titles and summaries as they are spelled; raises Unavailable when there is no index."""
        with self._reader.asking() as snapshot:
            return self._lexicon.at(snapshot)

    def digests(self, keys: Collection[str] | None = None) -> dict[str, int]:
        """Give the digest of every document, or of those of the keys that are there; -1 for one that is there twice.

        Raises Unavailable when there is no index.
        """
        with self._reader.asking() as snapshot:
            return contents.digests(snapshot, keys)

    def health(self) -> Health:
        """Give how large the index is and how much of it is dead; raises Unavailable when there is none."""
        with self._reader.asking() as snapshot:
            version = snapshot.version
        try:
            meta = json.loads((version / "meta.json").read_text(encoding="utf-8"))
            size = disk.size_of(version)
        except (OSError, ValueError):
            raise Unavailable("The search index changed while it was looked at.") from None
        deleted = sum((s["deletes"] or {}).get("num_deleted_docs", 0) for s in meta["segments"])
        every = sum(s["max_doc"] for s in meta["segments"])
        return Health(max(0, every - deleted - 1), deleted, len(meta["segments"]), size, disk.made_at(self.folder))

    def write(self, documents: Iterable[SearchDocument], deleted: Iterable[str], position: int, log_name: str) -> None:
        """Replace and remove documents and move the place, in one commit that is on disk when this returns.

        The first call makes this the node's one writer until `close()`. Raises Conflict when another already is, and
        Unavailable when there is no index yet or it cannot be written.
        """
        with self._writing:
            if self._writer is None:
                self._writer = Writer(self.folder)
            self._writer.write(documents, deleted, position, log_name)

    def tidy(self) -> None:
        """Remove what this process left behind when it wrote; to be called when there is nothing to write."""
        with self._writing:
            if self._writer is not None:
                self._writer.tidy()

    def close(self) -> None:
        """Let another write; what was opened for reading goes when nobody uses it any more."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._reader.let_go()
