"""`hub search`: making the index, comparing it, mending it, also while the hub serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, update

from hub.cities.models import City
from hub.cli import search as search_commands
from hub.cli.search import progress, search
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record
from hub.search.index import folder as disk
from hub.vocabularies.events import VocabularyLoaded
from hub.vocabularies.models import Term
from tests.cities.factory import make_city
from tests.drills.house import wait_until_settled
from tests.nodes import app_of, inside, node

pytestmark = pytest.mark.alone


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(search, arguments, obj=lambda: app)
    return result.exit_code, result.output


@pytest.fixture
def hub(busy_app: Flask) -> Flask:
    """A hub with two cities and no index."""
    for slug in ("graz", "seoul"):
        make_city(db.session, slug, slug.title())
    db.session.commit()
    return busy_app


def test_an_index_is_made_compared_and_mended(hub: Flask) -> None:
    assert run(hub, "check") == (1, "Error: There is no index that can be read: hub search rebuild makes it.\n")
    status, said = run(hub, "rebuild")
    assert status == 0
    assert said.startswith("2 documents indexed in ")
    assert run(hub, "check") == (0, "The index agrees with the database.\n")
    with transaction():  # behind the log's back
        db.session.execute(update(City).where(City.slug == "graz").values(name="Graz on the Mur"))
        db.session.execute(delete(City).where(City.slug == "seoul"))
    status, said = run(hub, "check")
    assert status == 1
    assert "city: 1 not as in the database: " in said
    assert "city: 1 no longer in the database: " in said
    assert "hub search check --repair" in said
    status, said = run(hub, "check", "--repair")
    assert status == 0
    assert said.endswith("The index agrees with the database.\n")
    assert run(hub, "check")[0] == 0


def test_repair_makes_an_index_where_there_is_none_or_it_is_damaged(hub: Flask) -> None:
    assert run(hub, "check", "--repair")[0] == 0
    version = disk.current(hub.config["HUB"].index_dir)
    assert version is not None
    (version / "meta.json").write_text("{", encoding="utf-8")
    status, said = run(hub, "check", "--repair")
    assert status == 0
    assert "2 documents indexed" in said


def test_two_rebuilds_at_once_are_one_too_many(hub: Flask) -> None:
    with disk.held(hub.config["HUB"].index_dir / "rebuild.lock"):
        status, said = run(hub, "rebuild")
    assert status == 1
    assert "wait until it is done" in said


def test_a_repair_that_nobody_answers_says_what_to_do(hub: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    run(hub, "rebuild")
    with transaction():
        db.session.execute(delete(City).where(City.slug == "seoul"))
    monkeypatch.setattr("hub.search.checking.PATIENCE", 0.2)
    with disk.held(hub.config["HUB"].index_dir / "writer.lock"):
        status, said = run(hub, "check", "--repair")
    assert status == 1
    assert "does not answer" in said


def test_the_process_that_serves_repairs_when_asked(tmp_path: Path) -> None:
    with node(tmp_path, demo=False) as running:
        app = app_of(running.environment)
        with inside(app), transaction():
            record(VocabularyLoaded(1), by=None, now=clock.now())
        wait_until_settled(app)  # from now on the process that follows the log is the one writer
        with inside(app), transaction():
            db.session.execute(update(Term).where(Term.code == "GP8").values(descriptions={"en": {"text": "Quincunx"}}))
        said = running.run("search", "check", "--repair")
        assert "principle: 1 not as in the database: " in said
        assert said.endswith("The index agrees with the database.\n")
        assert "GP8" in requests.get(f"{running.base_url}/search?q=quincunx", timeout=30).text


def test_long_work_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with progress("indexed") as told:
        told(1, 3)
    assert capsys.readouterr().err == ""  # short work says nothing
    monkeypatch.setattr(search_commands, "_EVERY", 0.0)
    with progress("indexed") as told:
        told(1, 3)
        told(3, 3)
    assert capsys.readouterr().err == (
        "1 of 3 documents indexed, about 0 s left\n3 of 3 documents indexed, about 0 s left\n"
    )
