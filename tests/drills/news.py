"""Readers of the news while something goes wrong, and what the record must hold afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import select

from hub.core.chain import verify
from hub.core.db import db
from hub.core.log import LogEntry
from hub.feeds.models import FeedEntry
from hub.feeds.service import SourceFacts, add_source
from tests.conftest import FULL
from tests.feeds.checks import NOW

PAGES = ("/news/", "/", "/news.atom", "/news.json")
PAUSE = 0.02 if FULL else 0.3  # seconds between two pages; it leaves the processor to other tests


@contextmanager
def readers(ask: Callable[[str], int]) -> Iterator[Counter[int]]:
    """Read pages until the block ends, and count what was answered."""
    over, told = threading.Event(), Counter[int]()

    def read() -> None:
        while not over.is_set():
            for page in PAGES:
                told[ask(page)] += 1
                over.wait(PAUSE)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join(60)
    assert set(told) == {200}, f"pages were not served meanwhile: {told}"


def asking(app: Flask) -> Callable[[str], int]:
    """Return how a page of an application in this process is asked for."""
    return lambda page: app.test_client().get(page).status_code


def added(address: str, name: str, allow: frozenset[str]) -> int:
    """Add a source inside `transaction()` and return its number."""
    return add_source(address, SourceFacts(name.strip("/")), allow=allow, by=None, now=NOW).id


def assert_told_once(source_ids: list[int]) -> None:
    """Every story is in the log as new, and once."""
    told = Counter[int]()
    for payload in db.session.scalars(select(LogEntry.payload).where(LogEntry.kind == "StoriesStored")):
        if payload["source_id"] in source_ids:
            told.update(payload["entry_ids"])
    assert told == Counter(db.session.scalars(select(FeedEntry.id).where(FeedEntry.source_id.in_(source_ids))))
    assert verify().problems == []
