"""Someone holds the record for longer than anyone waits: writes are refused in bounded time, reads go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

import psycopg
import pytest

from hub.core.log import ADVISORY_LOCK
from tests.cli.test_killed import cookies_of_coordinators, follow_all, look_at_mail, look_for
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until_settled
from tests.drills.load import Heard, Load
from tests.nodes import inside

ROUNDS = 5 if FULL else 1
Hold = Callable[[House], AbstractContextManager[None]]

SQLITE = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA busy_timeout=20000")
held.execute("BEGIN {how}")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""
TURN = """
import fcntl, os, signal, sys
handle = os.open(sys.argv[1] + "-turn", os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""


@contextmanager
def held_by(script: str, house: House) -> Iterator[None]:
    """Let another process hold the SQLite file, until it is let go on."""
    path = house.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    other = subprocess.Popen([sys.executable, "-c", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == b"held\n"
        yield
    finally:
        other.stdin.close()
        os.kill(other.pid, signal.SIGCONT)
        other.wait(30)
        other.stdout.close()


@contextmanager
def held_in_postgresql(statement: str, house: House) -> Iterator[None]:
    """Let another session hold something in PostgreSQL."""
    with psycopg.connect(house.environment["HUB_DATABASE_URL"]) as other:
        other.execute(statement)
        yield
        other.rollback()


def _sqlite(how: str) -> Hold:
    return lambda house: held_by(SQLITE.format(how=how), house)


def _postgresql(statement: str) -> Hold:
    return lambda house: held_in_postgresql(statement, house)


HOLDS: dict[str, dict[str, Hold]] = {
    "sqlite": {
        "another process has it to itself": _sqlite("EXCLUSIVE"),
        "a writer was stopped in its turn": lambda house: held_by(TURN, house),
    },
    "postgresql": {
        "another session holds the cases": _postgresql("LOCK TABLE case_study IN EXCLUSIVE MODE"),
        "another session holds the log": _postgresql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"),
    },
}

if FULL:
    HOLDS["sqlite"]["another process writes"] = _sqlite("IMMEDIATE")
    HOLDS["postgresql"]["another session holds the cities"] = _postgresql("SELECT 1 FROM city FOR UPDATE")


@pytest.fixture(scope="module")
def held_house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house for all of this file."""
    yield from house(tmp_path_factory.mktemp("house"), request)


def test_who_waits_for_the_record_is_told_to_come_back(
    held_house: House, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = held_house.app
    reader, cookies = follow_all(app), cookies_of_coordinators(app)
    heard = Heard()
    with held_house.serving():
        with Load(held_house.base_url, cookies, heard, count(1), troubles=HOLDS[engine_name]) as load:
            load.write_more(8)
            for name, hold in ROUNDS * list(HOLDS[engine_name].items()):
                heard.phase = name
                refused, read = (heard.number(name, kind, status) for kind, status in (("write", 503), ("read", 200)))
                with hold(held_house):
                    load.wait_for(name, "write", 503, refused + 6)
                    load.wait_for(name, "read", 200, read + 40)
                heard.phase = "after"
                load.write_more(12)
                held_house.keep_fresh()
        held_house.clock.set(minutes=10)  # a mail that was cut off waits for its lease
        wait_until_settled(app)
        held_house.check()
    with inside(app):
        look_for(heard.said, reader)
    look_at_mail(heard.said, held_house.folder / "var" / "mail", {})
    with capsys.disabled():
        print(f"\n{ROUNDS} times held: {heard.figures()}")
    assert heard.wrong == []
