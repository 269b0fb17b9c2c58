"""A whole node in its own processes: started, stopped, and not put out by slow clients."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from hub.cli.main import hub as hub_command
from tests.nodes import HUB, Node, app_of, environment_of, inside, node

pytestmark = pytest.mark.xdist_group("a served node")  # most of them look at one and the same
SLOW_CLIENTS = 300


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node with the demo network."""
    with node(tmp_path_factory.mktemp("node")) as started:
        yield started


@pytest.mark.quiet
def test_health_answers_while_three_hundred_clients_send_one_byte_at_a_time(running: Node) -> None:
    port = int(running.base_url.rpartition(":")[2])
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(SLOW_CLIENTS)]
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 50
    try:
        slowest = 0.0
        for place in range(8):
            for client in slow:
                client.send(request[place : place + 1])
            begun = time.monotonic()
            answer = requests.get(f"{running.base_url}/healthz", timeout=10)
            slowest = max(slowest, time.monotonic() - begun)
            assert answer.status_code == 200
            assert requests.get(f"{running.base_url}/cases/", timeout=10).status_code == 200, "readers get in"
        # A bound far above what it takes: the server that goes dark needs twelve seconds and more.
        assert slowest < 1
    finally:
        for client in slow:
            client.close()


@pytest.mark.alone
def test_another_host_gets_400(running: Node) -> None:
    answer = requests.get(running.base_url, headers={"Host": "evil.example"}, timeout=10)
    assert answer.status_code == 400
    other_port = requests.get(running.base_url, headers={"Host": "localhost:1"}, timeout=10)
    assert other_port.status_code == 400
    assert requests.get(running.base_url.replace("localhost", "127.0.0.1"), timeout=10).status_code == 200


@pytest.mark.alone
def test_a_port_in_use_is_said_in_words(running: Node) -> None:
    port = running.base_url.rpartition(":")[2]
    second = subprocess.run([*HUB, "serve", "--port", port], env=running.environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.alone
def test_the_command_reads_the_running_node(running: Node) -> None:
    assert running.run("digest") == running.run("digest")
    assert "holds" in running.run("audit", "verify")
    assert "agrees" in running.run("search", "check")
    assert "entries passed" in running.run("worker", "--once")
    assert "0 added, 0 changed" in running.run("seed")
    rows = json.loads(running.run("routes", "--json"))
    assert {"rule": "/healthz", "methods": ["GET"], "permission": "public"} in rows
    assert all(row["permission"] and len(row["methods"]) == 1 for row in rows)
    accounts = json.loads(running.run("demo", "--json"))["accounts"]
    roles = [account["role"] for account in accounts]
    assert roles == ["organizer", "coordinator", "coordinator", "coordinator", "contributor"]
    assert accounts == running.accounts()


@pytest.mark.alone
def test_what_changes_is_found_without_a_restart(running: Node, tmp_path: Path) -> None:
    """The follower of the log, a process of its own, brings the index up to date."""
    script = (
        "from hub.app import create_app; from hub.core import clock; from hub.core.db import db, transaction;"
        "from hub.core.log import record; from hub.cases.events import CaseRevised;"
        "from hub.cases.models import CaseStudy;"
        "from sqlalchemy import select\n"
        "with create_app().app_context():\n"
        " with transaction():\n"
        "  case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == 'graz-advisory-council')).one()\n"
        "  case.lessons += ' Quincunx.'\n"
        "  record(CaseRevised(case.id), by=None, now=clock.now())\n"
    )
    import sys

    subprocess.run([sys.executable, "-c", script], env=running.environment, check=True)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if requests.get(f"{running.base_url}/cases.json?q=quincunx", timeout=10).json()["total"] == 1:
            return
        time.sleep(0.1)
    pytest.fail("the change was not found within twenty seconds")


@pytest.mark.alone
def test_companions_end_with_the_server_even_when_it_is_killed(tmp_path: Path) -> None:
    with node(tmp_path, demo=False) as started:
        deadline = time.monotonic() + 20
        while len(children := companions(started.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)  # pages are served before the last companion has begun
        assert len(children) == 2
        os.kill(started.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(is_alive(child) for child in children):
            time.sleep(0.1)
        assert not any(is_alive(child) for child in children)


def companions(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return sorted({int(child) for path in found for child in path.read_text("ascii").split()})


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.alone
def test_commands_say_in_words_that_nothing_is_set_up_and_the_first_invitation_sets_up(tmp_path: Path) -> None:
    environment = environment_of(tmp_path, 8000)
    done = subprocess.run([*HUB, "worker", "--once"], env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "run hub serve or hub seed" in done.stderr
    assert "Traceback" not in done.stderr
    app = app_of(environment)
    for command in (["people", "list"], ["digest"], ["backup", str(tmp_path / "backup")]):
        ran = CliRunner().invoke(hub_command, command, obj=lambda: app)
        assert (ran.exit_code, type(ran.exception)) == (1, SystemExit)
        assert "run hub serve or hub seed" in ran.stderr
    with inside(app):  # it lets go of the record
        pass
    first = ["people", "invite", "--role", "organizer", "first@example.org"]
    done = subprocess.run([*HUB, *first], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "/invitations/" in done.stdout
