"""Fixtures of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event


@pytest.fixture
def statements(connection: Connection) -> Iterator[list[str]]:
    """The SQL statements that reach the database, as they come."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def files(app: Flask) -> Path:
    """The folder of stored files, without what other tests left there."""
    folder = Path(app.config["HUB"].files_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("??/*"):
        path.unlink()
    return folder
