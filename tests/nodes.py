"""A whole node of the hub in processes of its own, as a newcomer starts it, on loopback and in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from hub import settings as hub_settings
from hub.app import create_app
from hub.core.db import db
from tests.servers import free_port

HUB = [sys.executable, "-m", "hub"]
copies: Path | None = None  # a folder that all processes of a run share, once it is known


@dataclass(frozen=True)
class Node:
    """A running node: where it answers, its environment, and the id of its web process."""

    base_url: str
    environment: dict[str, str]
    pid: int

    def run(self, *command: str) -> str:
        """Run a `hub` command beside the node and return what it printed."""
        done = subprocess.run([*HUB, *command], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def accounts(self) -> list[dict[str, Any]]:
        """Return the demo accounts with their passwords."""
        found: list[dict[str, Any]] = json.loads(self.run("demo", "--json"))["accounts"]
        return found


def environment_of(folder: Path, port: int, **settings: str) -> dict[str, str]:
    """Return the environment of a node of its own; `settings` are HUB_ names without the prefix."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_DATA_DIR": str(folder / "var"), "PORT": str(port), "HUB_LIMIT_FACTOR": "1000"}
    return environment | {f"HUB_{name}": value for name, value in settings.items()}


@contextmanager
def node(folder: Path, *, demo: bool = True, **settings: str) -> Iterator[Node]:
    """Start a node and stop it again; `settings` are HUB_ names without the prefix."""
    port = free_port()
    environment = environment_of(folder, port, **settings)
    base_url = f"http://localhost:{port}"
    if demo:
        load_demo(environment)
    with (folder / "serve.log").open("ab") as log:
        server = subprocess.Popen([*HUB, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        wait_until_healthy(base_url, server)
        yield Node(base_url, environment, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def load_demo(environment: dict[str, str]) -> None:
    """Load the demo network into an empty record; on SQLite every node of a run gets a copy of the first one's."""
    folder = Path(environment["HUB_DATA_DIR"])
    if copies is None or folder.exists() or {"HUB_DATABASE_URL", "HUB_FILES_DIR"} & environment.keys():
        subprocess.run([*HUB, "demo"], env=environment, check=True, capture_output=True)
        return
    ready = copies / "demo" / "ready"
    if not ready.exists():
        ready.parent.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=ready.parent))
        plain = environment_of(fresh, int(environment["PORT"]))
        subprocess.run([*HUB, "demo"], env=plain, check=True, capture_output=True)
        with suppress(OSError):  # another process of this run was first
            (fresh / "var").rename(ready)
    shutil.copytree(ready, folder)


def wait_until_healthy(base_url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until `/healthz` answers 200; raises TimeoutError or, when the process ended, RuntimeError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the hub ended with status {server.returncode}")
        try:
            if requests.get(f"{base_url}/healthz", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the hub does not become healthy")


def app_of(environment: dict[str, str]) -> Flask:
    """Return the application on the node's own record."""
    app = create_app(hub_settings.load(environment))
    app.config["SERVER_NAME"] = f"localhost:{environment['PORT']}"  # where its own test client knocks
    return app


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    """Look at the record of an application."""
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
