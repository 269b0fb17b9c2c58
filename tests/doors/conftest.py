"""A client that reads every answer to its end, the house with its doors, and what each address reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import is_hypothesis_test, seed

from hub.app import create_app
from hub.core.db import db
from tests.conftest import FULL, CopyOf, fill_from_seeds
from tests.doors.doors import Recorder, addresses, parameters
from tests.doors.house import House, as_it_was, standing
from tests.doors.reading import ReadingClient, reading_client

__all__ = ["reading_client"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the slice, let each engine be tried with examples of its own, the same each time."""
    engine = config.getoption("--engine")
    for item in () if FULL else items:
        if isinstance(item, pytest.Function) and item.path.name == "test_fuzz.py" and is_hypothesis_test(item.obj):
            seed(engine)(item.obj)


@pytest.fixture
def client(app: Flask) -> ReadingClient:
    """Not signed in, asking for English."""
    return reading_client(app)


@pytest.fixture(scope="session")
def standing_house(copy_of: CopyOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, on a record of its own; every test that asks for `house` finds it as it was made."""
    app = create_app(copy_of("seeded", fill_from_seeds, tmp_path_factory.mktemp("house")))
    with standing(app) as house:
        yield house
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def house(standing_house: House) -> Iterator[House]:
    """The whole house; what a test does there is undone."""
    with as_it_was(standing_house):
        yield standing_house


@pytest.fixture(scope="session")
def heard(seeded_app: Flask) -> dict[str, Recorder]:
    """Every public address, with the parameters it reads."""
    client = reading_client(seeded_app)
    return {path: parameters(client, path) for path in addresses(seeded_app)}
