"""The queue of those who write to one SQLite file, across threads and processes, with an end to waiting.

SQLite's own waiting is unfair; a file lock of the system serves whoever waits longest, but knows no deadline. So a
thread waits for the lock in a writer's stead. A writer that gives up leaves its place in the queue to the next one.
"""

from __future__ import annotations

import fcntl
import os
import threading

from hub.core.errors import Unavailable

PATIENCE = 10.0  # seconds that a writer waits for its turn
WHEN_STUCK = 1.0  # and while the record is known to be held: threads that wait serve no reader

_guard = threading.Lock()
_left: list[_Place] = []  # places in the queue whose writers gave up
_stuck: set[str] = set()  # files that somebody waited for in vain and nobody has written to since


class _Place:
    """A place in the queue; closing `handle` gives the turn to whoever waits longest."""

    def __init__(self, path: str, handle: int) -> None:
        self.path, self.handle = path, handle
        self.reached = threading.Event()
        threading.Thread(target=self._wait, daemon=True, name="turn").start()

    def _wait(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        with _guard:
            if self in _left:
                _left.remove(self)
                os.close(self.handle)
            else:
                self.reached.set()


def take(path: str) -> int:
    """Wait for the turn to write and return the handle whose closing ends it; raises Unavailable when it takes long."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle
    except BlockingIOError:
        pass
    with _guard:
        place = next((each for each in _left if each.path == path), None)
        if place is not None:
            _left.remove(place)
    if place is None:
        place = _Place(path, handle)
    else:
        os.close(handle)
    if not place.reached.wait(WHEN_STUCK if path in _stuck else PATIENCE):
        with _guard:
            if not place.reached.is_set():
                _left.append(place)
                _stuck.add(path)
                raise Unavailable("The record is busy. Please try again in a moment.")
    return place.handle


def note(path: str, *, is_stuck: bool) -> None:
    """Note whether the one whose turn it was could write."""
    (_stuck.add if is_stuck else _stuck.discard)(path)
