"""The folder of an index on disk: which of its versions is current, who may write, what can go.

<folder>/current        the name of the version that is read; replaced in one step
<folder>/v1-3f9c…/      a version: made complete before `current` names it
<folder>/writer.lock    held by the one process of this node that writes
<folder>/rebuild.lock   held while a version is being made or swept away
<folder>/repair         keys that the writer is asked to write again, a line each; gone once that is done
"""

import fcntl
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from hub.core.errors import Conflict
from hub.search.index.schema import VERSION

_PREFIX = f"v{VERSION}-"
# tantivy's own file; locked while anything writes there.
_IN_USE = ".tantivy-writer.lock"
_KEY = re.compile(r"[a-z]{1,40}:[0-9]{1,18}")
_MOST_ASKED = 1_000_000  # bytes of a request


def current(folder: Path) -> Path | None:
    """Give the version that is read, or None when there is none that this code can read."""
    try:
        name = (folder / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    version = folder / Path(name).name
    return version if name.startswith(_PREFIX) and (version / "meta.json").is_file() else None


def made_at(folder: Path) -> datetime | None:
    """Give when the version that is read was made, or None when there is none."""
    try:
        return datetime.fromtimestamp((folder / "current").stat().st_mtime, UTC)
    except OSError:
        return None


def size_of(version: Path) -> int:
    """Return how many bytes the files of a version take; one that merging takes away meanwhile counts nothing."""
    size = 0
    for file in version.iterdir():
        with suppress(FileNotFoundError):
            size += file.stat().st_size
    return size


def new_version(folder: Path) -> Path:
    """Make an empty folder for a version that nobody reads yet."""
    version = folder / f"{_PREFIX}{uuid4().hex}"
    version.mkdir(parents=True)
    return version


def point(folder: Path, version: Path) -> None:
    """Make a complete version the one that is read, in one step that survives a power cut."""
    if (folder / "current").is_dir():  # somebody's mistake, which nobody else would ever mend
        shutil.rmtree(folder / "current", ignore_errors=True)
    _replace(folder / "current", version.name)


def _replace(path: Path, text: str) -> None:
    """Write a file in one step that survives a power cut."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def ask_repair(folder: Path, keys: Collection[str]) -> None:
    """Ask whoever writes this index to write these keys again; a request that still waits is replaced."""
    _replace(folder / "repair", "\n".join(sorted(keys)))


def asked_repair(folder: Path) -> frozenset[str] | None:
    """Give the keys that somebody asked to have written again, or None when nobody did."""
    try:
        with (folder / "repair").open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_MOST_ASKED).splitlines()
    except OSError:
        return None
    return frozenset(line for line in lines if _KEY.fullmatch(line))


def repair_done(folder: Path) -> None:
    """Take a request away; whoever asked sees by that that it was answered."""
    with suppress(OSError):
        (folder / "repair").unlink()


def sweep(folder: Path) -> None:
    """Remove versions that are neither read nor written; call with the rebuild lock held.

    A reader that still has one open keeps its data: the files live on until it lets go.
    """
    keep = current(folder)
    for version in folder.glob("v*-*"):
        try:
            if version == keep or not version.is_dir():
                continue
            with held(version / _IN_USE):
                shutil.rmtree(version, ignore_errors=True)
        except (Conflict, OSError):  # in use, or no longer ours to touch
            continue


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock file, freed by the system should the process die; raises Conflict at once when another holds it."""
    descriptor = take(lock)
    try:
        yield
    finally:
        os.close(descriptor)


def take(lock: Path) -> int:
    """Take a lock file and give the descriptor whose closing frees it; raises Conflict when another holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Conflict(f"Another process holds {lock.name}.") from None
    return descriptor
