"""Whether someone who asks can tell addresses with an account from others: by the bytes of the answer, or by its time.

    python -m bench.addresses [ROUNDS]

Asks a node of its own over loopback, each request from a network address of its own, in random order; prints medians
and their ratio to that of unknown addresses. Ends with 1 where bodies differ, or a median by more than 5 %. Where one
does, twice as many rounds follow: what the machine did meanwhile evens out, what the hub does stays.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from uuid import uuid4

import requests

from hub.core import clock
from hub.core.db import db, transaction
from hub.people import passwords
from hub.people.models import User
from tests.nodes import Node, app_of, inside, node

MOST = 0.05
AGAIN = 3  # times the rounds, at most
KNOWN, UNKNOWN, CLOSED, BARE = "known", "unknown", "suspended", "without password"
_networks = count(1)


def main(rounds: int = 200) -> int:
    """Measure both doors and print what was found; returns 1 where an address can be told from others."""
    with tempfile.TemporaryDirectory() as folder, node(Path(folder), PROXIES="1") as running:
        addresses = make_accounts(running, rounds * AGAIN)
        visitor = requests.Session()
        visitor.headers["Accept-Language"] = "en"
        guess = {"password": "not the right password", "next": ""}
        told = measure("/login", running, visitor, addresses, guess, rounds)
        told |= measure("/password/forgot", running, visitor, addresses, {}, rounds)
    return int(told)


def make_accounts(running: Node, number: int) -> dict[str, list[str]]:
    """Make accounts of each kind in the node's record and return the addresses by kind, all of one length."""
    addresses = {kind: [f"{uuid4().hex}@example.org" for _ in range(number)] for kind in (KNOWN, UNKNOWN, CLOSED, BARE)}
    right, now = passwords.hash_password("the right password of all of them"), clock.now()
    with inside(app_of(running.environment)), transaction():
        for kind in (KNOWN, CLOSED, BARE):
            kept, is_active = "" if kind == BARE else right, kind != CLOSED
            db.session.add_all(
                User(email=email, name="Someone", password_hash=kept, is_active=is_active, created_at=now)
                for email in addresses[kind]
            )
    return addresses


def measure(
    door: str, running: Node, visitor: requests.Session, addresses: dict[str, list[str]], given: dict[str, str],
    rounds: int,
) -> bool:  # fmt: skip
    """Ask at one door about every address and print medians; tell whether a kind can be told from unknown ones."""
    form = visitor.get(running.base_url + door, headers=from_elsewhere()).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    if token is None:
        raise SystemExit(f"{door} has no form")

    def ask(email: str) -> tuple[float, str]:
        sent = given | {"csrf_token": token[1], "email": email}
        if 'name="form_key"' in form:
            sent["form_key"] = uuid4().hex
        begun = time.perf_counter()
        answer = visitor.post(running.base_url + door, data=sent, headers=from_elsewhere(), allow_redirects=False)
        seconds = time.perf_counter() - begun
        if answer.status_code not in (200, 400):
            raise SystemExit(f"{door} answers {answer.status_code}")
        return seconds, alike(answer.text, email)

    for _ in range(10):
        ask(f"{uuid4().hex}@example.org")  # whatever is made at the first request is made now
    seconds: dict[str, list[float]] = {kind: [] for kind in addresses}
    bodies: set[str] = set()
    ask_in_rounds(addresses, slice(rounds), ask, seconds, bodies)
    if is_told := print_told(door, seconds, bodies):
        ask_in_rounds(addresses, slice(rounds, None), ask, seconds, bodies)
        is_told = print_told(f"{door}, once more", seconds, bodies)
    return is_told


def ask_in_rounds(
    addresses: dict[str, list[str]], some: slice, ask: Callable[[str], tuple[float, str]],
    seconds: dict[str, list[float]], bodies: set[str],
) -> None:  # fmt: skip
    """Ask about one address of each kind in each round, the kinds in random order, and add times and bodies."""
    order = random.Random()
    for emails in zip(*(each[some] for each in addresses.values()), strict=True):
        pairs = list(zip(addresses, emails, strict=True))
        order.shuffle(pairs)
        for kind, email in pairs:
            took, body = ask(email)
            seconds[kind].append(took)
            bodies.add(body)


def print_told(door: str, seconds: dict[str, list[float]], bodies: set[str]) -> bool:
    """Print one door's medians; tell whether a kind of address can be told from unknown ones."""
    medians = {kind: statistics.median(found) for kind, found in seconds.items()}
    ratios = {kind: median / medians[UNKNOWN] for kind, median in medians.items()}
    print(f"{door}: bodies {'equal' if len(bodies) == 1 else 'DIFFER'}", flush=True)
    for kind, median in medians.items():
        wide = "" if abs(ratios[kind] - 1) <= MOST else "  MORE THAN 5 %"
        print(f"  {kind:18} median {median * 1000:7.2f} ms of {len(seconds[kind])}, ratio {ratios[kind]:.3f}{wide}")
    return len(bodies) != 1 or any(abs(ratio - 1) > MOST for ratio in ratios.values())


def from_elsewhere() -> dict[str, str]:
    """Return headers by which a proxy of ours says that the request comes from a network that asked nothing yet."""
    number = next(_networks)
    return {"X-Forwarded-For": f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"}


def alike(html: str, email: str) -> str:
    """Return a page without what differs from one request to the next: its tokens, and the address as typed."""
    return re.sub(r'(name="(?:csrf_token|form_key)"[^>]* value=")[^"]+', r"\1", html).replace(email, "")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
