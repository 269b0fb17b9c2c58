"""PostgreSQL and Redis for the tests: started on loopback in a folder of their own, stopped again."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests import sharing


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


def name_of(url: str) -> str:
    """Return the name of the database at an address."""
    return url.rpartition("/")[2]


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    port: int
    folder: Path
    control: tuple[str, ...]  # pg_ctl for its folder
    options: str

    def url(self, database: str) -> str:
        """Return the address of a database of this server."""
        return f"postgresql://hub@127.0.0.1:{self.port}/{database}"

    def create_database(self, like: str = "template1") -> str:
        """Make an empty database, or a copy of one that nobody is connected to, and return its address."""
        name = f"hub_{uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def replace_database(self, name: str, like: str) -> None:
        """Put a copy of another database in the place of one."""
        self._run(f'DROP DATABASE "{name}"')
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _let_in(self.folder)
        subprocess.run([*self.control, "-o", self.options, "start"], check=True, capture_output=True)

    def stop_at_once(self) -> None:
        """Stop it as a crash does: what is being done is cut off."""
        _let_in(self.folder)
        subprocess.run([*self.control, "-m", "immediate", "stop"], check=True, capture_output=True)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _server(folder: Path, port: int) -> Postgres:
    """Return the server of a folder, which may not be there yet."""
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL", "postgresql")
        raise AssertionError
    data = folder / "data"
    control = (*_as_postgres(), str(binaries / "pg_ctl"), "-D", str(data), "-l", str(data / "log"), "-w")
    chosen = {
        "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 300, "fsync": "off",
        "autovacuum": "off", "jit": "off",  # worth it only where databases grow old and large
    }  # fmt: skip
    options = " ".join([f"-p {port}", *(f"-c {name}={value}" for name, value in chosen.items())])
    return Postgres(port, folder, control, options)


def _as_postgres() -> tuple[str, ...]:
    return ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()


def _let_in(folder: Path) -> None:
    """Let another user come as far as a folder of ours; another run of tests shuts the folder of all runs again."""
    for parent in [folder, *folder.parents] if os.geteuid() == 0 else ():
        if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o055)


def _started(folder: Path) -> Postgres:
    """Start a PostgreSQL server that trusts loopback, as an ordinary user even when we are root."""
    server, data = _server(folder, free_port()), folder / "data"
    if os.geteuid() == 0:
        _let_in(folder)
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
    initdb = str(_binaries() / "initdb")
    how = ["-D", str(data), "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run([*_as_postgres(), initdb, *how], check=True, capture_output=True)
    server.start()
    return server


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Start a PostgreSQL server of our own, and stop it again."""
    server = _started(folder)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):  # it was stopped already
            server.stop_at_once()


_shared: list[Postgres] = []  # the one of this run, while this process uses it


def shared_server_of(url: str) -> Postgres | None:
    """Return the server of this run where a database lies there."""
    return next((server for server in _shared if url.startswith(server.url(""))), None)


@contextmanager
def shared_postgres() -> Iterator[Postgres]:
    """Give the PostgreSQL server of this run: the first process that needs it starts it, the last one stops it."""
    with sharing.alone_with("postgres") as folder:
        users = folder.with_suffix(".users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)  # let go of when this process ends, however it ends
        if folder.exists():
            place, port = (folder / "place").read_text("utf-8").splitlines()
            server = _server(Path(place), int(port))
        else:
            fresh = Path(tempfile.mkdtemp(prefix="hub-postgres-"))  # another run would shut the folder of all runs
            try:
                server = _started(fresh)
                folder.mkdir()
            except BaseException:
                shutil.rmtree(fresh)
                raise
            (folder / "place").write_text(f"{fresh}\n{server.port}", "utf-8")
    _shared.append(server)
    try:
        yield server
    finally:
        _shared.clear()
        with sharing.alone_with("postgres") as folder:
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still needs it
            else:
                server.stop_at_once()
                shutil.rmtree(server.folder)
                shutil.rmtree(folder)
            users.close()


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
