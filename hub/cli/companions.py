"""The processes that run beside the web process: begun as copies of it, kept running, ended with it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import structlog

ENDS_WITHIN = 10  # seconds, then it is ended
log = structlog.get_logger()


class Companion:
    """One such process. It is copied at once, while nothing but this thread runs, and waits until it is told to go.

    When it ends it is begun again by its `hub` command, with an interpreter of its own: by then there are threads, and
    a copy would hold their locks.
    """

    def __init__(self, command: list[str], work: Callable[[], None]) -> None:
        self._command = command
        self._forked: BaseProcess | None = None
        self._go: Any = None
        if _can_copy():
            copying = multiprocessing.get_context("fork")
            self._go = copying.Event()
            self._forked = copying.Process(target=_copied, args=(work, self._go), daemon=True)
            self._forked.start()

    def keep_running(self, stop: threading.Event) -> None:
        """Run it until `stop` is set, again whenever it ends."""
        if self._forked is not None:
            self._go.set()
            self._stay(_Copy(self._forked), stop)
        while not stop.is_set():
            ours = [sys.executable, "-m", "hub", *self._command, "--until-parent-ends"]
            self._stay(subprocess.Popen(ours, stdin=subprocess.PIPE), stop)  # noqa: S603  our own command

    def _stay(self, process: subprocess.Popen[bytes] | _Copy, stop: threading.Event) -> None:
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.poll() is None:
            _end(process)
        elif not stop.is_set():
            log.warning("companion ended", command=self._command, status=process.poll())
            stop.wait(2)


class _Copy:
    """A copied process, spoken to as one that was begun by a command."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired([], timeout or 0)
        return self._process.exitcode


def _can_copy() -> bool:
    """Tell whether this process may be copied: it runs one thread, and on Linux, where that is safe and can be seen."""
    return sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) == 1


def _copied(work: Callable[[], None], go: Any) -> None:
    parent = multiprocessing.parent_process()
    while not go.wait(0.2):
        if parent is not None and not parent.is_alive():
            return
    work()


def _end(process: subprocess.Popen[bytes] | _Copy) -> None:
    """Ask a companion to end, and end it when it does not: what it was doing is begun again by the next one."""
    process.terminate()
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
