"""The processes of a node: web, worker, and the one that writes the search index."""

from __future__ import annotations

import gc
import shutil
import signal
import socket
import threading
from functools import partial
from pathlib import Path
from types import FrameType

import click
import structlog
import waitress
from flask import Flask

from hub.cli import worker_loop
from hub.cli.companions import ENDS_WITHIN, Companion
from hub.core.db import db
from hub.core.errors import Conflict, Unavailable
from hub.search.follow import MOST_AT_ONCE, Told, follow, rebuild_from
from hub.search.index.store import Index
from hub.search.sources import source
from hub.settings import Settings
from hub.site.health import LEAST_ROOM
from hub.worker import run

THREADS = 8
CONNECTIONS = 2000  # slow senders hold a connection each, and readers must still get in
_FAILURES = 3
log = structlog.get_logger()


def serve(app: Flask, host: str, port: int, *, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; the index follower and the worker run beside as processes of their own."""
    settings: Settings = app.config["HUB"]
    _require_port(host, port)
    db.session.remove()
    db.engine.dispose()  # a copy of this process must not hold its connections
    gc.freeze()  # what is loaded by now is shared with the copies
    companions = [Companion(["search", "follow"], partial(follow_index, app, until_parent_ends=True))]
    if with_worker:
        companions.append(Companion(["worker"], partial(work, app, until_parent_ends=True)))
    if source().count() <= MOST_AT_ONCE:  # making a larger one takes minutes, and pages answer without meanwhile
        follow_once(app)
    db.session.remove()
    db.engine.dispose()
    stop = threading.Event()
    keepers = [threading.Thread(target=each.keep_running, args=(stop,), daemon=True) for each in companions]
    for keeper in keepers:
        keeper.start()
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"The hub is at {settings.base_url}  (Ctrl-C stops it)", flush=True)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: to look through it again and again would cost more than pages do
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
            keeper.join(ENDS_WITHIN)


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


def follow_once(app: Flask) -> None:
    """Bring the index up to date, unless another process of this node is its writer."""
    index = Index.open(app.config["HUB"].index_dir)
    try:
        follow(index, source())
    except Conflict:
        log.info("another process writes the index")
    finally:
        index.close()


def rebuild_index(app: Flask, told: Told | None = None) -> int:
    """Build the index anew beside the one in use, swap it in, and return how many documents it holds."""
    return rebuild_from(app.config["HUB"].index_dir, source(), told)


def work(app: Flask, *, until_parent_ends: bool) -> None:
    """Move the shared readers of the log on, send mail and do the jobs that are due, until stopped."""
    stop = worker_loop.stop_event("hub worker", until_parent_ends=until_parent_ends)
    run(stop, app.config["HUB"], app.app_context)


def follow_index(app: Flask, *, until_parent_ends: bool) -> None:
    """Keep this node's index up to date until stopped; waits while another process is the writer.

    An index that is lost or damaged is made anew, and so is one that could not be written three times in a row though
    there is room on the disk.
    """
    stop = worker_loop.stop_event("hub follow", until_parent_ends=until_parent_ends)
    folder: Path = app.config["HUB"].index_dir
    index, failures = Index.open(folder), 0
    try:
        while not stop.is_set():
            try:
                if failures >= _FAILURES and _has_room(folder):
                    index.close()
                    rebuild_index(app)
                follow(index, source())
                failures = 0
            except Conflict:
                stop.wait(5)
            except Exception as error:  # the database may be away for a while; the follower outlives that
                log.error("index", exc_info=error)
                failures += isinstance(error, Unavailable)
                stop.wait(2)
            finally:
                db.session.remove()
            stop.wait(worker_loop.PAUSE_SECONDS)
    finally:
        index.close()


def _has_room(folder: Path) -> bool:
    """Tell whether the disk has room for the index once more, so that making it anew makes sense."""
    try:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return shutil.disk_usage(folder).free > size + LEAST_ROOM
    except OSError:  # a folder that is gone, or changes while we look
        return True
