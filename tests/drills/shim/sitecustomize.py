"""Changes the world of a hub's processes for drills, by files that the environment names.

`TEST_CLOCK`: how many seconds their clock is ahead. `TEST_DISK`: while this file is there, their disk is full; only for
machines where no small disk can be mounted.
"""

from __future__ import annotations

import errno
import importlib.abc
import importlib.util
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

CLOCK, DISK = os.environ.get("TEST_CLOCK", ""), os.environ.get("TEST_DISK", "")


def _shift(clock: ModuleType) -> None:
    real = clock.now

    def now() -> Any:
        try:
            ahead = float(Path(CLOCK).read_text("ascii") or 0)
        except (OSError, ValueError):
            ahead = 0.0
        return real() + timedelta(seconds=ahead)

    clock.now = now


def _refusing(work: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(*arguments: Any) -> Any:
        if Path(DISK).exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return work(*arguments)

    return refuse


def _limit_record(db: ModuleType) -> None:
    """Let a SQLite file grow no more: it refuses as it does on a full disk."""

    @db.event.listens_for(db.Engine, "begin")
    def begin(connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            most = 1 if Path(DISK).exists() else 4_294_967_294
            connection.exec_driver_sql(f"PRAGMA max_page_count={most}")  # never below what it has


def _limit_files(files: ModuleType) -> None:
    files.write_atomically = _refusing(files.write_atomically)


def _limit_index(writer: ModuleType) -> None:
    writer.Writer._ready = _refusing(writer.Writer._ready)


def _limit_health(health: ModuleType) -> None:
    real = os.statvfs
    full = SimpleNamespace(f_bavail=0, f_frsize=1)
    health.os = SimpleNamespace(statvfs=lambda path: full if Path(DISK).exists() else real(path))


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, changes: dict[str, Callable[[ModuleType], None]]) -> None:
        self.changes = changes

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        change = self.changes.pop(name, None)
        if change is None:
            return None
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_and_change(module: ModuleType) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = load_and_change  # type: ignore[method-assign]
        return spec


if CLOCK:
    sys.meta_path.insert(0, _Finder({"hub.core.clock": _shift}))
if DISK:
    changed = {"db": _limit_record, "files": _limit_files}
    changes = {f"hub.core.{name}": change for name, change in changed.items()}
    changes |= {"hub.search.index.writer": _limit_index, "hub.site.health": _limit_health}
    sys.meta_path.insert(0, _Finder(changes))
