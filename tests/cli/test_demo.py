"""The demo network: made in an empty record, never in somebody's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from hub.app import create_app
from hub.cities.models import City
from hub.cli.main import hub
from hub.core import clock, migrate
from hub.core.db import db, transaction
from hub.people.models import User
from hub.people.service import check_password, create_user
from hub.settings import Settings


@pytest.fixture
def fresh_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An installation on which nothing was done yet."""
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path}/hub.sqlite", data_dir=tmp_path))
    yield app
    with app.app_context():
        db.engine.dispose()


def run(app: Flask, *command: str) -> str:
    done = CliRunner().invoke(hub, list(command), obj=lambda: app, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_an_empty_record_becomes_the_demo_and_stays_as_it_is(fresh_app: Flask) -> None:
    first = run(fresh_app, "demo", "--if-empty")
    assert run(fresh_app, "demo", "--if-empty") == first
    password = next(line.split()[-1] for line in first.splitlines() if line.startswith("organizer"))
    with fresh_app.app_context():
        user = check_password("ORGANIZER@example.org", password)
        assert user is not None
        assert user.is_organizer
        assert user.is_demo
        assert check_password("organizer@example.org", password + "x") is None
        assert check_password("nobody@example.org", password) is None
        db.session.remove()


def test_a_record_of_somebody_elses_gets_no_demo_accounts(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        migrate.upgrade(db.engine)
        with transaction():
            create_user(
                email="real@example.net", name="A real organizer", password="long enough for anyone",
                is_organizer=True, is_demo=False, language=None, now=clock.now(),
            )  # fmt: skip
        db.session.remove()
    assert "no demo sign-ins" in run(fresh_app, "demo", "--if-empty")
    with fresh_app.app_context():
        assert list(db.session.scalars(select(User.email))) == ["real@example.net"]
        assert db.session.scalar(select(City.id)) is None
        db.session.remove()
