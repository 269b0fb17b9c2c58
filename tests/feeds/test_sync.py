"""Checking sources: what is stored, what is kept, and when the next check is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hub.core.db import transaction
from hub.core.log import LogEntry, head_position
from hub.feeds import jobs, queries, sync
from hub.feeds.models import ACTIVE, BACKOFF, FAILING, GONE, PAUSED
from hub.feeds.parse import NO_FEED
from hub.feeds.parsing import Parser
from hub.feeds.service import SourceFacts, change_source, claim_source, pause_source, store_answer
from hub.feeds.service.syncs import LEASE, Answer, Stored
from hub.feeds.sync import sync_many, sync_one
from hub.search.sources import touched
from tests.feeds.checks import NOW, Clock, checked, entries, new_source, reach, source_of
from tests.feeds.site import Site, item, rss


def test_stories_come_in_once_and_edits_change_them(session: Any, site: Site) -> None:
    site.feed(item("urn:a:1"), item("urn:a:2"))
    source_id = new_source(site, principle_codes=("GP9",), city_slugs=("gwangju",))
    head = head_position()
    assert checked(site, source_id) == Stored("stored", added=2)
    first, _second = entries(source_id)
    assert (first.title, first.url, first.language) == ("Story urn:a:1", "https://site.example/1", "en")
    assert (first.principle_codes, first.city_slugs) == (["GP9"], ["gwangju"])
    assert first.published_at == datetime(2025, 5, 15, 9, tzinfo=UTC)
    log = list(session.scalars(select(LogEntry).where(LogEntry.position > head)))
    assert [entry.kind for entry in log] == ["StoriesStored"]
    assert {key for entry in log for key in touched(entry.kind, entry.payload)} == {
        f"news:{entry.id}" for entry in entries(source_id)
    }
    head, later = head_position(), Clock()
    later.moment += timedelta(hours=2)
    assert checked(site, source_id, later) == Stored("unchanged")
    site.feed(item("urn:a:1", title="Story one, mended"), item("urn:a:2"), item("urn:a:3"))
    assert checked(site, source_id, later) == Stored("stored", added=1, changed=1)
    first = entries(source_id)[0]
    assert (first.title, first.first_seen_at, first.updated_at) == ("Story one, mended", NOW, later())
    assert first.edited_at == later()
    assert head_position() == head + 2
    site.feed(item("urn:a:9"))
    checked(site, source_id, later)
    assert len(entries(source_id)) == 4  # what rolled out of the feed stays


def test_validators_are_sent_back_and_nothing_is_read_twice(session: Any, site: Site) -> None:
    site.feed(item(), ETag='"one"', Last_Modified="Thu, 15 May 2025 09:00:00 GMT")
    source_id = new_source(site)
    checked(site, source_id)
    assert checked(site, source_id) == Stored("unchanged")
    headers = site.asked[-1][1]
    assert headers["If-None-Match"] == '"one"'
    assert headers["If-Modified-Since"] == "Thu, 15 May 2025 09:00:00 GMT"
    assert [sync.status for sync in queries.list_syncs(source_id)] == [304, 200]


def test_validators_of_what_was_not_stored_are_not_kept(session: Any, site: Site) -> None:
    site.put("/feed", b"<html><body>Maintenance</body></html>", ETag='"page"')
    source_id = new_source(site)
    assert checked(site, source_id).outcome == "failed"
    assert source_of(source_id).etag is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><html><body>Back soon</body></html>", "This is a web page, not a feed."),
        (b"", "The site’s answer was empty."),
        (b'{"hello": 1}', NO_FEED),
    ],
)
def test_what_is_no_feed_leaves_the_stories_alone(session: Any, site: Site, body: bytes, words: str) -> None:
    site.feed(item("urn:a:1", title="Kept"), item("urn:a:2"))
    source_id = new_source(site)
    checked(site, source_id)
    site.put("/feed", body)
    assert checked(site, source_id) == Stored("failed", error=words)
    assert [entry.title for entry in entries(source_id)] == ["Kept", "Story urn:a:2"]
    source = source_of(source_id)
    assert (source.state, source.failures, source.error) == (BACKOFF, 1, words)
    assert source.failing_since == NOW
    assert source.next_check_at == NOW + timedelta(hours=2)


def test_a_source_that_fails_is_asked_ever_less_and_mends_at_once(session: Any, site: Site) -> None:
    site.put("/feed", b"", 500)
    source_id, clock, waits = new_source(site), Clock(), []
    for _failure in range(10):
        checked(site, source_id, clock)
        source = source_of(source_id)
        assert source.next_check_at is not None
        waits.append((source.next_check_at - clock()) / timedelta(hours=1))
        assert source.state == (FAILING if len(waits) == 10 else BACKOFF)
        clock.moment = source.next_check_at if len(waits) < 4 else clock() + timedelta(minutes=1)
    assert waits == [2, 4, 8, 16, 24, 24, 24, 24, 24, 24]
    site.feed(item())
    assert checked(site, source_id, clock) == Stored("stored", added=1)
    source = source_of(source_id)
    assert (source.state, source.failures, source.failing_since, source.error) == (ACTIVE, 0, None, "")
    assert source.next_check_at == clock() + timedelta(hours=1)


def test_a_week_of_failures_is_failing_too(session: Any, site: Site) -> None:
    site.put("/feed", b"", 404)
    source_id, clock = new_source(site), Clock()
    checked(site, source_id, clock)
    clock.moment += timedelta(days=7)
    checked(site, source_id, clock)
    assert source_of(source_id).state == FAILING


def test_gone_is_gone_until_someone_asks(session: Any, site: Site) -> None:
    site.put("/feed", b"", 410)
    source_id = new_source(site)
    assert checked(site, source_id).error == "The site says that this feed is gone for good."
    source = source_of(source_id)
    assert (source.state, source.next_check_at) == (GONE, None)
    assert source_id not in [each for each, _address in queries.list_checked()]
    site.feed(item())
    assert checked(site, source_id).added == 1
    assert source_of(source_id).state == ACTIVE


@pytest.mark.parametrize(
    ("status", "said", "hours"),
    [
        (429, "10800", 3.0), (503, "7200", 2.0), (429, "Sun, 22 Nov 2026 17:00:00 GMT", 5.0), (429, "99999999", 24.0),
        (429, "soon", 0.5), (500, "36000", 2.0), (429, "1", 5 / 60), (429, "Sun, 22 Nov 99999 17:00:00 GMT", 0.5),
    ],
)  # fmt: skip
def test_a_site_that_asks_for_patience_is_given_it(
    session: Any, site: Site, status: int, said: str, hours: float
) -> None:
    site.put("/feed", b"", status, Retry_After=said)
    source_id = new_source(site)
    checked(site, source_id)
    assert source_of(source_id).next_check_at == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("control", "more", "hours"),
    [
        ("max-age=10800", "", 3), ("public, max-age=60", "", 1), ("", "<ttl>240</ttl>", 4), ("max-age=9999999", "", 24),
        ("max-age=x", "<ttl>-5</ttl>", 1),
    ],
)  # fmt: skip
def test_the_next_check_waits_as_long_as_the_site_says(
    session: Any, site: Site, control: str, more: str, hours: int
) -> None:
    site.put("/feed", rss(item(), more=more), Cache_Control=control)
    source_id = new_source(site)
    checked(site, source_id)
    assert source_of(source_id).next_check_at == NOW + timedelta(hours=hours)


def test_dates_that_cannot_be_do_not_pin_a_story_to_the_top(session: Any, site: Site) -> None:
    dates = {
        "urn:d:1": "Fri, 15 May 2099 09:00:00 GMT", "urn:d:2": "Thu, 01 Jan 1970 00:00:00 GMT",
        "urn:d:3": "9999-12-31T23:59:59Z", "urn:d:4": "0000-00-00", "urn:d:5": "about 2012", "urn:d:6": "2012..2013",
        "urn:d:7": "10000-01-01T00:00:00Z", "urn:d:8": "", "urn:d:9": "2025-13-45",
    }  # fmt: skip
    site.feed(*(item(guid, date=date) for guid, date in dates.items()))
    source_id = new_source(site)
    assert checked(site, source_id).added == 9
    found = {entry.guid: entry for entry in entries(source_id)}
    assert found["urn:d:1"].published_at == NOW
    assert found["urn:d:1"].date_text == "Fri, 15 May 2099 09:00:00 GMT"
    assert found["urn:d:2"].published_at == NOW
    assert all(1990 <= entry.published_at.year <= 2026 for entry in found.values())
    assert all(len(entry.date_text or "") <= 40 for entry in found.values())


def test_hostile_text_is_harmless(session: Any, site: Site) -> None:
    site.feed(
        item("urn:h:1", title="&lt;script&gt;alert(1)&lt;/script&gt;Bold&#0;", link="javascript:alert(1)",
             text="&lt;img src=x onerror=alert(1)&gt;&lt;p onclick='x()' style='x'&gt;Text&lt;/p&gt;"),
        item("urn:h:2", title="=1+1", link="https://site.example/" + "a" * 3000),
        item("x" * 4000, title="가" * 5000, text="\u202eturned"),
    )  # fmt: skip
    source_id = new_source(site)
    assert checked(site, source_id).added == 3
    first, second, third = entries(source_id)
    assert (first.title, first.url, first.summary_html) == ("Bold", "", "<p>Text</p>")
    assert second.url == ""
    assert len(third.guid) <= 500
    assert len(third.title) <= 500
    assert "\u202e" not in third.summary_html


def test_mislabelled_korean_is_read(session: Any, site: Site) -> None:
    body = rss(item(title="똠방각하 펲시")).replace(b"version='1.0'", b"version='1.0' encoding='euc-kr'")
    site.put("/feed", body.decode().encode("cp949"), Content_Type="text/xml; charset=euc-kr")
    source_id = new_source(site)
    checked(site, source_id)
    assert entries(source_id)[0].title == "똠방각하 펲시"


def test_a_feed_of_one_id_for_all_keeps_every_story(session: Any, site: Site) -> None:
    site.feed(*(item("urn:same:1", title=name, link=f"https://site.example/{name}") for name in "abc"), item("urn:b:1"))
    source_id = new_source(site)
    assert checked(site, source_id).added == 4
    site.feed(*(item("urn:same:1", title=name, link=f"https://site.example/{name}") for name in "abc"))
    assert checked(site, source_id) == Stored("unchanged")


def test_ties_hold_for_stories_old_and_new(session: Any, site: Site) -> None:
    site.feed(item("urn:a:1"))
    source_id = new_source(site)
    checked(site, source_id)
    slug, head = source_of(source_id).slug, head_position()
    with transaction():
        facts = SourceFacts("City news", "ko", ("GP2",), ("gwangju",))
        change_source(slug, facts, expected=1, by=None, now=NOW)
    [entry] = entries(source_id)
    session.refresh(entry)
    assert (entry.principle_codes, entry.city_slugs, entry.language) == (["GP2"], ["gwangju"], "ko")
    assert head_position() == head + 1
    last = session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()
    assert touched(last.kind, last.payload) == {f"news:{entry.id}"}


def test_a_paused_source_rests(session: Any, site: Site) -> None:
    site.feed(item())
    source_id = new_source(site)
    with transaction():
        pause_source(source_of(source_id).slug, by=None, now=NOW)
    assert sync_one(source_id, reach(site), "test", Clock()) is None
    assert source_id not in [each for each, _address in queries.list_due(NOW + timedelta(days=400))]
    assert source_of(source_id).state == PAUSED
    assert site.asked == []


def test_a_check_belongs_to_one_worker_until_its_lease_ends(session: Any, site: Site) -> None:
    source_id = new_source(site)
    with transaction():
        mine = claim_source(source_id, owner="one", now=NOW)
    assert mine is not None
    with transaction():
        assert claim_source(source_id, owner="two", now=NOW + timedelta(minutes=4), is_asked=True) is None
    with transaction():
        theirs = claim_source(source_id, owner="two", now=NOW + LEASE + timedelta(seconds=1))
    assert theirs is not None
    with transaction():
        assert store_answer(mine, Answer(500, error="late"), NOW) is None
    with transaction():
        assert store_answer(theirs, Answer(304), NOW) == Stored("unchanged")
    assert source_of(source_id).lease_owner is None


def test_one_bad_source_does_not_stop_the_others(session: Any, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.feed(item("urn:a:1"), path="/good")
    site.put("/page", b"<html></html>")
    site.put("/away", b"", 302, Location="http://169.254.169.254/")
    ids = [new_source(site, path, path[1:]) for path in ("/page", "/good", "/away", "/none")]
    done = sync_many([(each, site.url()) for each in ids], reach(site), "test", Clock())
    assert {each.title: (each.stored.outcome, each.stored.added) for each in done} == {
        "page": ("failed", 0), "good": ("stored", 1), "away": ("failed", 0), "none": ("failed", 0),
    }  # fmt: skip
    assert queries.list_due(NOW) == []
    monkeypatch.setattr(sync, "fetch", lambda *_arguments, **_options: 1 / 0)
    assert checked(site, ids[1]) == Stored("failed", error=sync.OUR_FAULT)


def test_a_document_that_keeps_the_parser_busy_is_given_up(session: Any, site: Site) -> None:
    flood = "".join(f" a{number}='x'" for number in range(60_000))
    site.put("/feed", f"<rss version='2.0'><channel><item{flood}><title>x</title></item></channel></rss>".encode())
    source_id = new_source(site)
    with transaction():
        claim = claim_source(source_id, owner="test", now=NOW)
    assert claim is not None
    with Parser(seconds=0.5) as parser:
        answer = sync.check(claim, reach(site), parser, NOW)
        assert answer.error == "The feed takes too much time or memory to read."
        site.feed(item())
        patient = sync.check(claim, reach(site), parser, NOW)  # a new process reads on
    assert patient.feed is not None or patient.error == answer.error


def test_bytes_that_name_a_file_are_not_opened(session: Any, site: Site, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(rss(item(title="A secret")))
    site.put("/feed", str(tmp_path / "feed.xml").encode())
    source_id = new_source(site)
    assert checked(site, source_id).outcome == "failed"
    assert entries(source_id) == []


def test_what_is_due_is_done_by_the_job(session: Any, site: Site, app: Flask) -> None:
    from dataclasses import replace

    from hub.worker import setting_of

    site.feed(item())
    source_id = new_source(site)
    settings = replace(app.config["HUB"], fetch_allow=site.allow)
    setting = replace(setting_of(settings, "test"), clock=lambda: NOW)
    assert [each.source_id for each in jobs.sync_due(setting)] == [source_id]
    assert jobs.sync_due(setting) == []
