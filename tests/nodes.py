"""A whole node of the hub in processes of its own, as a newcomer starts it, on loopback and in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from hub import settings as hub_settings
from hub.app import create_app
from hub.cli.demo import ACCOUNTS
from hub.core.db import db
from tests import sharing
from tests.servers import free_port, name_of, shared_server_of

HUB = [sys.executable, "-m", "hub"]


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
        """Return the demo accounts with their passwords, as `hub demo --json` tells of them."""
        passwords = json.loads((Path(self.environment["HUB_DATA_DIR"]) / "demo.json").read_text("utf-8"))
        return [
            {"role": role, "city": city, "email": email, "password": passwords[email]}
            for role, city, email, _name, _language in ACCOUNTS
        ]


def environment_of(folder: Path, port: int, **settings: str) -> dict[str, str]:
    """Return the environment of a node of its own; `settings` are HUB_ names without the prefix."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment |= {"HUB_DATA_DIR": str(folder / "var"), "PORT": str(port), "HUB_LIMIT_FACTOR": "1000"}
    return environment | {f"HUB_{name}": value for name, value in settings.items()}


@contextmanager
def node(folder: Path, *, demo: bool = True, with_worker: bool = True, **settings: str) -> Iterator[Node]:
    """Start a node and stop it again; `settings` are HUB_ names without the prefix."""
    port = free_port()
    environment = environment_of(folder, port, **settings)
    base_url = f"http://localhost:{port}"
    if demo:
        load_demo(environment)
    with (folder / "serve.log").open("ab") as log:
        options = ["--port", str(port), "--worker" if with_worker else "--no-worker"]
        server = subprocess.Popen([*HUB, "serve", *options], env=environment, stdout=log, stderr=log)
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
    """Load the demo network into an empty record; all nodes of a run get a copy of what the first one loaded.

    What it is to have an index made when it begins to serve, nodes without the demo network show.
    """
    folder, url = Path(environment["HUB_DATA_DIR"]), environment.get("HUB_DATABASE_URL", "")
    server = shared_server_of(url)
    if sharing.folder is None or folder.exists() or "HUB_FILES_DIR" in environment or (url and server is None):
        subprocess.run([*HUB, "demo"], env=environment, check=True, capture_output=True)
        return

    def make(fresh: Path) -> None:
        plain = environment_of(fresh, int(environment["PORT"]))
        if server is not None:
            plain |= {"HUB_SECRET_KEY": environment["HUB_SECRET_KEY"], "HUB_DATABASE_URL": server.create_database()}
            (fresh / "database").write_text(name_of(plain["HUB_DATABASE_URL"]), "ascii")
        for command in (["demo"], ["search", "rebuild"]):
            subprocess.run([*HUB, *command], env=plain, check=True, capture_output=True)

    ready = sharing.made_once("demo" if server is None else f"demo-{server.port}", make)
    if server is not None:
        server.replace_database(name_of(url), like=(ready / "database").read_text("ascii"))
    shutil.copytree(ready / "var", folder)


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
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
