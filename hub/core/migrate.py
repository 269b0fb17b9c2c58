"""The tables' own history: up to the newest version, or back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from hub.core.paths import MIGRATIONS

SET_UP_LOCK = 0x48524349


def config() -> Config:
    """Return Alembic's configuration, which lives in code so that the wheel needs no ini file."""
    options = Config()
    options.set_main_option("script_location", str(MIGRATIONS))
    options.set_main_option("path_separator", "os")
    return options


def head() -> str:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(engine: Engine) -> str:
    """Return the revision that the database is at, empty before the first migration."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision; two processes starting at once wait for each other."""
    _run(engine, lambda options: command.upgrade(options, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a revision, keeping the data that it knows."""
    _run(engine, lambda options: command.downgrade(options, revision))


def _run(engine: Engine, step: Callable[[Config], None]) -> None:
    options = config()
    with (
        engine.connect().execution_options(hub_writing=True) as connection,
        _references_at_rest(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # as long as another node's migration takes
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SET_UP_LOCK})
        options.attributes["connection"] = connection
        step(options)
        broken = (
            connection.execute(text("PRAGMA foreign_key_check")).all() if connection.dialect.name == "sqlite" else []
        )
        if broken:
            raise RuntimeError(f"a reference would be broken: {broken[:5]}")


@contextmanager
def _references_at_rest(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others refer to, which it otherwise takes for deleting its rows."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection  # the pragma does nothing inside a transaction
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
