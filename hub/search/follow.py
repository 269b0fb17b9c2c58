"""Keeping an index in step with the log: batches, each committed together with its place."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.search.documents import SearchDocument
from hub.search.index.store import Index
from hub.search.index.writer import build_version

Entry = tuple[int, str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an index gets what it holds: the log, and the rows the log speaks of."""

    log_name: Callable[[], str]
    head: Callable[[], int]  # the position of the last entry
    entries_after: Callable[[int], Sequence[Entry]]  # in order, as many as the log likes to give at once
    touched: Callable[[str, Mapping[str, Any]], Collection[str]]  # keys that an event may have changed
    load: Callable[[Collection[str]], Iterable[SearchDocument]]  # those of the keys that can be found now
    everything: Callable[[], Iterable[SearchDocument]]  # all that can be found now


@dataclass(frozen=True, slots=True)
class Followed:
    """What one run of `follow` did."""

    position: int
    written: int = 0
    removed: int = 0
    rebuilt: bool = False


def follow(index: Index, source: Source) -> Followed:
    """Bring the index up to the end of the log.

    It is made anew when there is none, when it follows another log (after a restore), when the log is shorter than
    what it knows, and when more of it is dead than alive. Raises Conflict when another process writes it.
    """
    rebuilt = False
    place = index.place()
    if (
        place is None
        or place.log_name != source.log_name()
        or place.position > source.head()
        or index.health().is_bloated
    ):
        rebuild_from(index.folder, source)
        rebuilt = True
        place = index.place()
    position = place.position if place else 0
    written = removed = 0
    while entries := source.entries_after(position):
        keys = {key for _, kind, payload in entries for key in source.touched(kind, payload)}
        documents = [given for given in source.load(keys) if given.key in keys] if keys else []
        gone = keys - {given.key for given in documents}
        position = entries[-1][0]
        index.write(documents, gone, position, source.log_name())
        written, removed = written + len(documents), removed + len(gone)
    return Followed(position, written, removed, rebuilt)


def rebuild_from(folder: Path, source: Source) -> int:
    """Make the index anew from all that can be found now; give how many documents it holds."""
    # Read first: what happens while the documents are loaded is followed afterwards, and loaded once more.
    log_name, head = source.log_name(), source.head()
    return rebuild(folder, source.everything(), head, log_name)


def rebuild(folder: Path, documents: Iterable[SearchDocument], head: int, log_name: str) -> int:
    """Make a new index beside the one in use and swap it in; give how many documents it holds.

    Searches go on in the old one until the swap, and notice it by themselves; so does a writer. May run beside both.
    Raises Conflict when another rebuild is going on.
    """
    return build_version(folder, documents, head, log_name)
