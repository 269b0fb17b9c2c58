"""Keeping the newest state of an index open, whatever happens to its files meanwhile."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from hub.core.errors import Unavailable
from hub.search.index import folder as disk
from hub.search.index.view import Snapshot

LOOK_SECONDS = 0.1
log = structlog.get_logger()


class Reader:
    """The newest state that was committed, shared by threads; opened again when it is no longer that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._held: Snapshot | None = None
        self._sizes: dict[Path, int] = {}
        self._looked_at = 0.0

    def snapshot(self) -> Snapshot | None:
        """Give the newest state, or None when there is none that can be read."""
        held = self._held
        if held and held.stamp == self._stamp(held.version) and not self._is_damaged():
            return held
        with self._lock:
            # Again, because a version may be swept away between reading its name and opening it.
            for _ in range(3):
                version = self._current()
                if version is None:
                    return None
                # Taken before opening: what is committed meanwhile changes it again, and is noticed next time.
                stamp = self._stamp(version)
                if self._held and self._held.stamp == stamp:
                    return self._held
                if self._cut_files(missing_too=False):
                    self._held = None  # what is open must not be built upon
                self._held = _take(version, stamp, self._held)
                if self._held:
                    self._sizes = _sizes(version)
                    return self._held
        return None

    def let_go(self) -> None:
        """Forget what is open; it goes when nobody uses it any more."""
        self._held = None

    @contextmanager
    def asking(self) -> Iterator[Snapshot]:
        """Give a state to ask; raises Unavailable when there is none, and when its files turn out to be damaged."""
        held = self.snapshot()
        if held is None:
            raise Unavailable("The search index is being made.", retry_after=30)
        try:
            yield held
        except BaseException as error:
            if not _is_of_files(error):
                raise
            log.warning("the search index cannot be read", error=repr(error)[:500])
            self._distrust(held)
            raise Unavailable("The search index is damaged.", retry_after=30) from error

    def _distrust(self, held: Snapshot) -> None:
        """Open the files afresh; where that fails, take away the pointer to them, so that they are made anew."""
        with self._lock:
            if self._held is held:
                self._held = None
            if _take(held.version, held.stamp, None) is None and self._current() == held.version:
                with suppress(OSError):
                    (self._folder / "current").unlink()

    def _is_damaged(self) -> bool:
        """Tell whether files went or changed although nothing was committed, looking now and then.

        They are mapped into memory: to read where one was cut short ends the process.
        """
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return False
        with self._lock:
            self._looked_at = now
            if damaged := self._cut_files(missing_too=True):
                self._held = None
            return damaged

    def _cut_files(self, *, missing_too: bool) -> bool:
        sizes = ((_size(path), size) for path, size in self._sizes.items())
        return any(now != size and (missing_too or now is not None) for now, size in sizes)

    def _current(self) -> Path | None:
        try:
            return disk.current(self._folder)
        except OSError:  # it may not be looked into
            return None

    def _stamp(self, version: Path) -> tuple[tuple[int, ...], ...]:
        return tuple(_file_stamp(path) for path in (self._folder / "current", version / "meta.json"))


class StillReader(Reader):
    """The state that another reader had at one moment, whatever was committed since."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader._folder)
        self._reader = reader
        self._held = reader.snapshot()

    def snapshot(self) -> Snapshot | None:
        """Give the state of that moment."""
        return self._held

    def _distrust(self, held: Snapshot) -> None:
        self._reader._distrust(held)


def _is_of_files(error: BaseException) -> bool:
    """Tell whether it is what the engine raises over files; over bytes it did not write it panics, no Exception."""
    return isinstance(error, (OSError, ValueError)) or type(error).__name__ == "PanicException"


def _take(version: Path, stamp: tuple[tuple[int, ...], ...], last: Snapshot | None) -> Snapshot | None:
    try:
        return Snapshot.take(version, stamp, last)
    except BaseException as error:
        if not _is_of_files(error):
            raise
        return None


def _sizes(version: Path) -> dict[Path, int]:
    """Give the sizes in bytes of the files that are complete: those of committed segments, which never change."""
    try:
        meta = json.loads((version / "meta.json").read_text(encoding="utf-8"))
        names = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        found = [path for path in version.iterdir() if path.name.count(".") == 1 and path.stem in names]
    except (OSError, ValueError, KeyError):
        return {}
    return {path: size for path in found if (size := _size(path)) is not None}


def _size(path: Path) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _file_stamp(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size
