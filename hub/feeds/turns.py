"""Whose turn it is: many sources, one question at a time to each host."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Set

from hub.feeds.service.syncs import host_of

Waiting = tuple[int, str]  # a source, and the host that must not be asked twice at once; empty when it may be


def in_turns(sources: Iterable[tuple[int, str]], allow: frozenset[str]) -> deque[Waiting]:
    """Return sources given as (id, address) so that hosts take turns: the first of each, then the second of each.

    Pairs in `allow` may be asked by many at once.
    """
    seen = Counter[str]()
    ranked: list[tuple[int, int, int, str]] = []
    for source_id, address in sources:
        host = host_of(address)
        ranked.append((seen[host], len(ranked), source_id, host))
        seen[host] += 1
    return deque((source_id, "" if host in allow else host) for _rank, _place, source_id, host in sorted(ranked))


def choose(waiting: deque[Waiting], most: int, busy: Set[str], free_at: Mapping[str, float]) -> list[Waiting]:
    """Take from those that wait as many as can be asked now, no two of a host.

    `busy` are hosts that are being asked, `free_at` says by the monotonic clock when others have had their rest.
    """
    chosen: list[Waiting] = []
    taken = set(busy)
    for _place in range(len(waiting)):
        if len(chosen) >= most:
            break
        source_id, host = waiting.popleft()
        if host and (host in taken or free_at.get(host, 0) > time.monotonic()):
            waiting.append((source_id, host))
            continue
        chosen.append((source_id, host))
        taken.add(host)
    return chosen
