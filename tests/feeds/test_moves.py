"""Feeds that move for good: believed when it is proven, and never twice the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hub.core.db import transaction
from hub.core.log import LogEntry, LogPersonal, head_position
from hub.feeds import queries
from hub.feeds.identity import address_key
from hub.feeds.service import Answer, claim_source, store_answer
from hub.feeds.service.moves import READ_ALREADY
from hub.feeds.service.syncs import Stored
from tests.feeds.checks import NOW, Clock, checked, entries, new_source, source_of
from tests.feeds.site import Site, item

DAY = timedelta(days=1)


def test_a_feed_that_moves_is_followed_after_three_days(session: Any, site: Site) -> None:
    site.feed(item())
    source_id, clock, head = new_source(site), Clock(), head_position()
    checked(site, source_id, clock)
    site.put("/feed", b"", 301, Location="/there")
    site.put("/there", b"", 308, Location="/new")
    site.feed(item(), path="/new", ETag='"one"')
    for hours, times in ((0, 1), (1, 1), (24, 2), (47, 2)):
        clock.moment = NOW + timedelta(hours=hours)
        checked(site, source_id, clock)
        source = source_of(source_id)
        assert (source.address, source.moved_to, source.moved_times) == (site.url(), site.url("/new"), times)
    assert source.moved_since == NOW
    clock.moment = NOW + timedelta(hours=48)
    assert checked(site, source_id, clock) == Stored("unchanged")
    source = source_of(source_id)
    assert (source.address, source.address_key) == (site.url("/new"), address_key(site.url("/new")))
    assert (source.moved_to, source.moved_since, source.moved_times, source.version) == (None, None, 0, 2)
    kinds = list(session.scalars(select(LogEntry).where(LogEntry.position > head).order_by(LogEntry.position)))
    assert [entry.kind for entry in kinds] == ["StoriesStored", "SourceChanged"]
    changes = session.get(LogPersonal, (kinds[-1].position, "changes")).content
    assert changes == {"address": [site.url(), site.url("/new")]}
    site.asked.clear()
    checked(site, source_id, clock)
    assert [path for path, _headers in site.asked] == ["/new"]
    assert len(entries(source_id)) == 1


def test_what_is_not_permanent_or_no_feed_proves_nothing(session: Any, site: Site) -> None:
    site.put("/feed", b"", 301, Location="/new")
    site.feed(item(), path="/new")
    site.feed(item(), path="/elsewhere")
    source_id, clock = new_source(site), Clock()
    checked(site, source_id, clock)
    assert source_of(source_id).moved_times == 1
    site.put("/new", b"<html><body>Sold</body></html>")
    for days in range(1, 5):  # a parked domain
        clock.moment = NOW + days * DAY
        assert checked(site, source_id, clock).outcome == "failed"
    assert source_of(source_id).moved_times == 1
    site.feed(item(), path="/new")
    checked(site, source_id, clock)
    assert source_of(source_id).moved_times == 2
    site.put("/feed", b"", 301, Location="/elsewhere")  # another place: counted anew
    checked(site, source_id, clock)
    assert (source_of(source_id).moved_to, source_of(source_id).moved_times) == (site.url("/elsewhere"), 1)
    for answer in (301, 302):  # a chain with one step that is not permanent
        site.put("/feed", b"", answer, Location="/step")
        site.put("/step", b"", 603 - answer, Location="/new")
        checked(site, source_id, clock)
        assert (source_of(source_id).moved_to, source_of(source_id).moved_times) == (None, 0)
    assert source_of(source_id).address == site.url()


def test_an_address_that_another_source_reads_is_not_taken(session: Any, site: Site) -> None:
    site.put("/feed", b"", 301, Location="/new")
    site.feed(item(), path="/new")
    source_id, other, clock = new_source(site), new_source(site, "/new", "Other news"), Clock()
    for days in range(4):
        clock.moment = NOW + days * DAY
        assert checked(site, source_id, clock).outcome != "failed"
    source = source_of(source_id)
    assert (source.address, source.error, source.moved_times) == (site.url(), "", 4)
    assert source_of(other).address == site.url("/new")
    assert [sync.error for sync in queries.list_syncs(source_id)] == [READ_ALREADY, READ_ALREADY, "", ""]


def test_the_same_address_by_https_is_taken_at_once(session: Any, site: Site) -> None:
    source_id = new_source(site)
    with transaction():
        source_of(source_id).address = "http://city.example/feed?all=1"

    def answered(target: str) -> str:
        with transaction():
            claim = claim_source(source_id, owner="test", now=NOW + DAY, is_asked=True)
            assert claim is not None
            source_of(source_id).lease_until = NOW
            store_answer(claim, Answer(304, moved_to=target), NOW - DAY)
        return source_of(source_id).address or ""

    assert answered("https://other.example/feed?all=1") == "http://city.example/feed?all=1"
    assert answered("https://city.example/feed") == "http://city.example/feed?all=1"
    assert answered("https://city.example/feed?all=1") == "https://city.example/feed?all=1"
