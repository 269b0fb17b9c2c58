"""Files by the hash of their content, outside the web root, safe against a crash half way."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Put the content at `path` so that a reader, or a crash, sees the old file or the new one and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def store_blob(folder: Path, content: bytes) -> str:
    """Store the content under its sha256 in `folder` and return that name; the same content is stored once.

    What is there already counts as stored now, so that it is not swept away before a row names it.
    """
    name = hashlib.sha256(content).hexdigest()
    path = folder / name[:2] / name
    try:
        os.utime(path)
    except FileNotFoundError:
        write_atomically(path, content)
    return name


def blob_path(folder: Path, name: str) -> Path:
    """Return where the content with this sha256 is stored; raises ValueError for what is no sha256."""
    if len(name) != 64 or not all(ch in "0123456789abcdef" for ch in name):
        raise ValueError("a blob is named by 64 hexadecimal digits")
    return folder / name[:2] / name


def read_blob(folder: Path, name: str) -> bytes:
    """Return a stored content by its sha256; raises FileNotFoundError, or ValueError for what is no sha256."""
    return blob_path(folder, name).read_bytes()
