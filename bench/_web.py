"""A node of the hub on a made-up network: its web process, what it takes, and its index made anew."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import requests

from bench.network import Network
from hub.search.index.store import Index
from tests.nodes import HUB
from tests.servers import free_port

LONGEST_START = 1800  # seconds: 100,000 cases without an index, on a busy machine


class Took(NamedTuple):
    """What one question took, in ms."""

    wall: float
    cpu: float


def cpu_of(pid: int) -> float:
    """Return the seconds that all threads of a process have been on a processor (Linux: clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


@dataclass
class Web:
    """A web process that is asked over one connection."""

    port: int
    pid: int

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, address: str) -> tuple[int, bytes, Took]:
        """Ask for an address; returns status, body, and what it took."""
        headers = {"Host": f"localhost:{self.port}", "Accept-Language": "en"}
        before, begun = cpu_of(self.pid), time.perf_counter()
        self._connection.request("GET", address, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        wall = time.perf_counter() - begun
        if answer.will_close:
            self._connection.close()
        return answer.status, body, Took(wall * 1000, (cpu_of(self.pid) - before) * 1000)

    def memory(self) -> tuple[float, float]:
        """Return the megabytes it holds in memory, and those of them that are its own and not the page cache's."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text("ascii").splitlines()
        sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
        return sizes["Rss:"], sizes["Anonymous:"]


@contextmanager
def serving(network: Network) -> Iterator[Web]:
    """Serve a network from a process of its own that keeps no pages."""
    port = free_port()
    environment = network.environment | {"PORT": str(port), "HUB_PAGE_CACHE_MB": "0"}
    with (network.folder / "serve.log").open("ab") as log:
        command = [*HUB, "serve", "--port", str(port), "--no-worker"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_healthy(f"http://localhost:{port}/healthz", server)
        yield Web(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a node can serve, though it has to make its index first; raises SystemExit when it does not."""
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"the hub ended with status {server.returncode}")
        with suppress(requests.RequestException):
            if requests.get(address, timeout=30).status_code == 200:
                return
        time.sleep(0.2)
    raise SystemExit("the hub does not become healthy")


def rebuild(network: Network) -> str:
    """Make the index anew by the command, and say what it took."""
    begun = time.perf_counter()
    with (network.folder / "rebuild.log").open("wb") as log:
        command = subprocess.Popen([*HUB, "search", "rebuild"], env=network.environment, stdout=log, stderr=log)
        _, status, used = os.wait4(command.pid, 0)
    command.returncode = status
    if status:
        raise SystemExit(f"hub search rebuild failed; see {network.folder}/rebuild.log")
    health = Index.open(network.index_dir()).health()
    return (
        f"rebuilt in {time.perf_counter() - begun:.0f} s ({used.ru_utime + used.ru_stime:.0f} s on the processor, "
        f"{used.ru_maxrss / 1024:.0f} MB at most in one process); "
        f"{health.bytes / 1e6:.0f} MB in {health.segments} segments"
    )
