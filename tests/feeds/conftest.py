"""A site on loopback, and an application whose commits are real for what many do at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from hub.app import create_app
from hub.core import migrate
from hub.core.db import db, prepare_sqlite
from hub.settings import Settings
from tests.feeds.site import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that answers as a test says."""
    with running_site() as site:
        yield site


@pytest.fixture
def busy_app(
    settings: Settings, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application on an empty database of its own."""
    folder = tmp_path_factory.mktemp("busy")
    url = f"sqlite:///{folder}/hub.sqlite"
    if not settings.is_sqlite:
        url = "postgresql+psycopg://" + request.getfixturevalue("postgres").create_database().split("://", 1)[1]
    app = create_app(replace(settings, database_url=url, data_dir=folder))
    with app.app_context():
        prepare_sqlite(db.engine)
        migrate.upgrade(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
