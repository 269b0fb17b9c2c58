"""A backup is a folder: one file of rows a table, the stored files, and a manifest that says what must be there.

Rows are read in one snapshot while people go on writing; files are never changed once stored, so copying them after the
snapshot misses none that a row of it names. The folder is independent of the engine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Table, func, insert, inspect, select, text

from hub.cli.digest import content_digest
from hub.core import migrate
from hub.core.clock import now
from hub.core.db import WRITING, Base
from hub.core.files import blob_path, write_atomically
from hub.core.log import LogName

FORMAT = 1
BATCH = 500
# Places, leases and sign-ins belong to one installation; a restored one begins them anew. Readers keep their place.
LEFT_OUT = frozenset({"log_name", "sign_in", "ceremony", "job_state", "submission"})
Progress = Callable[[str], None]


class BackupError(Exception):
    """Something keeps a backup from being made or restored; the message says what to do."""


def back_up(engine: Engine, files_dir: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write a backup into a new or empty folder and return its manifest; raises BackupError."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a new folder")
    (folder / "rows").mkdir(parents=True, exist_ok=True)
    tables: dict[str, Any] = {}
    with _snapshot(engine) as connection:
        for table in _tables():
            tables[table.name] = _write_rows(connection, table, folder / "rows" / f"{table.name}.jsonl")
            progress(f"{table.name}: {tables[table.name]['rows']} rows")
        files = _copy_files(files_dir, folder / "files")
        progress(f"{len(files)} files")
        digest = content_digest(folder / "files", connection)
    manifest = {
        "format": FORMAT, "revision": migrate.current(engine), "made_at": now().isoformat(timespec="seconds"),
        "digest": digest, "tables": tables, "files": files,
    }  # fmt: skip
    # Written last: a folder without a manifest is no backup.
    write_atomically(folder / "manifest.json", json.dumps(manifest, indent=1).encode())
    return manifest


def restore(engine: Engine, files_dir: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Bring a backup into an empty installation, all or nothing, and return its manifest; raises BackupError."""
    manifest = _checked_manifest(folder)
    _require_empty(engine)
    migrate.upgrade(engine)
    if manifest["revision"] != migrate.head():
        raise BackupError(
            f"the backup was made at revision {manifest['revision']}, this hub is at {migrate.head()}: "
            "restore it with the version that made it, then upgrade"
        )
    for name in manifest["files"]:
        write_atomically(blob_path(files_dir, name), (folder / "files" / name[:2] / name).read_bytes())
    progress(f"{len(manifest['files'])} files")
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        for table in _tables():
            rows = _read_rows(table, folder / "rows" / f"{table.name}.jsonl")
            progress(f"{table.name}: {_insert(connection, table, rows)} rows")
        # Whatever followed the log that was backed up, such as a search index, starts again.
        connection.execute(insert(LogName).values(id=1, name=str(uuid4())))
        _set_sequences(connection)
    return manifest


def _tables() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def _snapshot(engine: Engine) -> Any:
    """Return a connection whose reads all see one moment: SQLite's WAL gives that, PostgreSQL on being asked."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    return engine.connect().execution_options(**level)


def _write_rows(connection: Connection, table: Table, path: Path) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    order = list(table.primary_key.columns)
    with path.open("wb") as file:
        rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*order))
        for row in rows:
            line = json.dumps([_packed(cell) for cell in row], ensure_ascii=False).encode() + b"\n"
            file.write(line)
            digest.update(line)
            count += 1
    return {"columns": [column.name for column in table.columns], "rows": count, "sha256": digest.hexdigest()}


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return {"json": value} if isinstance(value, (dict, list)) else value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    (kind, content), *_more = value.items()
    if kind == "at":
        return datetime.fromisoformat(content)
    if kind == "on":
        return date.fromisoformat(content)
    return base64.b64decode(content) if kind == "bytes" else content


def _copy_files(source: Path, target: Path) -> list[str]:
    names = []
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        if path.is_file() and not path.name.startswith("."):
            (target / path.name[:2]).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / path.name[:2] / path.name)
            names.append(path.name)
    return names


def _checked_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        if manifest["format"] != FORMAT:
            raise BackupError(f"the backup has format {manifest['format']}, this hub reads {FORMAT}")
        for name, said in manifest["tables"].items():
            found = hashlib.sha256((folder / "rows" / f"{name}.jsonl").read_bytes()).hexdigest()
            if found != said["sha256"]:
                raise BackupError(f"rows/{name}.jsonl was changed after the backup was made")
        for name in manifest["files"]:
            if hashlib.sha256((folder / "files" / name[:2] / name).read_bytes()).hexdigest() != name:
                raise BackupError(f"files/{name[:2]}/{name} was changed after the backup was made")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BackupError(f"{folder} is not a whole backup: {type(error).__name__}: {error}") from error
    return manifest


def _require_empty(engine: Engine) -> None:
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        for table in _tables():
            if table.name in there and connection.scalar(select(func.count()).select_from(table)):
                raise BackupError(
                    f"this installation is not empty ({table.name} has rows): restore into a new one, "
                    "with another HUB_DATABASE_URL or HUB_DATA_DIR"
                )


def _read_rows(table: Table, path: Path) -> Iterator[dict[str, Any]]:
    names = [column.name for column in table.columns]
    leases = {name: None for name in names if name.startswith("lease_")}
    with path.open("rb") as file:
        for line in file:
            yield dict(zip(names, map(_unpacked, json.loads(line)), strict=True)) | leases


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> int:
    count, batch = 0, []
    for row in rows:
        batch.append(row)
        count += 1
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    return count


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the restored ones."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            found = {"name": table.name, "column": column.name}
            sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, :column)"), found)
            if sequence:
                last = connection.scalar(select(func.max(column)))
                connection.execute(
                    text("SELECT setval(:sequence, :value, :used)"),
                    {"sequence": sequence, "value": last or 1, "used": last is not None},
                )
