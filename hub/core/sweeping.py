"""Deleting stored files that no row names any more; never one that a row names, or that was stored lately.

A file without a row is noted first, by an empty mark beside it, and goes when it is met again long enough after.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

MARK, ASIDE = ".unnamed-", ".aside-"


def sweep(folder: Path, named: Collection[str], kept: timedelta, now: datetime) -> int:
    """Delete the files that stood unnamed for as long as `kept`, and return how many.

    Both the hub's clock and the file system's must say so: a clock that is wrong for a while deletes nothing.
    """
    gone = 0
    for path in list(_set_aside(folder)):
        _put_back(path)
    for path in list(_blobs(folder)):
        mark = path.with_name(MARK + path.name)
        if path.name in named:
            mark.unlink(missing_ok=True)
        elif _is_marked_since(mark, now - kept, now) and _is_older(path, kept):
            gone += _delete(path, kept)
            mark.unlink(missing_ok=True)
    return gone


def _blobs(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("??/*") if len(path.name) == 64 and path.is_file())


def _set_aside(folder: Path) -> Iterator[Path]:
    return folder.glob(f"??/{ASIDE}*")


def _is_marked_since(mark: Path, moment: datetime, now: datetime) -> bool:
    """Tell whether a file was noted as unnamed at a moment or before; if it was not, or only in the future, note it."""
    try:
        noted = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except FileNotFoundError:
        noted = None
    if noted is None or noted > now:
        mark.touch()
        os.utime(mark, (now.timestamp(), now.timestamp()))
        return False
    return noted <= moment


def _is_older(path: Path, kept: timedelta) -> bool:
    return time.time() - path.stat().st_mtime >= kept.total_seconds()


def _delete(path: Path, kept: timedelta) -> bool:
    """Delete a file, unless someone stored the same content at this very moment."""
    aside = path.with_name(ASIDE + path.name)
    os.rename(path, aside)  # whoever stores it from here on writes it anew
    if not _is_older(aside, kept):
        _put_back(aside)
        return False
    aside.unlink()
    return True


def _put_back(aside: Path) -> None:
    """Undo what was begun, now or by one that was cut off."""
    os.replace(aside, aside.with_name(aside.name.removeprefix(ASIDE)))
