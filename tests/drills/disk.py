"""A small disk of its own that can be filled up: a tmpfs, mounted as root, or as root of a user namespace of ours.

Where neither may be done, as in many containers, the node's own processes refuse as on a full disk (`shim`).
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Self

import pytest

DATABASE = "DRILL_DATABASE_URL"  # of a PostgreSQL that was started outside the namespace


class Disk:
    """A disk that can be filled up and given free again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Fill it to the last byte and keep it so: what is given free meanwhile is taken too."""
        self._over.clear()
        _fill_up(self.folder / "ballast")
        self._thread = threading.Thread(target=self._keep_full)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        (self.folder / "ballast").unlink(missing_ok=True)

    def _keep_full(self) -> None:
        while not self._over.wait(0.05):
            _fill_up(self.folder / "ballast")


class PretendedDisk(Disk):
    """A folder whose disk counts as full while a file beside it is there."""

    @property
    def flag(self) -> Path:
        """The file."""
        return self.folder.with_suffix(".full")

    def __enter__(self) -> Self:
        self.flag.touch()
        return self

    def __exit__(self, *_error: object) -> None:
        self.flag.unlink()


def _fill_up(path: Path) -> None:
    for size in (1 << 20, 1 << 12, 1):
        try:
            with path.open("ab", buffering=0) as file:
                while True:
                    file.write(b"\0" * size)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def _mount(folder: Path, megabytes: int) -> bool:
    line = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(line, capture_output=True).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=True)  # also while something still ends


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk of so many megabytes at a folder, and take it away again."""
    folder.mkdir()
    if not _mount(folder, megabytes):
        yield PretendedDisk(folder)
        return
    try:
        yield Disk(folder)
    finally:
        _unmount(folder)


@cache
def _can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        if not _mount(Path(folder), 1):
            return False
        _unmount(Path(folder))
        return True


def ran_in_a_namespace(request: pytest.FixtureRequest) -> bool:
    """Where nothing may be mounted, run the test again where we are root of a namespace; tell whether that was done."""
    if _can_mount():
        return False
    enter = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*enter, "true"], capture_output=True).returncode:
        return False  # then it is only pretended
    engine = request.getfixturevalue("engine_name")
    environment = dict(os.environ)
    if engine == "postgresql":
        environment[DATABASE] = request.getfixturevalue("postgres").create_database()
    line = [*enter, sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", f"--engine={engine}", request.node.nodeid]
    done = subprocess.run(line, env=environment, cwd=request.config.rootpath, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return True
