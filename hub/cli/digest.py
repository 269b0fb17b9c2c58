"""One hash over all content, the same on either engine."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from hub.core.db import Base, db
from hub.core.log import canonical

NOT_CONTENT = frozenset(
    ["log_name", "log_reader", "log_failed_entry", "log_head", "vocabulary_stamp", "sign_in", "ceremony", "job_state",
     "submission", "search_miss", "feed_host", "status_span", "visit"]
)  # fmt: skip


def content_digest(files_dir: Path, connection: Connection | None = None) -> str:
    """Return the sha256 of every row, sorted within its table, and of every stored file by its own sha256.

    Rows are read through `connection` where one is given, as for the one moment of a backup.
    """
    read = connection or db.session
    total = hashlib.sha256()
    for name in sorted(Base.metadata.tables):
        if name in NOT_CONTENT:
            continue
        table = Base.metadata.tables[name]
        columns = [column for column in table.columns if not column.name.startswith("lease_")]
        rows = sorted(canonical([_plain(cell) for cell in row]) for row in read.execute(select(*columns)))
        total.update(canonical([name, [column.name for column in columns], len(rows)]))
        for row in rows:
            total.update(row)
    for path in sorted(files_dir.rglob("*")) if files_dir.is_dir() else []:
        if path.is_file() and not path.name.startswith("."):
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
