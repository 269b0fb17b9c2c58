"""`hub feeds sync` is killed again and again: no story is lost or doubled, none is told of twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.core.db import db, transaction
from hub.feeds.models import FeedEntry, FeedSource
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until
from tests.drills.news import added, asking, assert_told_once, readers
from tests.feeds.site import Site, item, rss, running_site
from tests.hands import Hands
from tests.nodes import HUB, app_of, inside
from tests.processes import children_of, is_running

KILLS = 100 if FULL else 3
SOURCES, STORIES, MORE = 12, 20, 4  # sources; stories of each at first, and new ones with each version: never above 500


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def reading_house(tmp_path: Path, request: pytest.FixtureRequest, site: Site, engine_name: str) -> Iterator[House]:
    """A house whose sources are all on the loopback site."""
    yield from house(tmp_path, request, FETCH_ALLOW=site.pair)


def guid(number: int, story: int) -> str:
    return f"urn:story:{number}:{story}"


def publish(site: Site, version: int) -> None:
    """Let every source give its stories of a version: some more than before, and the first one edited."""
    for number in range(SOURCES):
        stories = [
            item(
                guid(number, story), title=title_of(number, story, version), link=f"https://a.example/{number}/{story}"
            )
            for story in range(STORIES + MORE * version)
        ]
        site.put(f"/{number}", rss(*stories), ETag=f'"{number}-{version}"')


def title_of(number: int, story: int, version: int) -> str:
    return f"Story {number} {story}" + (f", edited {version}" if story == 0 else "")


def versions_of(home: House, ids: list[int]) -> list[int]:
    """Return which version of its feed each source holds, -1 for none; it must be whole, and told of once."""
    found = []
    with inside(home.app):
        for number, source_id in enumerate(ids):
            rows = db.session.execute(select(FeedEntry.guid, FeedEntry.title).where(FeedEntry.source_id == source_id))
            titles = {row.guid: row.title for row in rows}
            version, rest = divmod(len(titles) - STORIES, MORE)
            assert not titles or rest == 0, f"source {number} holds {len(titles)} stories"
            version = version if titles else -1
            wanted = {guid(number, story): title_of(number, story, version) for story in range(len(titles))}
            assert titles == wanted
            etag = db.session.get_one(FeedSource, source_id).etag
            assert etag == (f'"{number}-{version}"' if titles else None), "what is said to be read is not there"
            found.append(version)
        assert_told_once(ids)
    return found


def kill_a_sync(home: House, site: Site, *, at_once: bool) -> bool:
    """Start `hub feeds sync` and kill it at some moment after it asked the site; tell whether it was still at work."""
    asked = len(site.asked) + (1 if at_once else random.randint(1, SOURCES))
    process = subprocess.Popen([*HUB, "feeds", "sync"], env=home.environment, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(site.asked) >= asked or process.poll() is not None, "the site is asked", 60)
        time.sleep(0 if at_once else random.uniform(0, 0.15))
        children = children_of(process.pid)
        was_at_work = process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    wait_until(lambda: not any(is_running(pid) for pid in children), "its parsers end by themselves", 60)
    return was_at_work


@contextmanager
def open_to_readers(home: House) -> Iterator[Callable[[str], int]]:
    """Return how a page is asked for; in the full drill of a node, whose own worker reads the sources too."""
    if FULL:
        with home.serving():
            hands = Hands(home.base_url)
            yield lambda page: hands.get(page).status_code
    else:
        app = app_of(home.environment)
        yield asking(app)
        with inside(app):  # it lets go of the record
            pass


def test_nothing_is_lost_or_doubled_when_a_sync_is_killed(
    reading_house: House, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    home, killed = reading_house, 0
    publish(site, 0)
    with inside(home.app), transaction():
        ids = [added(site.url(f"/{number}"), f"Source {number}", site.allow) for number in range(SOURCES)]
    held = [-1] * SOURCES
    with open_to_readers(home) as ask, readers(ask) as told:
        for version in range(KILLS):
            publish(site, version)
            home.clock.set(minutes=10 * version)  # what was claimed by one that was killed is free again
            killed += kill_a_sync(home, site, at_once=version == 0)
            before, held = held, versions_of(home, ids)
            assert all(now >= then for now, then in zip(held, before, strict=True)), "stories are gone"
        home.clock.set(minutes=10 * KILLS)
        rows = json.loads(home.run("feeds", "sync", "--json"))
    assert {row["outcome"] for row in rows} <= {"stored", "unchanged"}, rows
    assert versions_of(home, ids) == [KILLS - 1] * SOURCES
    assert killed, "every sync had ended before it was killed"
    with capsys.disabled():
        print(f"\n{KILLS} syncs, {killed} killed at work; {told.total()} pages meanwhile")
