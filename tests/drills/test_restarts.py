"""PostgreSQL and Redis are cut off and come back while people write and read."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.cli.test_killed import cookies_of_coordinators, follow_all, look_at_mail, look_for
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until, wait_until_settled
from tests.drills.load import Heard, Load
from tests.hands import Hands, form_to
from tests.nodes import inside
from tests.servers import Postgres, free_port, missing, postgres

# With servers of its own, whatever the engine of the run; both tests use one house.
pytestmark = [pytest.mark.alone, pytest.mark.xdist_group("restarts")]
ROUNDS = 20 if FULL else 1


class Redis:
    """A Redis that keeps nothing, and that can be cut off, stopped in its tracks, and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        binary = shutil.which("redis-server")
        if binary is None:
            missing("Redis", "redis-server")
        line = [str(binary), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None
        os.kill(self.process.pid, number)

    def cut_off(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL of our own."""
    with postgres(tmp_path_factory.mktemp("own")) as server:
        yield server


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis of our own."""
    redis = Redis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis
    redis.cut_off()


@pytest.fixture(scope="module")
def served_house(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, record: Postgres, counter: Redis
) -> Iterator[House]:
    """A house on both."""
    settings = {"DATABASE_URL": record.create_database(), "REDIS_URL": f"redis://127.0.0.1:{counter.port}/0"}
    yield from house(tmp_path_factory.mktemp("house"), request, **settings)


def test_nothing_said_is_lost_when_servers_are_cut_off(
    served_house: House, record: Postgres, counter: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    app = served_house.app
    reader, cookies = follow_all(app), cookies_of_coordinators(app)
    heard = Heard()
    with served_house.serving():
        with Load(
            served_house.base_url, cookies, heard, count(1), troubles=["record away"], is_record_away=True
        ) as load:
            load.write_more(8)
            for number in range(1, ROUNDS + 1):
                heard.phase = "record away"
                record.stop_at_once()
                load.wait_for("record away", "read", 503, 20 * number)
                record.start()
                heard.phase = "back"
                load.write_more(12)
                heard.phase = "counter away"
                counter.cut_off()
                load.write_more(8)
                counter.start()
                load.write_more(8)
                served_house.keep_fresh()
            heard.phase = "counter stopped"
            counter.signal(signal.SIGSTOP)
            load.write_more(4)
            counter.signal(signal.SIGCONT)
        served_house.clock.set(minutes=10)  # a mail that was cut off waits for its lease
        wait_until_settled(app)
        served_house.check()
    with inside(app):
        look_for(heard.said, reader)
    look_at_mail(heard.said, served_house.folder / "var" / "mail", {})
    with capsys.disabled():
        print(f"\n{ROUNDS} times cut off: {heard.figures()}")
    assert heard.wrong == []


def test_limits_are_counted_without_redis(served_house: House, counter: Redis) -> None:
    counter.cut_off()
    with served_house.serving():
        hands = Hands(served_house.base_url)
        form = form_to(hands.get("/login").text, "/login")
        sent = form.filled({"email": "nobody@example.org", "password": "not this one"})
        answers = [hands.post("/login", sent).status_code for _ in range(12)]
    assert answers[0] in (200, 400, 422), answers
    assert answers[-1] == 429, answers
    counter.start()
