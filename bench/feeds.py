"""How long `hub feeds sync` takes for many sources: cold, then when every site says that nothing changed.

    python -m bench.feeds [SOURCES]        (1,000, each with 50 stories, from 50 loopback addresses)

One node's record on SQLite in a folder of its own; the feeds are made up by a fixed seed in four languages
(bench._feedsite). Prints stories per minute, and of the main process and of each process that parses its processor time
and its highest memory. Ends with 1 where a story is missing or doubled, or where something changes the second time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench._feedsite import ENTRIES, host_of
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.paths import SEEDS
from hub.feeds.models import FeedEntry
from hub.feeds.service import SourceFacts, add_source
from hub.site import seeding
from tests.nodes import HUB, app_of, environment_of, inside
from tests.processes import Used, children_of
from tests.servers import free_port

SOURCES = 1_000
HOSTS = 50
MOST_SECONDS = {"cold": 120, "unchanged": 30}  # the aims for 1,000 sources on two quiet cores
MOST_MEMORY = {"main": 250, "parser": 512}  # MB
LOOK_EVERY = 0.2  # seconds


@dataclass
class Run:
    """One run of `hub feeds sync`: what it took, and what it said of each source."""

    name: str
    seconds: float
    main: Used
    parsers: list[Used]
    rows: list[dict[str, str | int]] = field(default_factory=list)

    def count(self, name: str) -> int:
        """How many stories were added or changed."""
        return sum(int(row[name]) for row in self.rows)


def main(sources: int = SOURCES) -> int:
    """Measure both runs and print what was found; returns 1 where the numbers of stories are wrong."""
    port, hosts = free_port(), min(HOSTS, sources)
    allow = ",".join(f"127.0.0.{2 + number}:{port}" for number in range(hosts))
    with tempfile.TemporaryDirectory() as name, _site(port, hosts, sources):
        environment = environment_of(Path(name), port, FETCH_ALLOW=allow)
        _add(environment, sources, hosts, port)
        print(
            f"{sources} sources of {ENTRIES} stories on {hosts} addresses; load of the machine {os.getloadavg()[0]:.1f}"
        )
        runs = [_sync(name, environment) for name in MOST_SECONDS]
        for run in runs:
            _show(run, sources)
        stored = _stored(environment)
    cold, unchanged = runs
    wanted = sources * ENTRIES
    faults = [f"{stored} stories are there, not {wanted}"] if stored != wanted else []
    faults += [f"{cold.count('added')} were told as new"] if cold.count("added") != wanted else []
    faults += ["the second run changes something"] if unchanged.count("added") + unchanged.count("changed") else []
    faults += [f"{row['source']}: {row['error']}" for run in runs for row in run.rows if row["outcome"] == "failed"][:5]
    for fault in faults:
        print(f"  wrong: {fault}")
    return int(bool(faults))


@contextmanager
def _site(port: int, hosts: int, sources: int) -> Iterator[None]:
    line = [sys.executable, "-m", "bench._feedsite", str(port), str(hosts), str(sources)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as site:
        assert site.stdin is not None
        assert site.stdout is not None
        try:
            if site.stdout.readline() != b"ready\n":
                raise SystemExit("the site does not start")
            yield
        finally:
            site.stdin.close()


def _add(environment: dict[str, str], sources: int, hosts: int, port: int) -> None:
    allow = frozenset(environment["HUB_FETCH_ALLOW"].split(","))
    app = app_of(environment)
    with inside(app):
        prepare_sqlite(db.engine)
        migrate.upgrade(db.engine)
        seeding.load_all(SEEDS, clock.now())
    with inside(app), transaction():
        for number in range(sources):
            address = f"http://{host_of(number, hosts)}:{port}/{number}"
            add_source(address, SourceFacts(f"Source {number}"), allow=allow, by=None, now=clock.now())


def _stored(environment: dict[str, str]) -> int:
    with inside(app_of(environment)):
        return db.session.scalar(select(func.count(FeedEntry.id)).where(FeedEntry.guid.like("urn:news:%"))) or 0


def _sync(name: str, environment: dict[str, str]) -> Run:
    """Run `hub feeds sync` and look again and again at what it and its children use."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([*HUB, "feeds", "sync", "--json"], env=environment, stdout=said)
        main, children = Used(), dict[int, Used]()
        while process.poll() is None:
            main.look(process.pid)
            for pid in children_of(process.pid):
                children.setdefault(pid, Used()).look(pid)
            time.sleep(LOOK_EVERY)
        seconds = time.perf_counter() - begun
        if process.returncode:
            raise SystemExit(f"hub feeds sync ended with {process.returncode}")
        said.seek(0)
        rows = json.load(said)
    return Run(name, seconds, main, [used for used in children.values() if used.megabytes], rows)


def _show(run: Run, sources: int) -> None:
    minutes = run.seconds / 60
    most = MOST_SECONDS[run.name] * sources / SOURCES
    pace = f"{run.count('added') / minutes:,.0f} stories" if run.count("added") else f"{sources / minutes:,.0f} sources"
    print(f"  {run.name:9} {run.seconds:6.1f} s (aim {most:.0f}), {pace} a minute")
    for name, each in [("main", run.main), *(("parser", used) for used in run.parsers)]:
        print(
            f"    {name:7} {each.seconds:6.1f} s of the processor, {each.megabytes:5.0f} MB (aim {MOST_MEMORY[name]})"
        )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SOURCES))
