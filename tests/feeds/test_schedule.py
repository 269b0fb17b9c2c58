"""When a source is asked next, and which hosts are let alone."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from hub.core.db import db, transaction
from hub.feeds import queries
from hub.feeds.models import BACKOFF, FeedHost, FeedSource
from hub.feeds.schedule import freshness, next_wait, pace_of, retry_after, wait_after_failure
from hub.feeds.service import Answer, claim_source, store_answer
from hub.feeds.service.hosts import HOLD, REST
from hub.feeds.service.syncs import Claim, Refusal, Stored, try_claim
from hub.feeds.sync import by_chance, sync_many
from hub.feeds.turns import choose, in_turns
from tests.feeds.checks import NOW, Clock, checked, new_source, reach, source_of
from tests.feeds.site import Site, item, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLIC = "https://city.example/feed"


def moments(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=each) for each in hours]


def test_the_pace_is_half_the_usual_gap() -> None:
    assert pace_of(moments(1, 5, 9, 13), NOW) == 2 * HOUR
    assert pace_of(reversed(moments(1, 5, 9, 100)), NOW) == 2 * HOUR
    assert pace_of(moments(*range(20), 5000, 9000), NOW) == HOUR / 2  # the newest twenty tell it
    assert pace_of(moments(0, 0.1, 0.2), NOW) == timedelta(minutes=15)
    assert pace_of(moments(1, 900, 2000), NOW) == DAY
    assert pace_of(moments(12, 12, 12, 84), NOW) == 12 * HOUR  # only days are given: the mean
    for unknown in (moments(), moments(5), moments(5, 5), moments(-1, 3)):
        assert pace_of(unknown, NOW) is None


def test_waits_are_never_shorter_than_the_site_says_nor_longer_than_a_day() -> None:
    assert next_wait(None, timedelta(0)) == HOUR
    assert next_wait(2 * HOUR, HOUR, -0.1) == 1.8 * HOUR
    assert next_wait(2 * HOUR, 3 * HOUR, -0.1) == 3 * HOUR
    assert next_wait(DAY, timedelta(0), 0.1) == DAY
    assert [wait_after_failure(None, number) / HOUR for number in (1, 2, 3, 4, 5, 99)] == [2, 4, 8, 16, 24, 24]
    assert wait_after_failure(HOUR / 2, 1, 0.1) == 1.1 * HOUR
    drawn = {by_chance() for _time in range(50)}
    assert len(drawn) > 1
    assert all(-0.1 <= each <= 0.1 for each in drawn)


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"Cache-Control": "public, max-age=7200"}, 2), ({"Cache-Control": 'max-age="3600"'}, 1), ({}, 0),
        ({"Cache-Control": "max-age=99999999"}, 24), ({"Cache-Control": "max-age=-1"}, 0),
        ({"Expires": "Sun, 22 Nov 2026 17:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 5),
        ({"Expires": "Sun, 22 Nov 2026 11:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0),
        ({"Expires": "Sun, 22 Nov 2099 17:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 24),
        ({"Expires": "Sun, 22 Nov 2026 17:00:00 GMT"}, 0), ({"Expires": "0", "Date": "today"}, 0),
        ({"Cache-Control": "max-age=3600", "Expires": "Sun, 22 Nov 2026 17:00:00 GMT",
          "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 1),
        ({"Expires": "Sun, 22 Nov 99999 17:00:00 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}, 0),
    ],
)  # fmt: skip
def test_how_long_an_answer_holds(headers: dict[str, str], hours: float) -> None:
    assert freshness(headers) == timedelta(hours=hours)


def test_how_long_a_site_asks_to_be_let_alone() -> None:
    said = {
        "7200": 2 * HOUR,
        "1": HOUR / 12,
        "99999999": DAY,
        "Sun, 22 Nov 2026 15:00:00 GMT": 3 * HOUR,
        "Sun, 22 Nov 2026 15:00:00 +0900": HOUR / 12,
        "soon": None,
        "": None,
        "-5": None,
        "9" * 400: DAY,
    }
    assert {value: retry_after({"Retry-After": value}, NOW) for value in said} == said


def test_a_source_is_asked_at_its_own_pace(session: Any, site: Site) -> None:
    dates = ("Sun, 22 Nov 2026 11:00:00 GMT", "Sun, 22 Nov 2026 03:00:00 GMT", "Sat, 21 Nov 2026 19:00:00 GMT")
    items = [item(f"urn:a:{number}", date=date) for number, date in enumerate(dates)]
    site.put("/feed", rss(*items), ETag='"one"')
    source_id = new_source(site)
    checked(site, source_id)
    source = source_of(source_id)
    assert (source.pace_minutes, source.next_check_at) == (240, NOW + 4 * HOUR)
    checked(site, source_id)
    assert source_of(source_id).next_check_at == NOW + 4 * HOUR  # 304 says nothing else
    site.put("/feed", rss(*items, more="<ttl>600</ttl>"), Expires="Mon, 23 Nov 2026 00:00:00 GMT")
    checked(site, source_id)
    assert source_of(source_id).next_check_at == NOW + 10 * HOUR
    site.put("/feed", b"", 500)
    checked(site, source_id)
    assert source_of(source_id).next_check_at == NOW + 20 * HOUR


def test_a_host_that_wants_patience_is_let_alone_with_all_its_sources(session: Any, site: Site) -> None:
    site.put("/much", b"", 429, Retry_After="7200")
    site.feed(item())
    site.put("/busy", b"", 503, Retry_After="10800")
    much, other = new_source(site, "/much"), new_source(site)
    checked(site, much)
    assert source_of(much).next_check_at == NOW + 2 * HOUR
    site.asked.clear()
    assert sync_many([(other, site.url())], reach(site), "test", Clock()) == []
    assert source_of(other).next_check_at == NOW + 2 * HOUR  # not looked at again and again meanwhile
    [told] = sync_many([(other, site.url())], reach(site), "test", Clock(), is_asked=True)
    assert (told.stored.outcome, told.stored.added) == ("held", 0)
    assert "asked the hub to stay away" in told.stored.error
    assert site.asked == []
    later = Clock()
    later.moment += 2 * HOUR
    assert checked(site, other, later).added == 1
    busy = new_source(site, "/busy")
    checked(site, busy, later)
    source = source_of(busy)
    assert (source.state, source.next_check_at) == (BACKOFF, later() + 3 * HOUR)
    assert checked(site, other, later).outcome == "unchanged"  # 503 speaks for one address
    with transaction():
        host = db.session.get(FeedHost, site.pair)
        assert host is not None
        host.held_until = NOW + timedelta(days=400)  # written by a clock that was wrong
    assert checked(site, other, later).outcome == "unchanged"


def test_hosts_take_turns_and_allowed_pairs_need_not() -> None:
    a, b, own = "a.example:443", "b.example:443", "127.0.0.1:9"
    addresses = [
        f"https://{a}/1",
        "https://a.example/2",
        f"https://{b}/",
        f"http://{own}/1",
        f"http://{own}/2",
        "http://[",
    ]
    waiting = in_turns(enumerate(addresses), frozenset({own}))
    assert list(waiting) == [(0, a), (2, b), (3, ""), (5, ""), (1, a), (4, "")]
    assert choose(waiting, 3, set(), {b: math.inf}) == [(0, a), (3, ""), (5, "")]
    assert sorted(waiting) == [(1, a), (2, b), (4, "")]
    assert choose(waiting, 8, {a}, {b: 0.0}) == [(4, ""), (2, b)]
    assert list(waiting) == [(1, a)]


def two_of_a_host() -> tuple[int, int]:
    with transaction():
        rows = [FeedSource(slug=name, title=name, address=f"{PUBLIC}/{name}", next_check_at=NOW) for name in "ab"]
        db.session.add_all(rows)
    return rows[0].id, rows[1].id


def test_one_question_at_a_time_to_a_host(session: Any) -> None:
    one, two = two_of_a_host()

    def claim(number: int, owner: str, now: datetime, **more: Any) -> Claim | Refusal:
        with transaction():
            return try_claim(number, owner=owner, now=now, is_asked=True, **more)

    mine = claim(one, "worker", NOW)
    assert isinstance(mine, Claim)
    assert mine.pair == "city.example:443"
    assert claim(two, "web", NOW) is Refusal.HOST_BUSY
    assert source_of(two).lease_owner is None  # it is not held up by its host
    assert isinstance(claim(two, "web", NOW, allow=frozenset({mine.pair})), Claim)
    with transaction():
        source_of(two).lease_until = None
        assert store_answer(mine, Answer(304), NOW) == Stored("unchanged")
    assert claim(two, "web", NOW + REST) is Refusal.HOST_BUSY  # it has its rest
    theirs = claim(two, "web", NOW + 2 * REST)
    assert isinstance(theirs, Claim)
    assert claim(one, "worker", NOW + 2 * REST + HOLD) is Refusal.HOST_BUSY
    assert isinstance(claim(one, "worker", NOW + 3 * REST + HOLD), Claim)  # whoever asked was killed
    with transaction():
        assert store_answer(theirs, Answer(304), NOW + HOLD) == Stored("unchanged")  # late, and no longer its turn
    host = db.session.get(FeedHost, mine.pair, populate_existing=True)
    assert host is not None
    assert host.busy_by == "worker"


def test_two_processes_take_turns_at_a_host(busy_app: Flask) -> None:
    ids, taken, start = two_of_a_host(), list[Claim | None](), threading.Barrier(2)

    def work(number: int) -> None:
        with busy_app.app_context():
            start.wait(10)
            with transaction():
                taken.append(claim_source(number, owner=f"worker {number}", now=NOW))
            db.session.remove()

    workers = [threading.Thread(target=work, args=(number,)) for number in ids]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sum(claim is not None for claim in taken) == 1
    assert len(queries.list_due(NOW)) == 2
    db.session.rollback()


def test_validators_are_dropped_when_a_site_says_304_for_more_than_a_week(session: Any, site: Site) -> None:
    site.feed(item(), ETag='"one"')
    source_id, clock = new_source(site), Clock()
    checked(site, source_id, clock)
    sent = []
    for days in (4, 8, 9, 16):
        clock.moment = datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(days=days)
        assert checked(site, source_id, clock) == Stored("unchanged")
        sent.append(site.asked[-1][1].get("If-None-Match"))
    assert sent == ['"one"', '"one"', None, '"one"']
    assert source_of(source_id).read_at == NOW + timedelta(days=9)
