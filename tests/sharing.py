"""What the processes of one run share: made by the first that needs it, while the others wait for it."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

folder: Path | None = None  # of this run, once it is known


@contextmanager
def alone_with(name: str) -> Iterator[Path]:
    """Keep the other processes of this run away from something, and give its place."""
    assert folder is not None
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of this run; the first process that asks for it fills it."""
    with alone_with(name) as ready:
        if not ready.exists():
            assert folder is not None
            fresh = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
            make(fresh)
            fresh.rename(ready)
    return ready
