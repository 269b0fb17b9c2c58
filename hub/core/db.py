"""The database: base class, annotated types, and the one way to write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, mapped_column

from hub.core.errors import Unavailable

WRITING = "hub_writing"


class Base(DeclarativeBase):
    """The base of every table, with names for constraints so that migrations can find them on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on both engines; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


pk = Annotated[int, mapped_column(primary_key=True)]
utc = Annotated[datetime, mapped_column(UtcDateTime)]
JSONDict = Annotated[dict[str, Any], mapped_column(JSON)]
JSONList = Annotated[list[Any], mapped_column(JSON)]

db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})


@event.listens_for(Engine, "connect")
def _prepare_connection(dbapi_connection: Any, _record: Any) -> None:
    """Give SQLite its guarantees; WAL itself is set once, by `prepare_sqlite`."""
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        dbapi_connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF"):
            dbapi_connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin as a writer where one will write: on SQLite a reader that turns writer is refused at once."""
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def prepare_sqlite(engine: Engine) -> None:
    """Switch a SQLite file to write-ahead logging, once at set-up; other engines are left alone."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.close()
        finally:
            raw.close()


@contextmanager
def transaction() -> Iterator[None]:
    """End what was read before, write in one transaction, append the log entries last, and commit or roll back.

    Raises Unavailable when the database is locked or full.
    """
    from hub.core.log import append_recorded, forget_recorded

    session = db.session
    session.rollback()
    forget_recorded()
    turn = _take_turn(session.get_bind())
    try:
        session.connection(execution_options={WRITING: True})
        yield
        session.flush()  # rows get their ids before the entries that name them are chained
        append_recorded()
        session.commit()
    except OperationalError as error:
        session.rollback()
        if is_busy(error):
            raise Unavailable("The record is busy. Please try again in a moment.") from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        if turn is not None:
            os.close(turn)  # closing gives the turn to whoever waits longest
        forget_recorded()


def _take_turn(bind: Engine | Connection) -> int | None:
    """Queue with the other writers of a SQLite file: its own waiting is unfair, and an unlucky writer would give up."""
    path = bind.engine.url.database
    if bind.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    handle = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def is_busy(error: OperationalError) -> bool:
    """Tell whether the engine refused because it is locked, full or read-only, not because the statement is wrong."""
    text = str(error.orig).lower()
    return any(
        word in text for word in ("locked", "busy", "full", "readonly", "read-only", "deadlock", "could not extend")
    )
