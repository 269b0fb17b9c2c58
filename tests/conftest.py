"""Fixtures: a real database of either engine, filled once from the seed files, each test inside a savepoint."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection

from hub import settings as hub_settings
from hub.app import create_app
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite
from hub.core.paths import SEEDS
from hub.people import passwords
from hub.settings import Settings
from hub.site import seeding
from hub.web import locale
from tests import servers, sharing

HERE = Path(__file__).resolve().parent
LONGEST = (  # the start of a file's name is enough
    "browser/test_pages.py",
    "doors/test_forms.py",
    "core/test_serving.py",
    "drills/",
    "browser/",
    "doors/",
    "cli/test_killed.py",
    "feeds/test_manifest.py",
    "packaging/",
    "search/",
    "feeds/",
    "web/",
    "site/",
    "people/",
)
EACH = ("doors/test_trail.py", "cli/test_audit.py", "people/test_invitations.py")
SHARED = Path(__file__).resolve().parents[2] / "shared"
FULL = os.environ.get("HUB_DRILL") == "full"
REAL_HASHER = passwords._hasher
SECRET = "tests-only-0123456789-abcdefghijklmnop"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database to test on")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process of a run is busy alone at its end.

    Leave out of the second engine what asks for none: it ran with the first. Of a test with many parameters it has
    the first, and all with `HUB_DRILL=full`.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_turn)
    if config.getoption("--engine") == "sqlite":
        return
    asking = {"engine_name", "postgres", "redis_url"}
    rest = [item for item in items if not asking & set(getattr(item, "fixturenames", ()))]
    if not FULL:
        rest += _repeating(items)
    config.hook.pytest_deselected(items=rest)
    left_out = set(rest)
    items[:] = [item for item in items if item not in left_out]


def _repeating(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return all but the first of each test with parameters, but where each is another act."""
    alike: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.path.relative_to(HERE).as_posix() not in EACH:
            alike.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [item for found in alike.values() for item in found[1:]]


def _turn(item: pytest.Item) -> int:
    name = item.path.relative_to(HERE).as_posix()
    return next((place for place, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    sharing.folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return sharing.folder


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords in a hundredth of the time: how slow it really is, tests/people/test_passwords.py looks at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(run_folder: Path) -> Iterator[None]:
    """Let every application of the run find the templates that another has compiled."""
    kept = run_folder / "templates"
    kept.mkdir(exist_ok=True)

    class Remembering(FlaskEnvironment):
        def __init__(self, app: Flask, **options: Any) -> None:
            super().__init__(app, bytecode_cache=FileSystemBytecodeCache(str(kept)), **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_environment", Remembering)
        yield


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine this run tests."""
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """A PostgreSQL of this run on loopback; where none is installed the test says so and is left out."""
    with servers.shared_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own on loopback."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def plain_settings(engine_name: str, request: pytest.FixtureRequest) -> Settings:
    """The settings of this run: SQLite with nothing installed, or PostgreSQL with Redis; the folder is to be chosen."""
    environment = {"HUB_DATA_DIR": "/nowhere", "HUB_SECRET_KEY": SECRET}
    environment["HUB_BASE_URL"] = "http://localhost"  # where Flask's test client knocks
    environment["HUB_PAGE_CACHE_MB"] = "0"  # what a test writes is rolled back, which no log entry tells
    environment["HUB_LIMIT_FACTOR"] = "1000"  # tests ask more than people do; tests of the limits have their own
    if engine_name == "postgresql":
        environment["HUB_REDIS_URL"] = request.getfixturevalue("redis_url")
        environment["HUB_DATABASE_URL"] = request.getfixturevalue("postgres").url("postgres")  # until one is made
    return replace(hub_settings.load(environment), testing=True)


CopyOf = Callable[[str, Callable[[Flask], None], Path], Settings]
T = TypeVar("T")
Deal = Callable[[Iterable[T]], list[T]]


@pytest.fixture(scope="session")
def deal(engine_name: str) -> Deal[Any]:
    """Give every other of some values, and the rest to the other engine: only where what is tried asks neither."""
    return lambda values: list(islice(values, 0 if FULL or engine_name == "sqlite" else 1, None, 1 if FULL else 2))


@pytest.fixture(scope="session")
def copy_of(plain_settings: Settings, request: pytest.FixtureRequest) -> CopyOf:
    """Give settings of a record that is a copy, in a folder, of one that is made once in a run."""

    def give(name: str, fill: Callable[[Flask], None], folder: Path) -> Settings:
        server = None if plain_settings.is_sqlite else request.getfixturevalue("postgres")

        def settings_in(place: Path, url: str) -> Settings:
            url = url.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{place}/hub.sqlite"
            return replace(plain_settings, data_dir=place, files_dir=place / "files", database_url=url)

        def make(fresh: Path) -> None:
            url = server.create_database() if server else ""
            (fresh / "database").write_text(servers.name_of(url), "ascii")
            app = create_app(settings_in(fresh / "var", url))
            with app.app_context():
                prepare_sqlite(db.engine)
                migrate.upgrade(db.engine)
                fill(app)
                db.session.remove()
                db.engine.dispose()

        ready = sharing.made_once(name, make)
        shutil.copytree(ready / "var", folder, dirs_exist_ok=True)
        return settings_in(folder, server.create_database((ready / "database").read_text("ascii")) if server else "")

    return give


@pytest.fixture(scope="session")
def settings(copy_of: CopyOf, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the application that most tests share, on a database that holds the seed files."""
    return copy_of("seeded", fill_from_seeds, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def seeded_app(settings: Settings) -> Iterator[Flask]:
    """The application on a database that holds the seed files, and an index of them."""
    yield from _lasting(settings)


@pytest.fixture(scope="session")
def committing_app(copy_of: CopyOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same on a database of its own, without savepoints: what is committed stays, log entries for ever."""
    yield from _lasting(copy_of("seeded", fill_from_seeds, tmp_path_factory.mktemp("committing")))


def fill_from_seeds(app: Flask) -> None:
    """Load the seed files, and make an index of them."""
    from hub.cli.serving import rebuild_index

    seeding.load_all(SEEDS, clock.now())
    rebuild_index(app)


def _lasting(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what all tests share is not looked through for garbage again and again
    gc.set_threshold(100_000, 20, 20)  # nor every few hundred objects: tests leave little behind
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def no_language() -> None:
    """Forget the language of the last request of the test before: what has no request would speak it."""
    locale.begin_request()


@pytest.fixture
def connection(seeded_app: Flask) -> Iterator[Connection]:
    """One connection for everything a test does, rolled back at its end."""
    with seeded_app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        outer = connection.begin()
        engines = db._app_engines[seeded_app]
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield connection
        finally:
            engines[None] = engine
            outer.rollback()


@pytest.fixture
def app(seeded_app: Flask, connection: Connection) -> Flask:
    """The application; what a test writes is gone afterwards."""
    return seeded_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, not signed in, that asks for English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session, inside the application."""
    with app.app_context():
        yield db.session


@pytest.fixture
def busy_app(copy_of: CopyOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on an empty database of its own, where commits are real and several may write at once."""
    app = create_app(copy_of("empty", lambda _app: None, tmp_path_factory.mktemp("busy")))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared research data; where it is missing the test is skipped and says so."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here")
    return SHARED
