"""Public answers kept in memory, and let go when something happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from hub.app import create_app
from hub.cli.serving import rebuild_index
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.log import record
from hub.core.paths import SEEDS
from hub.settings import Settings
from hub.site.seeding import load_vocabulary_files
from hub.web.pagecache import Kept, Shelf
from tests import sharing


@dataclass(frozen=True)
class SomethingHappened:
    number: int


@pytest.fixture
def keeping_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that keeps its pages."""

    def app_in(folder: Path) -> Flask:
        url = f"sqlite:///{folder}/hub.sqlite"
        return create_app(replace(settings, database_url=url, data_dir=folder, page_cache_mb=1))

    def fill(folder: Path) -> None:
        app = app_in(folder)
        with app.app_context():
            prepare_sqlite(db.engine)
            migrate.upgrade(db.engine)
            load_vocabulary_files(SEEDS, clock.now())
            rebuild_index(app)
            db.session.remove()
            db.engine.dispose()

    shutil.copytree(sharing.made_once("vocabularies", fill), tmp_path, dirs_exist_ok=True)
    app = app_in(tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


def statements(app: Flask, path: str, **headers: str) -> tuple[int, str]:
    """Ask for a page; return how many statements it took, and the page."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = app.test_client().get(path, headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return len(seen), answer.text


def test_a_page_is_made_once_until_something_happens(keeping_app: Flask) -> None:
    first, page = statements(keeping_app, "/principles/")
    again, same = statements(keeping_app, "/principles/")
    assert again < first
    assert page == same
    with keeping_app.app_context(), transaction():
        record(SomethingHappened(1), by=None, now=datetime.now(UTC))
    assert statements(keeping_app, "/principles/")[0] > again


def test_each_language_and_each_query_has_its_own_page(keeping_app: Flask) -> None:
    english = statements(keeping_app, "/principles/", **{"Accept-Language": "en"})[1]
    korean = statements(keeping_app, "/principles/", **{"Accept-Language": "ko"})[1]
    assert 'lang="en"' in english
    assert '<html lang="ko"' in korean
    assert "x-unknown" in statements(keeping_app, "/principles/?x-unknown=1")[1]
    assert "x-unknown" not in statements(keeping_app, "/principles/")[1]


def test_the_next_day_is_another_page(keeping_app: Flask) -> None:
    with clock.frozen_at(datetime(2026, 11, 22, tzinfo=UTC)):
        assert "2026-11-22" in statements(keeping_app, "/about")[1]
    with clock.frozen_at(datetime(2026, 11, 23, tzinfo=UTC)):
        assert "2026-11-23" in statements(keeping_app, "/about")[1]


def test_a_kept_page_still_answers_304(keeping_app: Flask) -> None:
    client = keeping_app.test_client()
    client.get("/about")
    kept = client.get("/about")
    assert kept.headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/about", headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304


def test_what_is_refused_and_what_sets_a_cookie_is_not_kept(keeping_app: Flask) -> None:
    client = keeping_app.test_client()
    for _ in range(2):
        assert client.get("/nothing-here").status_code == 404
    fresh = [keeping_app.test_client().get("/about?lang=ko") for _ in range(2)]
    assert all("lang=ko" in answer.headers["Set-Cookie"] for answer in fresh)


def test_the_oldest_leave_when_the_shelf_is_full() -> None:
    shelf = Shelf(most_bytes=250)
    for number in range(3):
        shelf.keep((number,), Kept(b"x" * 100, ()))
    assert shelf.find((0,)) is None
    assert shelf.find((2,)) is not None
    assert shelf.size == 200


def test_the_stylesheet_is_there_without_the_record(keeping_app: Flask) -> None:
    """The page that says that something is wrong needs it most."""
    assert statements(keeping_app, "/static/hub.css")[0] == 0
