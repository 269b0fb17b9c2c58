"""A node for a drill: its own folder, a clock that can be set, and waiting until it has caught up by itself."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, update

from hub.cli.main import hub as hub_command
from hub.core import readers
from hub.core.db import db, transaction
from hub.core.log import head_position
from hub.core.outbox import OutgoingMail
from hub.people.models import SignIn
from hub.search.index.store import Index
from hub.wiring import SHARED_READERS
from tests.drills.disk import DATABASE, Disk, PretendedDisk
from tests.hands import Hands
from tests.nodes import HUB, Node, app_of, environment_of, inside, load_demo, wait_until_healthy
from tests.people.accounts import sign_in
from tests.servers import free_port

SHIM = Path(__file__).parent / "shim"
KEY = "k3y-" * 10 + "abcdefgh"


def _end_with_us() -> None:
    """Let the kernel end the node when this run is killed (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class Clock:
    """The clock of a node's processes."""

    file: Path

    def set(self, *, days: float = 0, minutes: float = 0) -> None:
        """Set it so far ahead of the real one."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(days * 86_400 + minutes * 60), "ascii")
        fresh.replace(self.file)


@dataclass
class House:
    """A node that can be started and stopped, on a record of its own."""

    folder: Path
    environment: dict[str, str]
    base_url: str
    clock: Clock

    @cached_property
    def app(self) -> Flask:
        """The application on the node's own record."""
        return app_of(self.environment)

    def close(self) -> None:
        """Let go of the record."""
        with inside(self.app):
            pass

    def coordinator(self, email: str, city: str) -> Hands:
        """Return the browser of a new coordinator, signed in."""
        client = self.app.test_client()
        sign_in(client, email, city=city)
        cookie = client.get_cookie("session", domain="localhost")
        assert cookie
        hands = Hands(self.base_url)
        hands.keep("session", cookie.value)
        return hands

    def keep_fresh(self, minutes: float = 0) -> None:
        """Let everyone have proved just now who she is, by a clock so far ahead: some forms ask for that."""
        with inside(self.app), transaction():
            moment = datetime.now(UTC) + timedelta(minutes=minutes)
            db.session.execute(update(SignIn).values(proved_at=moment))

    def run(self, *command: str) -> str:
        """Run a `hub` command beside the node and return what it printed."""
        line = [*HUB, *command]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def check(self) -> None:
        """See that the index agrees with the record and that the log holds, as the `hub` commands tell."""
        for command, word in ((["search", "check"], "agrees"), (["audit", "verify"], "holds")):
            done = CliRunner().invoke(hub_command, command, obj=lambda: self.app)
            assert done.exit_code == 0, done.output
            assert word in done.output

    @contextmanager
    def serving(self, *options: str) -> Iterator[Node]:
        """Start the node in a process group of its own and end all of it."""
        line = [*HUB, "serve", *options, "--port", self.environment["PORT"]]
        with (self.folder / "serve.log").open("ab") as log:
            server = subprocess.Popen(
                line, env=self.environment, stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_us
            )
        try:
            wait_until_healthy(self.base_url, server)
            yield Node(self.base_url, self.environment, server.pid)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def house(
    folder: Path, request: pytest.FixtureRequest, *, disk: Disk | None = None, **settings: str
) -> Iterator[House]:
    """Give a house on the engine of this run, with the demo network in it; `settings` are HUB_ names.

    With a disk its data folder lies there.
    """
    port = free_port()
    if request.getfixturevalue("engine_name") == "postgresql" and "DATABASE_URL" not in settings:
        given = os.environ.get(DATABASE)
        settings["DATABASE_URL"] = given or request.getfixturevalue("postgres").create_database()
    settings = {"SECRET_KEY": KEY, "LIMIT_FACTOR": "1000", **settings}
    if disk is not None:
        settings["DATA_DIR"] = str(disk.folder / "var")
    clock = Clock(folder / "clock")
    clock.set()
    environment = environment_of(folder, port, **settings)
    environment |= {"PYTHONPATH": str(SHIM), "TEST_CLOCK": str(clock.file)}
    if isinstance(disk, PretendedDisk):
        environment["TEST_DISK"] = str(disk.flag)
    made = House(folder, environment, f"http://localhost:{port}", clock)
    load_demo(environment)
    yield made
    made.close()


def wait_until(holds: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait until something holds; the test fails when it does not come about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


def wait_until_settled(app: Flask, seconds: float = 120) -> None:
    """Wait until the node's own processes have followed the log, sent the mail and brought the index up to date."""
    index = Index.open(app.config["HUB"].index_dir)

    def behind() -> list[str]:
        with inside(app):
            head, place = head_position(), index.place()
            late = [f"{name} by {readers.lag(name)}" for name in SHARED_READERS if readers.lag(name)]
            if place is None or place.position != head:
                late.append(f"the index is at {place}, the log at {head}")
            unsent = db.session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_(None)))
            return late + ([f"{unsent} mails wait"] if unsent else [])

    deadline = time.monotonic() + seconds
    while late := behind():
        assert time.monotonic() < deadline, f"not caught up within {seconds:.0f} s: {late}"
        time.sleep(0.2)
