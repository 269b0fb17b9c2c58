"""When a process that runs beside the web process should end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

PAUSE_SECONDS = 0.25


def stop_event(name: str, *, until_parent_ends: bool) -> threading.Event:
    """Return an event that SIGTERM or SIGINT sets, and also the end of the process that started us.

    Where the system allows, this process is then called `name` in lists of processes.
    """
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name, "ascii")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if until_parent_ends:
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    return stop


def _watch_parent(stop: threading.Event) -> None:
    if (parent := multiprocessing.parent_process()) is not None:  # we are a copy of it
        parent.join()
        stop.set()
        return
    # Ends when the parent's end of the pipe closes, however the parent ended. Not sys.stdin: its lock, held by this
    # thread, would abort the interpreter as it shuts down.
    while os.read(0, 1024):
        pass
    stop.set()
