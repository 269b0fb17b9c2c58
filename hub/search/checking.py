"""Whether the index says what the database says, and mending it where it does not."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from hub.core.errors import Conflict
from hub.search.digest import digest_of
from hub.search.documents import SearchDocument
from hub.search.follow import Source, Told, mend
from hub.search.index import folder as disk
from hub.search.index.store import Index

PATIENCE = 20.0  # seconds that whoever writes the index has, to follow or to mend
_PAUSE = 0.1
_ROUNDS = 3
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Differences:
    """Where index and database differ: keys the index lacks, keys the database lacks, keys that say something else."""

    missing: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    behind: int = 0  # entries of the log that nobody followed in time

    @property
    def keys(self) -> frozenset[str]:
        """All keys that differ."""
        return frozenset((*self.missing, *self.left, *self.changed))

    def lines(self) -> list[str]:
        """Say what differs, a line for each way and kind."""
        said = []
        for keys, words in (
            (self.missing, "not in the index"),
            (self.left, "no longer in the database"),
            (self.changed, "not as in the database"),
        ):
            for kind, number in sorted(Counter(key.partition(":")[0] for key in keys).items()):
                some = [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")][:10]
                said.append(f"{kind}: {number} {words}: {', '.join(some)}{' …' if number > len(some) else ''}")
        if self.behind:
            entries = "1 entry" if self.behind == 1 else f"{self.behind} entries"
            said.append(f"the index is {entries} of the log behind: start hub serve, or hub search follow")
        return said


def compare(index: Index, source: Source, told: Told | None = None, sleep: Sleep = time.sleep) -> Differences:
    """Compare every document with what the index was told of it; raises Unavailable when there is no index.

    What changes meanwhile is no difference: whatever seems to differ is looked at again once the index has followed.
    """
    total = source.count() if told else 0
    found = _differences(index.digests(), _shown(source.everything(), told, total))
    for _ in range(_ROUNDS):
        behind = _await_follower(index, source, sleep)
        if behind or not found.keys:
            return Differences(found.missing, found.left, found.changed, behind)
        found = _differences(index.digests(found.keys), source.load(found.keys))
    return found


def _shown(documents: Iterable[SearchDocument], told: Told | None, total: int) -> Iterable[SearchDocument]:
    for number, document in enumerate(documents, start=1):
        if told is not None:
            told(number, max(number, total))
        yield document


def _differences(held: dict[str, int], documents: Iterable[SearchDocument]) -> Differences:
    missing: list[str] = []
    changed: list[str] = []
    for document in documents:
        digest = held.pop(document.key, None)
        if digest is None:
            missing.append(document.key)
        elif digest != digest_of(document):
            changed.append(document.key)
    return Differences(_in_order(missing), _in_order(held), _in_order(changed))


def _in_order(keys: Iterable[str]) -> tuple[str, ...]:
    parted = sorted((kind, int(number)) for kind, _, number in (key.partition(":") for key in keys))
    return tuple(f"{kind}:{number}" for kind, number in parted)


def _await_follower(index: Index, source: Source, sleep: Sleep) -> int:
    """Wait until the index knows the log up to where it ends now; give how many entries it lacks when nobody helps."""
    head = source.head()
    for _ in range(round(PATIENCE / _PAUSE)):
        if _lacks(index, head) == 0:
            return 0
        sleep(_PAUSE)
    return _lacks(index, head)


def _lacks(index: Index, head: int) -> int:
    place = index.place()
    return max(0, head - place.position) if place else head


def repair(index: Index, source: Source, keys: Collection[str], sleep: Sleep = time.sleep) -> bool:
    """Write those keys again as they are now; tell whether it was done.

    Where another process is the writer, as while the hub serves, it is asked to do it, and waited for.
    """
    try:
        mend(index, source, keys)
    except Conflict:
        disk.ask_repair(index.folder, keys)
        for _ in range(round(PATIENCE / _PAUSE)):
            if disk.asked_repair(index.folder) is None:
                return True
            sleep(_PAUSE)
        disk.repair_done(index.folder)  # nobody answered; one that comes later need not
        return False
    finally:
        index.close()
    return True
