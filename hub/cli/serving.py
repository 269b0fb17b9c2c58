"""The processes of a node: web, worker, and the one that writes the search index."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from types import FrameType

import click
import structlog
import waitress
from flask import Flask

from hub.cli import worker_loop
from hub.core.db import db
from hub.core.errors import Conflict
from hub.search.follow import follow, rebuild_from
from hub.search.index.store import Index
from hub.search.sources import everything, source
from hub.settings import Settings

THREADS = 8
CONNECTIONS = 2000  # slow senders hold a connection each, and readers must still get in
log = structlog.get_logger()


def serve(app: Flask, host: str, port: int, *, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; the index follower and the worker run beside as processes of their own."""
    settings: Settings = app.config["HUB"]
    _require_port(host, port)
    follow_once(app)
    db.session.remove()
    db.engine.dispose()
    companions = [["search", "follow"], *([["worker"]] if with_worker else [])]
    stop = threading.Event()
    keepers = [threading.Thread(target=_keep_running, args=(command, stop), daemon=True) for command in companions]
    for keeper in keepers:
        keeper.start()
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"The hub is at {settings.base_url}  (Ctrl-C stops it)", flush=True)
    try:
        waitress.serve(
            app, host=host, port=port, threads=THREADS, connection_limit=CONNECTIONS, channel_timeout=60,
            asyncore_use_poll=True, ident=None, clear_untrusted_proxy_headers=not settings.proxies, _quiet=True,
        )  # fmt: skip
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        for keeper in keepers:
            keeper.join(10)


def _require_port(host: str, port: int) -> None:
    """Say in words that a port cannot be used, before anything is started; raises ClickException."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            said = f"{host}:{port} cannot be used ({error.strerror}); choose another port: PORT=9000 make run"
            raise click.ClickException(said) from error


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _keep_running(command: list[str], stop: threading.Event) -> None:
    """Run a `hub` command as long as we serve, and again when it ends; it ends itself when our pipe closes."""
    while not stop.is_set():
        ours = [sys.executable, "-m", "hub", *command, "--until-parent-ends"]
        companion = subprocess.Popen(ours, stdin=subprocess.PIPE)  # noqa: S603  our own command
        while companion.poll() is None and not stop.wait(0.2):
            pass
        if companion.poll() is None:
            _end(companion)
        elif not stop.is_set():
            log.warning("companion ended", command=command, status=companion.returncode)
            stop.wait(2)


def _end(companion: subprocess.Popen[bytes]) -> None:
    """Ask a companion to end, and end it when it does not: what it was doing is begun again by the next one."""
    companion.terminate()
    try:
        companion.wait(10)
    except subprocess.TimeoutExpired:
        companion.kill()
        companion.wait()


def follow_once(app: Flask) -> None:
    """Bring the index up to date, unless another process of this node is its writer."""
    index = Index.open(app.config["HUB"].index_dir)
    try:
        follow(index, source())
    except Conflict:
        log.info("another process writes the index")
    finally:
        index.close()


def rebuild_index(app: Flask) -> int:
    """Build the index anew beside the one in use, swap it in, and return how many documents it holds."""
    return rebuild_from(app.config["HUB"].index_dir, source())


def check_index(app: Flask) -> list[str]:
    """Return how the index differs from the database, a line each; raises Unavailable when there is no index."""
    index = Index.open(app.config["HUB"].index_dir)
    wanted: dict[str, set[int]] = {}
    for document in everything():
        wanted.setdefault(document.kind, set()).add(document.id)
    differences = []
    for kind, ids in sorted(wanted.items()):
        found = set(index.ids(kind=kind))
        if ids - found:
            differences.append(f"{kind}: not in the index: {sorted(ids - found)[:20]}")
        if found - ids:
            differences.append(f"{kind}: no longer in the database: {sorted(found - ids)[:20]}")
    return differences


def follow_index(app: Flask, *, until_parent_ends: bool) -> None:
    """Keep this node's index up to date until stopped; waits while another process is the writer."""
    stop = worker_loop.stop_event(until_parent_ends=until_parent_ends)
    index = Index.open(app.config["HUB"].index_dir)
    try:
        while not stop.is_set():
            try:
                follow(index, source())
            except Conflict:
                stop.wait(5)
            except Exception as error:  # the database may be away for a while; the follower outlives that
                log.error("index", exc_info=error)
                stop.wait(2)
            finally:
                db.session.remove()
            stop.wait(worker_loop.PAUSE_SECONDS)
    finally:
        index.close()
