"""Moves the shared readers of the log on, sends the mail that waits, and does the jobs that are due."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import structlog

from hub.core import clock, readers
from hub.core.db import db
from hub.core.jobs import Job, Setting, run_due
from hub.core.outbox import LEASE as OUTBOX_LEASE
from hub.core.outbox import deliver_due, is_mail_due
from hub.settings import Settings
from hub.wiring import AT_ONCE, JOBS, SHARED_READERS

PAUSE_SECONDS = 1.0
log = structlog.get_logger()

Context = Callable[[], AbstractContextManager[object]]


def worker_name() -> str:
    """Return a name for this process that no other worker has."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}"


def setting_of(settings: Settings, owner: str) -> Setting:
    """Return what jobs may know of an installation."""
    return Setting(
        mail_url=settings.mail_url, base_url=settings.base_url, data_dir=settings.data_dir,
        files_dir=settings.files_dir, fetch_allow=settings.fetch_allow, languages=settings.languages, owner=owner,
        clock=clock.now,
    )  # fmt: skip


def advance_all(owner: str, shared: Mapping[str, readers.Handlers], *, patient: bool) -> int:
    """Move every shared reader on as far as it goes; returns how many entries were passed."""
    passed = 0
    for name, handlers in shared.items():
        passed += readers.advance(name, handlers, owner, clock.now, patient=patient)
    return passed


def send_mail(setting: Setting) -> int:
    """Send the mail that is due; returns how many went out."""
    return deliver_due(setting.mail_url, setting.base_url, setting.data_dir, setting.owner, setting.clock)


def do_at_once(works: Iterable[Callable[[Setting], int]], setting: Setting) -> int:
    """Do what someone waits for; returns how much was done. One that fails is noted and tried in the next round."""
    done = 0
    for work in works:
        try:
            done += work(setting)
        except Exception as error:  # mail and readers must not wait for it
            log.error("at once", name=work.__name__, exc_info=error)
            db.session.rollback()
    return done


def run_once(
    settings: Settings,
    shared: Mapping[str, readers.Handlers] = SHARED_READERS,
    jobs: Mapping[str, Job] = JOBS,
    at_once: Iterable[Callable[[Setting], int]] = AT_ONCE,
) -> int:
    """Bring every reader up to date, do what is due, send what waits, and end; returns the entries passed.

    An entry whose handler fails is tried eight times at once, then parked. What a worker that died still holds is
    waited for until its lease runs out.
    """
    setting = setting_of(settings, worker_name())
    until = clock.now() + OUTBOX_LEASE + timedelta(seconds=10)
    passed = advance_all(setting.owner, shared, patient=False)
    run_due(jobs, setting)
    while True:
        passed += advance_all(setting.owner, shared, patient=False)
        do_at_once(at_once, setting)
        send_mail(setting)
        now = clock.now()
        if not (is_mail_due(now) or any(readers.lag(name) for name in shared)) or now > until:
            return passed
        db.session.rollback()
        time.sleep(0.5)


def run(stop: threading.Event, settings: Settings, context: Context) -> None:
    """Follow the log and the clock until `stop` is set; an unreachable database is tried again, not given up.

    Jobs and mail have threads of their own: a slow feed or a mail server that does not answer must not hold up others.
    """
    setting = setting_of(settings, worker_name())

    def step() -> int:
        return advance_all(setting.owner, SHARED_READERS, patient=True) + do_at_once(AT_ONCE, setting)

    beside: tuple[Callable[[], int], ...] = (lambda: run_due(JOBS, setting), lambda: send_mail(setting))
    threads = [threading.Thread(target=_loop, args=(stop, context, each), daemon=True) for each in beside]
    for thread in threads:
        thread.start()
    _loop(stop, context, step)
    for thread in threads:
        thread.join(10)


def _loop(stop: threading.Event, context: Context, step: Callable[[], int]) -> None:
    while not stop.is_set():
        try:
            with context():
                if step():
                    continue
        except Exception as error:  # the database may be away for a while; the worker outlives that
            log.error("worker", exc_info=error)
        finally:
            with context():
                db.session.remove()
        stop.wait(PAUSE_SECONDS)
