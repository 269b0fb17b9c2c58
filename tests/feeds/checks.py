"""Checks of sources, as tests make them."""

from __future__ import annotations

import atexit
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from hub.core.db import db, transaction
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.parsing import Parser
from hub.feeds.service import SourceFacts, add_source
from hub.feeds.service.syncs import Stored
from hub.feeds.sync import Reach, sync_one
from tests.feeds.site import Site

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_parser = Parser()  # one process for all checks of a run
atexit.register(_parser.close)
CONTACT = "https://hub.example/about"


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def reach(site: Site) -> Reach:
    return Reach(site.allow, CONTACT)


def new_source(site: Site, path: str = "/feed", title: str = "City news", **facts: Any) -> int:
    with transaction():
        given = SourceFacts(title, **facts)
        return add_source(site.url(path), given, allow=site.allow, by=None, now=NOW).id


def checked(site: Site, source_id: int, clock: Clock | None = None) -> Stored:
    done = sync_one(source_id, reach(site), "test", clock or Clock(), parser=_parser)
    assert done is not None
    return done.stored


def entries(source_id: int) -> list[FeedEntry]:
    query = select(FeedEntry).where(FeedEntry.source_id == source_id).order_by(FeedEntry.id)
    return list(db.session.scalars(query))


def source_of(source_id: int) -> FeedSource:
    source = db.session.get(FeedSource, source_id, populate_existing=True)
    assert source is not None
    return source
