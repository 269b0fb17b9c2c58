"""When the hub says that it can serve pages, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hub.app import create_app
from hub.cli.serving import rebuild_index
from hub.core import clock, migrate
from hub.core.db import db
from hub.core.paths import SEEDS
from hub.settings import Settings
from hub.site.seeding import load_vocabulary_files


@pytest.fixture
def fresh_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An installation on which nothing was done yet."""
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path}/hub.sqlite", data_dir=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def problem(app: Flask) -> str:
    answer = app.test_client().get("/healthz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    if answer.status_code == 200:
        return ""
    assert answer.status_code == 503
    [said] = answer.json["problems"]
    return str(said)


def test_each_step_of_setting_up_is_asked_for_until_all_is_well(fresh_app: Flask) -> None:
    assert "revision none" in problem(fresh_app)
    migrate.upgrade(db.engine)
    assert "vocabularies are not loaded" in problem(fresh_app)
    load_vocabulary_files(SEEDS, clock.now())
    assert "search index is not built" in problem(fresh_app)
    rebuild_index(fresh_app)
    assert problem(fresh_app) == ""


def test_older_tables_are_not_served(fresh_app: Flask) -> None:
    migrate.upgrade(db.engine, "0001")
    assert f"revision 0001, not {migrate.head()}" in problem(fresh_app)


def test_a_page_without_an_index_answers_from_the_record_alone(fresh_app: Flask) -> None:
    migrate.upgrade(db.engine)
    load_vocabulary_files(SEEDS, clock.now())
    assert "search index is not built" in problem(fresh_app)
    for path in ("/cases/", "/cases/?q=rights&principle=GP8", "/search?q=rights", "/cases.json"):
        assert fresh_app.test_client().get(path).status_code == 200, path
