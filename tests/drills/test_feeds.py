"""Sites that mean harm, a storm of 429 and a full disk: no story is lost or doubled, and other sources are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.fetch import Limits
from hub.core.jobs import Setting
from hub.feeds.jobs import sync_due
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.sync import Reach, sync_many
from tests.conftest import FULL
from tests.drills.news import added, asking, assert_told_once, readers
from tests.feeds import hostile_site as hostile
from tests.feeds.checks import CONTACT, Clock
from tests.feeds.site import Site, item, rss, running_site

LIMITS = Limits() if FULL else Limits(seconds=1.5)
STORIES = 20
FAIR = 6
SHORT_REST = timedelta(seconds=0.05)
TOO_SLOW, TOO_HARD = "did not answer in 30 seconds", "too much time or memory"
TOO_LARGE, NOT_ALLOWED, BROKE_OFF = "larger than 10 MB", "is not allowed", "broke off"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


class Ticking(Clock):
    """Moved by hand, and goes on by itself: a host has its rest in real time."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = time.monotonic()

    def __call__(self) -> datetime:
        return self.moment + timedelta(seconds=time.monotonic() - self.begun)


def rest_shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let public hosts rest for less than a second between two questions."""
    monkeypatch.setattr("hub.feeds.sync.REST", SHORT_REST)
    monkeypatch.setattr("hub.feeds.service.hosts.REST", SHORT_REST)


def sources_at(site: Site, paths: list[str]) -> dict[str, int]:
    """Add a source for each path."""
    with transaction():
        return {path: added(site.url(path), path, site.allow) for path in paths}


def feed_of(path: str, stories: int) -> bytes:
    return rss(*(item(f"urn:{path}:{number}", link=f"https://a.example{path}/{number}") for number in range(stories)))


def guids_of(source_id: int) -> list[str]:
    return sorted(db.session.scalars(select(FeedEntry.guid).where(FeedEntry.source_id == source_id)))


def test_a_hostile_site_harms_nobody_else(
    busy_app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not FULL:
        hostile.end_floods_soon(monkeypatch)
        rest_shortly(monkeypatch)
    resolver = hostile.Resolver({"rebind.example": [hostile.PUBLIC, "127.0.0.1"], "inner.example": ["10.0.0.1"]})
    resolver.install(monkeypatch)
    clock = Ticking()
    with running_site() as bad, running_site() as inside_us:
        words = {
            "/drip": TOO_SLOW, "/headers": TOO_SLOW, "/silence": TOO_SLOW, "/many-headers": BROKE_OFF,
            "/long-header": BROKE_OFF, "/endless": TOO_LARGE, "/bomb": TOO_LARGE, "/attribute-flood": TOO_HARD,
            "/namespace-flood": TOO_HARD, "/inside": "unusual port", "/loopback": NOT_ALLOWED, "/named": NOT_ALLOWED,
            "/metadata": NOT_ALLOWED, "/loop": "on and on",
        }  # fmt: skip
        bad.answers |= {
            "/drip": hostile.drip(bad), "/headers": hostile.endless_headers(bad, 1.0 if FULL else 0.1),
            "/silence": hostile.silence(bad), "/endless": hostile.endless_body(bad),
            "/many-headers": hostile.many_headers, "/long-header": hostile.one_long_header,
        }  # fmt: skip
        for path, body in (("/bomb", hostile.bomb()), ("/attribute-flood", hostile.attribute_flood()),
                           ("/namespace-flood", hostile.namespace_flood())):  # fmt: skip
            bad.put(path, body, Content_Encoding="gzip")
        targets = {
            "/inside": inside_us.url(), "/loopback": "http://127.0.0.1/", "/loop": "/loop",
            "/named": "http://inner.example/", "/metadata": "http://169.254.169.254/",
        }  # fmt: skip
        for path, target in targets.items():
            bad.put(path, b"", 302, Location=target)
        fair = [f"/fair{number}" for number in range(FAIR)]
        for path in fair:
            site.put(path, feed_of(path, STORIES), ETag=f'"{path}"')
        ids = sources_at(bad, list(words)) | sources_at(site, fair)
        with transaction():
            ids["rebind"] = added("http://rebind.example/feed", "rebind", frozenset())
        reach = Reach(site.allow | bad.allow, CONTACT, LIMITS)
        wanted = [(source_id, db.session.get_one(FeedSource, source_id).address or "") for source_id in ids.values()]
        db.session.rollback()
        with readers(asking(busy_app)) as told:
            first = {each.source_id: each.stored for each in sync_many(wanted, reach, "one", clock, is_asked=True)}
            rebound = sync_many([(ids["rebind"], "http://rebind.example/feed")], reach, "one", clock, is_asked=True)
        for path, expected in words.items():
            assert first[ids[path]].outcome == "failed", path
            assert expected in first[ids[path]].error, path
        for path in fair:
            assert (first[ids[path]].outcome, first[ids[path]].added) == ("stored", STORIES)
        assert "could not be reached" in first[ids["rebind"]].error
        assert [NOT_ALLOWED in each.stored.error for each in rebound] == [True]
        assert resolver.asked.count("rebind.example") == 2  # looked up once for each question
        assert {place for place in resolver.connected if place[0] != "127.0.0.1"} == {(hostile.PUBLIC, 80)}
        assert not {("127.0.0.1", 80), ("127.0.0.1", inside_us.port)} & set(resolver.connected)
        assert inside_us.asked == []
    with capsys.disabled():
        print(f"\n{len(words) + 1} sources that mean harm, {FAIR} fair ones; {told.total()} pages meanwhile")


def test_a_storm_of_429_is_waited_out(
    session: Any, app: Flask, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public host that asks for an hour's patience is asked once an hour, whichever of its sources are due."""
    if not FULL:
        rest_shortly(monkeypatch)
    clock, paths = Ticking(), [f"/storm{number}" for number in range(3)]
    hostile.Resolver({"storm.example": [hostile.PUBLIC]}, port=site.port).install(monkeypatch)
    with running_site() as other:
        other.put("/fair", feed_of("/fair", STORIES))
        for path in paths:
            site.put(path, b"", 429, Retry_After="3600")
        with transaction():
            ids = {path: added(f"http://storm.example{path}", path, frozenset()) for path in paths}
            fair = added(other.url("/fair"), "fair", other.allow)
        setting = Setting("", "https://hub.example", tmp_path, tmp_path, other.allow, ("en",), "test", clock)
        for _half_hour in range(12):
            sync_due(setting)
            clock.moment += timedelta(minutes=30)
        assert 1 <= len(site.asked) <= 6, [path for path, _headers in site.asked]
        assert len(guids_of(fair)) == STORIES
        for path in paths:
            site.put(path, feed_of(path, STORIES))
        for _hours in range(5):  # those that it refused are asked ever less, but once a day at least
            clock.moment += timedelta(hours=6)
            sync_due(setting)
        assert {path: len(guids_of(source_id)) for path, source_id in ids.items()} == dict.fromkeys(paths, STORIES)


