"""Whether links on record still lead somewhere: asked through the guarded client, one at a time.

A link counts as broken after three failures on three days, and as whole again with the first answer. What the hub
could not reach while it reached nothing at all says nothing about a link: then its own network was down.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hub.core.addresses import NOT_ALLOWED, ODD_PORT
from hub.core.db import db, transaction
from hub.core.fetch import TOO_LARGE, Limits, NotFetched, fetch
from hub.feeds.service.hosts import REST, held_until, leave_host, take_host
from hub.feeds.service.syncs import host_of
from hub.feeds.sync import words_of
from hub.feeds.turns import Waiting, choose, in_turns

WHOLE, BROKEN, UNSAID = "whole", "broken", "unsaid"
BATCH = 50  # links a run
SECONDS = 240.0  # no link is asked after this; the job's lease is longer
WITNESSES = 3  # links known to be whole that are asked when nothing else could be reached
LIMITS = Limits(seconds=15, connect_seconds=5, bytes=16 * 1024, redirects=5)
_CLOSED = frozenset({401, 402, 403, 405, 406, 407, 408, 423, 425, 429, 451})  # someone is there, and says so


@dataclass(frozen=True)
class Reach:
    """What looking may do outside: the private pairs it may reach, whom sites can write to, for whom hosts are held."""

    allow: frozenset[str]
    contact: str
    owner: str
    seconds: float = SECONDS


class Look(NamedTuple):
    """What came of asking one link: whole, broken or unsaid, why in plain English, and whether anyone answered."""

    result: str
    error: str = ""
    was_reached: bool = False


def look_at(url: str, reach: Reach) -> Look:
    """Ask a link once; whatever goes wrong is in the answer. Touches no database."""
    try:
        fetched = fetch(url, allow=reach.allow, contact=reach.contact, limits=LIMITS)
    except NotFetched as error:
        if error.reason == TOO_LARGE:
            return Look(WHOLE, was_reached=True)  # a large document is a document
        return Look(UNSAID if error.reason in (ODD_PORT, NOT_ALLOWED) else BROKEN, error.reason)
    if 200 <= fetched.status < 300:
        return Look(WHOLE, was_reached=True)
    result = UNSAID if fetched.status in _CLOSED else BROKEN
    return Look(result, words_of(fetched.status), was_reached=True)


@dataclass(frozen=True)
class Keeper:
    """How a room keeps its links: what it writes down of the link of a number, and which it knows to be whole.

    Each of the first three is called inside `transaction()`; `known` returns at most so many addresses.
    """

    whole: Callable[[int, datetime], None]
    unsaid: Callable[[int, str, datetime], None]
    failed: Callable[[int, str, datetime], None]
    known: Callable[[int], list[str]]


def check_links(
    due: Sequence[tuple[int, str]], keeper: Keeper, reach: Reach, clock: Callable[[], datetime]
) -> int:  # fmt: skip
    """Ask links given as (number, address) and write down what came of it, all at once at the end.

    Returns how many were asked. Stands outside any transaction.
    """
    looks = _look_at_all(due, reach, clock)
    if not looks:
        return 0
    is_online = any(look.was_reached for look in looks.values()) or _has_witness(due, keeper, reach, clock)
    now = clock()
    with transaction():
        for number, look in sorted(looks.items()):
            if look.result == WHOLE:
                keeper.whole(number, now)
            elif look.result == UNSAID:
                keeper.unsaid(number, look.error, now)
            elif is_online:
                keeper.failed(number, look.error, now)
    return len(looks)


def _look_at_all(links: Iterable[tuple[int, str]], reach: Reach, clock: Callable[[], datetime]) -> dict[int, Look]:
    """Ask each address once, hosts in turns and a second apart; a host that is held or asked elsewhere waits."""
    rows: dict[str, list[int]] = {}
    for number, url in links:
        rows.setdefault(url, []).append(number)
    urls = list(rows)
    waiting: deque[Waiting] = in_turns(enumerate(urls), reach.allow)
    free_at: dict[str, float] = {}
    found: dict[int, Look] = {}
    end = time.monotonic() + reach.seconds
    while waiting and time.monotonic() < end:
        chosen = choose(waiting, 1, set(), free_at)
        if not chosen:
            time.sleep(0.05)
            continue
        [(place, host)] = chosen
        if host and not _take(host, reach.owner, clock()):
            continue  # it stays due, and is asked in another run
        try:
            look = look_at(urls[place], reach)
        finally:
            if host:
                free_at[host] = time.monotonic() + REST.total_seconds()
                with transaction():
                    leave_host(host, reach.owner, clock())
        found |= dict.fromkeys(rows[urls[place]], look)
    return found


def _take(host: str, owner: str, now: datetime) -> bool:
    with transaction():
        return held_until(host, now) is None and take_host(host, owner, now)


def _has_witness(
    due: Sequence[tuple[int, str]], keeper: Keeper, reach: Reach, clock: Callable[[], datetime]
) -> bool:  # fmt: skip
    """Tell whether links that were whole lately, on other hosts, answer now: then the network is not down."""
    asked = {host_of(url) for _number, url in due}
    known = {host_of(url): url for url in keeper.known(BATCH) if host_of(url) not in asked}
    db.session.rollback()  # nothing stays open while sites are asked
    looks = _look_at_all(list(enumerate(known.values()))[:WITNESSES], reach, clock)
    return any(look.was_reached for look in looks.values())
