"""Moves the shared readers of the log on, and brings this node's index up to date when asked to."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from uuid import uuid4

import structlog

from hub.core import clock, readers
from hub.core.db import db
from hub.wiring import SHARED_READERS

PAUSE_SECONDS = 1.0
log = structlog.get_logger()


def worker_name() -> str:
    """Return a name for this process that no other worker has."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}"


def advance_all(owner: str, shared: Mapping[str, readers.Handlers], *, patient: bool) -> int:
    """Move every shared reader on as far as it goes; returns how many entries were passed."""
    passed = 0
    for name, handlers in shared.items():
        passed += readers.advance(name, handlers, owner, clock.now, patient=patient)
    return passed


def run_once(shared: Mapping[str, readers.Handlers] = SHARED_READERS) -> int:
    """Bring every reader up to date and end; a failing entry is tried eight times at once, then parked."""
    return advance_all(worker_name(), shared, patient=False)


def run(stop: threading.Event, shared: Mapping[str, readers.Handlers] = SHARED_READERS) -> None:
    """Follow the log until `stop` is set; an unreachable database is tried again, not given up."""
    owner = worker_name()
    while not stop.is_set():
        try:
            if advance_all(owner, shared, patient=True):
                continue
        except Exception as error:  # the database may be away for a while; the worker outlives that
            log.error("worker", exc_info=error)
        finally:
            db.session.remove()
        stop.wait(PAUSE_SECONDS)
