"""The tables' history, up and down, with data inside."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

import hub.models  # noqa: F401
from hub.core import migrate
from hub.core.db import Base, UtcDateTime, prepare_sqlite


@pytest.fixture
def empty_engine(engine_name: str, request: pytest.FixtureRequest, tmp_path: Any) -> Engine:
    """An engine on an empty database."""
    if engine_name == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/m.sqlite")
        prepare_sqlite(engine)
        return engine
    url = request.getfixturevalue("postgres").create_database()
    return create_engine("postgresql+psycopg://" + url.split("://", 1)[1])


def test_the_newest_tables_are_what_the_models_say(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": lambda _c, _i, _m, _t, declared: False if isinstance(declared, UtcDateTime) else None
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    empty_engine.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrate.config()).get_heads()) == 1


def test_every_step_goes_down_and_up_again(empty_engine: Engine) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()]
    for revision in reversed(revisions):
        migrate.upgrade(empty_engine, revision)
        migrate.downgrade(empty_engine, "-1")
        migrate.upgrade(empty_engine, revision)
        assert migrate.current(empty_engine) == revision
    migrate.downgrade(empty_engine, "base")
    assert set(inspect(empty_engine).get_table_names()) <= {"alembic_version"}
    empty_engine.dispose()


def test_data_is_carried_through_steps_after_the_first(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine, "0001")
    with empty_engine.begin() as connection:
        connection.execute(text("INSERT INTO log_name (id, name) VALUES (1, 'kept')"))
    migrate.upgrade(empty_engine)
    migrate.downgrade(empty_engine, "0001")
    with empty_engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM log_name")).scalar_one() == "kept"
    empty_engine.dispose()
