"""A backup taken while people write is one moment, and restores to the same digest on either engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.app import create_app
from hub.cli import backup
from hub.cli.digest import content_digest
from hub.core import clock, migrate
from hub.core.chain import verify
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.files import store_blob
from hub.core.log import LogEntry, log_name, record
from hub.core.outbox import OutgoingMail, queue_mail
from hub.core.paths import SEEDS
from hub.settings import Settings
from hub.site import seeding

Place = tuple[Settings, Path]


@dataclass(frozen=True)
class Noted:
    number: int


@contextmanager
def installation(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        prepare_sqlite(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_settings(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Settings of another installation, on the engine named, in a folder of its own."""

    def make(name: str, engine: str) -> Settings:
        folder = tmp_path / name
        url = f"sqlite:///{folder}/hub.sqlite"
        if engine == "postgresql":
            url = (
                request.getfixturevalue("postgres").create_database().replace("postgresql://", "postgresql+psycopg://")
            )
        return replace(settings, database_url=url, data_dir=folder, files_dir=folder / "files")

    return make


def write_steadily(app: Flask, files_dir: Path, stop: threading.Event, written: list[int]) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        name = store_blob(files_dir, f"file {number}".encode())
        with app.app_context(), transaction():
            queue_mail(key=f"test:{number}", to="a@example.org", subject=name, text="x", html="", now=clock.now())
            record(Noted(number), by=None, now=clock.now())
        written.append(number)


def pairs(engine_name: str) -> list[tuple[str, str]]:
    if engine_name == "sqlite":
        return [("sqlite", "sqlite")]
    return [("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")]


def test_a_backup_during_writes_restores_to_the_same_digest(
    make_settings: Any, engine_name: str, tmp_path: Path
) -> None:
    for source, target in pairs(engine_name):
        folder = tmp_path / f"backup-{source}-{target}"
        old = make_settings(f"old-{source}-{target}", source)
        with installation(old) as app:
            migrate.upgrade(db.engine)
            seeding.load_all(SEEDS, clock.now())
            db.session.remove()
            stop, written = threading.Event(), []
            writer = threading.Thread(target=write_steadily, args=(app, old.files_dir, stop, written))
            writer.start()
            try:
                while len(written) < 3:
                    stop.wait(0.01)
                before = len(written)
                manifest = backup.back_up(db.engine, old.files_dir, folder, lambda _line: None)
                after = len(written)
            finally:
                stop.set()
                writer.join()
            old_name = log_name()
            db.session.remove()
        new = make_settings(f"new-{source}-{target}", target)
        with installation(new):
            said: list[str] = []
            backup.restore(db.engine, new.files_dir, folder, said.append)
            assert content_digest(new.files_dir) == manifest["digest"]
            assert verify().problems == []
            assert log_name() not in ("", old_name)
            kept = db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0
            assert before <= kept <= after + 1
            for name in db.session.scalars(select(OutgoingMail.subject)):
                assert (new.files_dir / name[:2] / name).is_file()
            entries = db.session.scalar(select(func.max(LogEntry.position)))
            with transaction():  # new rows are numbered after the restored ones
                queue_mail(key="next", to="a@example.org", subject="s", text="t", html="", now=clock.now())
                record(Noted(0), by=None, now=clock.now())
            assert db.session.scalar(select(func.max(LogEntry.position))) == entries + 1
            assert any("rows" in line for line in said)


def test_what_is_no_whole_backup_is_refused(make_settings: Any, engine_name: str, tmp_path: Path) -> None:
    old = make_settings("old", engine_name)
    folder = tmp_path / "backup"
    with installation(old):
        migrate.upgrade(db.engine)
        store_blob(old.files_dir, b"a letter")
        backup.back_up(db.engine, old.files_dir, folder, lambda _line: None)
        with pytest.raises(backup.BackupError, match="not empty"):
            backup.back_up(db.engine, old.files_dir, folder, lambda _line: None)
    with installation(make_settings("new", engine_name)) as app:
        files_dir = app.config["HUB"].files_dir
        with pytest.raises(backup.BackupError, match="not a whole backup"):
            backup.restore(db.engine, files_dir, tmp_path, lambda _line: None)
        (folder / "rows" / "city.jsonl").write_text("[1]\n")
        with pytest.raises(backup.BackupError, match=r"city\.jsonl was changed"):
            backup.restore(db.engine, files_dir, folder, lambda _line: None)
        (folder / "rows" / "city.jsonl").write_text("")
        stored = next(path for path in (folder / "files").rglob("*") if path.is_file())
        stored.write_bytes(b"another letter")
        with pytest.raises(backup.BackupError, match="was changed after"):
            backup.restore(db.engine, files_dir, folder, lambda _line: None)
        stored.write_bytes(b"a letter")
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"revision": "0000"}))
        with pytest.raises(backup.BackupError, match="made at revision 0000"):
            backup.restore(db.engine, files_dir, folder, lambda _line: None)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        backup.restore(db.engine, files_dir, folder, lambda _line: None)
        with transaction():
            record(Noted(1), by=None, now=clock.now())
        with pytest.raises(backup.BackupError, match="not empty"):
            backup.restore(db.engine, files_dir, folder, lambda _line: None)