@contextmanager
def full_disk(engine: Any) -> Iterator[None]:
    """Let the record refuse as it does on a full disk."""
    is_sqlite = engine.dialect.name == "sqlite"

    def limit(connection: Any) -> None:
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA max_page_count=1")  # never below what it has

    def refuse(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not is_sqlite and statement.startswith("INSERT INTO feed_entry"):
            raise OperationalError(statement, parameters, psycopg.errors.DiskFull("No space left on device"))

    event.listen(engine, "begin", limit)
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "begin", limit)
        event.remove(engine, "before_cursor_execute", refuse)
        engine.dispose()  # the limit is a connection's own


def test_what_a_full_disk_refused_comes_with_the_next_check(busy_app: Flask, site: Site) -> None:
    paths = [f"/feed{number}" for number in range(4)]
    for path in paths:
        site.put(path, feed_of(path, STORIES * 4), ETag=f'"{path}"')
    ids, clock = sources_at(site, paths), Clock()
    wanted = [(source_id, site.url(path)) for path, source_id in ids.items()]
    reach = Reach(site.allow, CONTACT)
    with full_disk(db.engine), readers(asking(busy_app)), suppress(Unavailable):
        done = sync_many(wanted, reach, "one", clock, is_asked=True)
        assert {each.stored.outcome for each in done} <= {"failed"}
    db.session.rollback()
    assert [guids_of(source_id) for source_id in ids.values()] == [[]] * len(paths)
    db.session.rollback()
    clock.moment += timedelta(minutes=10)  # what was claimed then has its lease until now
    done = sync_many(wanted, reach, "one", clock, is_asked=True)
    assert {each.stored.added for each in done} == {STORIES * 4}
    assert len(done) == len(paths)
    assert_told_once(list(ids.values()))
    db.session.rollback()
