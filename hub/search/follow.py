"""Keeping an index in step with the log: batches, each committed together with its place."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hub.core.errors import Unavailable
from hub.search.documents import SearchDocument
from hub.search.index import folder as disk
from hub.search.index.store import Index
from hub.search.index.writer import build_version

Entry = tuple[int, str, Mapping[str, Any]]
Told = Callable[[int, int], None]
MOST_AT_ONCE = 5000  # documents in memory; more are quicker made anew than written again


@dataclass(frozen=True, slots=True)
class Source:
    """Where an index gets what it holds: the log, and the rows the log speaks of."""

    log_name: Callable[[], str]
    head: Callable[[], int]  # the position of the last entry
    entries_after: Callable[[int], Sequence[Entry]]  # in order, as many as the log likes to give at once
    touched: Callable[[str, Mapping[str, Any]], Collection[str]]  # keys that an event may have changed
    load: Callable[[Collection[str]], Iterable[SearchDocument]]  # those of the keys that can be found now
    everything: Callable[[], Iterable[SearchDocument]]  # all that can be found now
    count: Callable[[], int] = lambda: 0  # about how many everything is; 0 when nobody knows


@dataclass(frozen=True, slots=True)
class Followed:
    """What one run of `follow` did."""

    position: int
    written: int = 0
    removed: int = 0
    rebuilt: bool = False


def follow(index: Index, source: Source) -> Followed:
    """Bring the index up to the end of the log, and write again what somebody asked to have repaired.

    It is made anew when there is none that can be read, when it follows another log (after a restore), when the log is
    shorter than what it knows, when too much of it is dead, and when so much changed at once that this is quicker.
    Raises Conflict when another process writes it.
    """
    rebuilt = False
    if _must_be_made(index, source):
        rebuild_from(index.folder, source)
        rebuilt = True
    position = _position(index)
    written = removed = 0
    while entries := source.entries_after(position):
        keys = {key for _, kind, payload in entries for key in source.touched(kind, payload)}
        if len(keys) > MOST_AT_ONCE:
            rebuild_from(index.folder, source)
            rebuilt, position = True, max(_position(index), entries[-1][0])
            continue
        come, gone = _write(index, source, keys, entries[-1][0])
        position = entries[-1][0]
        written, removed = written + come, removed + gone
    asked = disk.asked_repair(index.folder)
    if asked is not None:
        come, gone = _write(index, source, asked, position)
        disk.repair_done(index.folder)
        written, removed = written + come, removed + gone
    if not written and not removed:
        index.tidy()
    return Followed(position, written, removed, rebuilt)


def _must_be_made(index: Index, source: Source) -> bool:
    place = index.place()
    if place is None or place.log_name != source.log_name() or place.position > source.head():
        return True
    try:
        return index.health().is_bloated
    except Unavailable:  # gone meanwhile, or only written to
        return index.place() is None


def _position(index: Index) -> int:
    place = index.place()
    return place.position if place else 0


def _write(index: Index, source: Source, keys: Collection[str], position: int) -> tuple[int, int]:
    """Bring these keys up to date; give how many were written and how many removed."""
    documents = [given for given in source.load(keys) if given.key in keys] if keys else []
    gone = set(keys) - {given.key for given in documents}
    index.write(documents, gone, position, source.log_name())
    return len(documents), len(gone)


def mend(index: Index, source: Source, keys: Collection[str]) -> Followed:
    """Follow the log, then write these keys again as they are now; raises Conflict when another process writes."""
    followed = follow(index, source)
    waiting = sorted(keys)
    for start in range(0, len(waiting), MOST_AT_ONCE):
        _write(index, source, frozenset(waiting[start : start + MOST_AT_ONCE]), followed.position)
    return followed


def rebuild_from(folder: Path, source: Source, told: Told | None = None) -> int:
    """Make the index anew from all that can be found now; give how many documents it holds.

    `told` is called with how many documents are done, and about how many there are.
    """
    # Read first: what happens while the documents are loaded is followed afterwards, and loaded once more.
    log_name, head = source.log_name(), source.head()
    total = source.count() if told else 0
    return rebuild(folder, source.everything(), head, log_name, partial(_tell, told, total) if told else None)


def _tell(told: Told, total: int, done: int) -> None:
    told(done, max(done, total))


def rebuild(
    folder: Path,
    documents: Iterable[SearchDocument],
    head: int,
    log_name: str,
    told: Callable[[int], None] | None = None,
) -> int:
    """Make a new index beside the one in use and swap it in; give how many documents it holds.

    Searches go on in the old one until the swap, and notice it by themselves; so does a writer. May run beside both.
    Raises Conflict when another rebuild is going on.
    """
    return build_version(folder, documents, head, log_name, told)
