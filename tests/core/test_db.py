"""The one way to write, with many at once, on the engine of this run."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from hub.core.chain import verify
from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.log import LogEntry, entries_after, head_position, record
from hub.settings import Settings
from tests.conftest import FULL

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Wrote:
    writer: int
    number: int


def test_no_entry_is_stepped_over_while_many_write(busy_app: Flask, settings: Settings) -> None:
    """Eight writers append 1,200 entries (twelve write on SQLite) while a reader follows; the reader misses none."""
    writers = 12 if settings.is_sqlite else 8
    per_writer = (1200 if FULL or not settings.is_sqlite else 360) // writers
    errors: list[Exception] = []
    done = threading.Event()
    seen: list[int] = []

    def write(writer: int) -> None:
        with busy_app.app_context():
            try:
                for number in range(per_writer):
                    with transaction():
                        record(Wrote(writer, number), by=None, now=NOW)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    def follow() -> None:
        with busy_app.app_context():
            place = 0
            while True:
                last_round = done.is_set()
                db.session.rollback()
                batch = entries_after(place)
                seen.extend(entry.position for entry in batch)
                place = seen[-1] if seen else 0
                if last_round and not batch:
                    break
            db.session.remove()

    reader = threading.Thread(target=follow)
    reader.start()
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert errors == []
    assert seen == list(range(1, writers * per_writer + 1))
    assert verify().problems == []


@pytest.mark.alone  # PostgreSQL waits for a writer instead of refusing
def test_a_lock_that_stays_becomes_unavailable_not_an_error(busy_app: Flask) -> None:
    holder = db.engine.raw_connection()
    holder.cursor().execute("BEGIN IMMEDIATE")
    db.session.execute(text("PRAGMA busy_timeout=50"))
    try:
        with pytest.raises(Unavailable), transaction():
            record(Wrote(0, 0), by=None, now=NOW)
    finally:
        holder.cursor().execute("ROLLBACK")
        holder.close()


def test_another_database_error_is_not_hidden(busy_app: Flask) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught, transaction():
        db.session.execute(text("SELECT 1 FROM no_such_table"))
    assert not isinstance(caught.value, Unavailable)
    assert isinstance(caught.value, OperationalError) or "no_such_table" in str(caught.value)


def test_a_reader_that_turns_writer_loses_no_time(busy_app: Flask) -> None:
    """What was read before `transaction()` does not make the write fail, even when another committed meanwhile."""
    assert head_position() == 0

    def other() -> None:
        with busy_app.app_context():
            with transaction():
                record(Wrote(1, 1), by=None, now=NOW)
            db.session.remove()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    with transaction():
        record(Wrote(2, 2), by=None, now=NOW)
    assert list(db.session.scalars(select(LogEntry.position).order_by(LogEntry.position))) == [1, 2]


def test_a_moment_keeps_its_zone(busy_app: Flask) -> None:
    with transaction():
        record(Wrote(1, 1), by=None, now=NOW)
    db.session.expire_all()
    assert db.session.scalars(select(LogEntry.recorded_at)).one() == NOW


def test_a_commit_is_flushed_to_disk(busy_app: Flask) -> None:
    """What is acknowledged outlives a loss of power, so far as the disk tells the truth."""
    if db.engine.dialect.name == "sqlite":
        settings = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "foreign_keys")}
        assert settings == {"synchronous": 2, "foreign_keys": 1}  # 2 is FULL
        assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
    else:
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
