"""How fast pages are, as a ratio to a bare Flask view that returns the same bytes through the same server.

    python -m bench.pages [ROUNDS] [REQUESTS]

Prints, per page, requests per second, CPU ms of the web process and p50/p95 latency over interleaved rounds.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.nodes import Node, node
from tests.servers import free_port

PAGES = {
    "home": "/",
    "list with facets": "/cases/?q=council&principle=GP8",
    "list, everything": "/cases/",
    "case": "/cases/graz-advisory-council",
    "city": "/cities/gwangju",
    "matrix": "/commitments/",
}
BARE = """
import sys, pathlib, waitress
from flask import Flask, Response
app = Flask("bare")
body = pathlib.Path(sys.argv[2]).read_bytes()
@app.get("/")
def page():
    return Response(body, content_type="text/html; charset=utf-8")
waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None, _quiet=True)
"""


@dataclass
class Measured:
    """What one page cost over all rounds."""

    latencies: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # ms a request, one value a round
    rate: list[float] = field(default_factory=list)  # requests a second, one value a round


def cpu_seconds(pid: int) -> float:
    """Return the user and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, path: str, pid: int, requests: int, into: Measured) -> bytes:
    """Ask for a page many times over one connection and note what it cost; returns the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": f"localhost:{port}", "Accept-Language": "en"}
    body, before, started = b"", cpu_seconds(pid), time.perf_counter()
    for _ in range(requests):
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        into.latencies.append((time.perf_counter() - begun) * 1000)
    into.rate.append(requests / (time.perf_counter() - started))
    into.cpu.append((cpu_seconds(pid) - before) * 1000 / requests)
    connection.close()
    return body


@contextmanager
def bare_server(folder: Path, body: bytes) -> Iterator[tuple[int, int]]:
    """Serve the stored bytes of a page from a bare Flask view; yields port and process id."""
    port = free_port()
    (folder / "page").write_bytes(body)
    server = subprocess.Popen([sys.executable, "-c", BARE, str(port), str(folder / "page")])
    try:
        for _ in range(100):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                connection.request("GET", "/")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.05)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(10)


def main(rounds: int = 5, requests: int = 100) -> int:
    """Print the table; returns 0."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kept, megabytes in (("pages kept in memory", "32"), ("every page made anew", "0")):
            print(f"-- {kept}")
            with node(folder, PAGE_CACHE_MB=megabytes) as hub:
                measure(hub, folder, rounds, requests)
    return 0


def measure(hub: Node, folder: Path, rounds: int, requests: int) -> None:
    """Print one table."""
    port = int(hub.base_url.rpartition(":")[2])
    print(f"{'page':18} {'req/s':>7} {'of bare':>8} {'CPU ms':>7} {'bare':>6} {'p50 ms':>7} {'p95 ms':>7} {'KB':>5}")
    for label, path in PAGES.items():
        ours, bare = Measured(), Measured()
        body = load(port, path, hub.pid, 5, Measured())
        with bare_server(folder, body) as (bare_port, bare_pid):
            for _ in range(rounds):
                load(port, path, hub.pid, requests, ours)
                load(bare_port, "/", bare_pid, requests, bare)
        print(line(label, ours, bare, len(body)), flush=True)


def line(label: str, ours: Measured, bare: Measured, size: int) -> str:
    """Return one row: medians over the rounds, and the ratio of their rates."""
    rate, bare_rate = statistics.median(ours.rate), statistics.median(bare.rate)
    p50, p95 = statistics.quantiles(ours.latencies, n=20)[9], statistics.quantiles(ours.latencies, n=20)[18]
    cpu, bare_cpu = statistics.median(ours.cpu), statistics.median(bare.cpu)
    times = f"{cpu:7.1f} {bare_cpu:6.1f} {p50:7.1f} {p95:7.1f}"
    return f"{label:18} {rate:7.0f} {rate / bare_rate:8.2f} {times} {size / 1024:5.0f}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
