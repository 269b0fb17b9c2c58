"""PostgreSQL and Redis for the tests: started on loopback in a folder of their own, stopped again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest


def free_port() -> int:
    """Return a port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def missing(tool: str, package: str) -> None:
    """Leave a test out where a tool is missing, saying what brings it; under CI that is a failure."""
    message = f"{tool} is missing; bring it with: apt install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    port: int
    control: tuple[str, ...]  # pg_ctl for its folder
    options: str

    def url(self, database: str) -> str:
        """Return the address of a database of this server."""
        return f"postgresql://hub@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"hub_{uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        subprocess.run([*self.control, "-o", self.options, "start"], check=True, capture_output=True)

    def stop_at_once(self) -> None:
        """Stop it as a crash does: what is being done is cut off."""
        subprocess.run([*self.control, "-m", "immediate", "stop"], check=False, capture_output=True)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL server that trusts loopback, as an ordinary user even when we are root."""
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL", "postgresql")
        raise AssertionError
    data, port = folder / "data", free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:
        prefix = ["runuser", "-u", "postgres", "--"]
        for parent in [folder, *folder.parents]:
            if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):
                parent.chmod(parent.stat().st_mode | 0o055)
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
    initdb = [
        *prefix,
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "hub",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    subprocess.run(initdb, check=True, capture_output=True)
    log = data / "log"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=100"
    server = Postgres(port, (*prefix, str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w"), options)
    server.start()
    try:
        yield server
    finally:
        server.stop_at_once()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Start a Redis server that keeps nothing."""
    binary = shutil.which("redis-server")
    if binary is None:
        missing("Redis", "redis-server")
        raise AssertionError
    port = free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)
