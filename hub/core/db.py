"""The database: base class, annotated types, and the one way to write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, DateTime, Engine, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, mapped_column

from hub.core import turns
from hub.core.errors import Unavailable

WRITING = "hub_writing"
LOST_AMID = "8s2b"  # SQLAlchemy's number for a transaction whose connection was lost, used all the same
LOCK_WAIT = 5  # seconds that a statement waits for what another session holds
REACH_WAIT = 5  # seconds that a connection may take to come about
# A writer whose process was stopped must not hold up those of every node (PostgreSQL; SQLite frees what died).
_DEADLINES = "SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '60s'"
_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")
# Lost connections, a transaction on a stand-by, one that idled too long, deadlocks, full disks and too many
# connections, locks that another holds, the operator's doing, and the system's errors.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_BUSY = ("08", "25006", "25P03", "40001", "40P01", "53", "55P03", "57", "58")


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


class HubSession(Session):
    """A session that can be closed although the server is gone: what was answered already must not fail by it."""

    def close(self) -> None:
        """End what was read and let go of everything loaded."""
        try:
            super().close()
        except DBAPIError:
            super().close()  # the connection is known to be lost now, so that nothing is left to roll back


NUMBERS_ONCE = {"sqlite_autoincrement": True}  # the log names rows by number, so a deleted one's is not given again

db = SQLAlchemy(
    model_class=Base, session_options={"class_": HubSession, "join_transaction_mode": "create_savepoint"}
)  # fmt: skip


@event.listens_for(Engine, "connect")
def _prepare_connection(dbapi_connection: Any, _record: Any) -> None:
    """Give SQLite its guarantees (WAL itself is set once, by `prepare_sqlite`), and waiting an end."""
    if type(dbapi_connection).__module__.startswith("sqlite3"):
        dbapi_connection.isolation_level = None
        busy = f"busy_timeout={LOCK_WAIT * 1000}"
        for pragma in (busy, "foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF"):
            dbapi_connection.execute(f"PRAGMA {pragma}")
    else:
        dbapi_connection.execute(f"SET lock_timeout = '{LOCK_WAIT}s'")
        dbapi_connection.commit()


@event.listens_for(Engine, "do_connect")
def _reach(dialect: Dialect, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
    """Do not wait for ever for a server that does not answer."""
    if dialect.name == "postgresql":
        options.setdefault("connect_timeout", REACH_WAIT)


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

    Raises Unavailable when the database is locked, full or away; it may then have been written all the same when the
    connection was lost while committing.
    """
    from hub.core.log import append_recorded, forget_recorded

    session = db.session
    session.rollback()
    forget_recorded()
    file = _turn_file(session.get_bind())
    turn = turns.take(file) if file else None
    try:
        connection = session.connection(execution_options={WRITING: True})
        if file:
            turns.note(file, is_stuck=False)
        elif connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_DEADLINES)
        yield
        session.flush()  # rows get their ids before the entries that name them are chained
        append_recorded()
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        if not is_busy(error):
            raise
        if file and "lock" in str(error):
            turns.note(file, is_stuck=True)
        raise Unavailable("The record is busy. Please try again in a moment.") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        if turn is not None:
            os.close(turn)  # closing gives the turn to whoever waits longest
        forget_recorded()


def _turn_file(bind: Engine | Connection) -> str:
    """Return the file by which the writers of a SQLite file queue: its own waiting is unfair, an unlucky one fails."""
    path = bind.engine.url.database
    is_file = bind.dialect.name == "sqlite" and path and path != ":memory:"
    return f"{path}-turn" if is_file else ""


def is_busy(error: SQLAlchemyError) -> bool:
    """Tell whether the engine refused because it is locked, full, read-only or away; else the statement is wrong.

    SQLite says so by the name of its result code, PostgreSQL by the class of its SQLSTATE; psycopg has none for what
    the server never answered.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeout) or error.code == LOST_AMID  # somebody went on after it was lost
    if error.connection_invalidated:
        return True
    said: Any = error.orig
    name = getattr(said, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_SQLITE_BUSY)
    state = getattr(said, "sqlstate", None)
    return isinstance(error, OperationalError) if state is None else str(state).startswith(_POSTGRESQL_BUSY)
