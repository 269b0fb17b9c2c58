"""The tables' history, up and down, with data inside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, select

import hub.models  # noqa: F401
from hub.app import create_app
from hub.core import migrate
from hub.core.db import Base, UtcDateTime, db, prepare_sqlite
from hub.core.paths import SEEDS
from hub.settings import Settings
from hub.site.seeding import load_all


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


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    with db.engine.connect() as connection:
        tables = Base.metadata.tables.items()
        return {name: [dict(row) for row in connection.execute(select(table)).mappings()] for name, table in tables}


def test_the_whole_record_is_carried_down_and_up(
    settings: Settings, empty_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All that the first tables can hold of the seed files survives the way back to them, and forward again."""
    url = empty_engine.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, database_url=url, data_dir=tmp_path_factory.mktemp("carried")))
    with app.app_context():
        migrate.upgrade(db.engine)
        load_all(SEEDS, datetime(2026, 11, 22, tzinfo=UTC))
        db.session.remove()
        before = everything()
        before["log_personal"] = [row for row in before["log_personal"] if row["part"] == "values"]
        migrate.downgrade(db.engine, "0001")
        first = inspect(db.engine)
        known = {name: [column["name"] for column in first.get_columns(name)] for name in first.get_table_names()}
        migrate.upgrade(db.engine)
        after = everything()
        for name in known.keys() & before.keys():
            found = [sorted(repr([row[c] for c in known[name]]) for row in rows[name]) for rows in (before, after)]
            assert found[0] == found[1], name
        assert sum(len(before[name]) for name in known.keys() & before.keys()) > 1000
        db.engine.dispose()
    empty_engine.dispose()
