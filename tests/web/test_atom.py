"""Our own Atom: every feed read back, with ids that last and answers for those who ask whether anything is new."""

from __future__ import annotations

from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser
from flask import Flask
from flask.testing import FlaskClient

from hub.core.log import newest_change
from hub.web import formats
from hub.web.formats import AtomEntry, atom_feed, tag_id, xml_text
from tests.doors.doors import addresses

FOLLOWED = (
    "/follow.atom?kind=city&id=gwangju", "/follow.atom?kind=principle&id=GP8", "/follow.atom?kind=commitment&id=C4.1",
    "/follow.atom?kind=case&id=graz-advisory-council",
)  # fmt: skip
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def test_every_feed_is_read_back_without_a_complaint(app: Flask, client: FlaskClient) -> None:
    doors = [address for address in addresses(app) if address.endswith(".atom")]
    assert {"/cases.atom", "/cities.atom", "/commitments.atom", "/events.atom", "/exchange.atom", "/news.atom"} <= {
        *doors
    }
    entries, base = 0, str(app.config["HUB"].base_url)
    for door in (*doors, *FOLLOWED, "/news.atom?q=forum&principle=GP4", "/cases.atom?q=council&principle=GP8"):
        answer = client.get(door)
        read = feedparser.parse(answer.data)
        assert (answer.status_code, read.bozo, read.version) == (200, 0, "atom10"), door
        assert read.feed.id.startswith("tag:localhost,2026:/"), door
        assert read.feed.id.endswith(door)
        assert [link.href for link in read.feed.links if link.rel == "self"] == [f"{base}{door}"], door
        ids = [entry.id for entry in read.entries]
        assert len(set(ids)) == len(ids), door
        for entry in read.entries:
            assert entry.id.startswith("tag:"), (door, entry.id)
            assert entry.title, (door, entry.id)
            assert isinstance(entry.updated_parsed, struct_time), (door, entry.id)
            assert entry.link.startswith("http"), (door, entry.id)
        newest = max((entry.updated for entry in read.entries), default=read.feed.updated)
        assert read.feed.updated == newest, door
        entries += len(ids)
        for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            again = client.get(door, headers={name: answer.headers[header]})
            assert (again.status_code, again.data) == (304, b""), (door, name)
    assert entries > 100
    changed = client.get("/news.atom", headers={"If-Modified-Since": "Mon, 02 Jan 2006 15:04:05 GMT"})
    assert changed.status_code == 200


def test_an_id_names_the_thing_and_not_its_title_or_place(app: Flask) -> None:
    with app.test_request_context("/"):
        assert tag_id("case/12") == "tag:localhost,2026:case/12"
        assert tag_id("/cases.atom?q=인권 도시&principle=GP8") == (
            "tag:localhost,2026:/cases.atom?q=%EC%9D%B8%EA%B6%8C%20%EB%8F%84%EC%8B%9C&principle=GP8"
        )
        assert tag_id("tag:example.org,2026:news/1") == "tag:example.org,2026:news/1"


def test_what_xml_cannot_hold_is_left_out(app: Flask) -> None:
    assert xml_text("a\x00b\x08 c\ufffe\ud800\n d\u0085\x7f 인권 🏙") == "ab c d 인권 🏙"
    hostile = "]]> <b>\x0b&amp; \"'"
    entry = AtomEntry(
        id="news/1", title=hostile, url="/news/1", updated_at=WHEN, summary=hostile, author=hostile, source=hostile,
        categories=(hostile,), related="/news/2",
    )  # fmt: skip
    with app.test_request_context("/"):
        answer = atom_feed(title=hostile, path="/news.atom", page_path="/news/", entries=[entry] * 60)
    read = feedparser.parse(answer.data)
    assert not read.bozo
    assert len(read.entries) == 50
    shown: Any = read.entries[0]
    assert shown.title_detail.value == shown.author == shown.tags[0].term == "]]> <b>&amp; \"'"
    assert {link.rel: link.href for link in shown.links}["related"].endswith("/news/2")


def test_a_feed_without_entries_has_a_date_too(app: Flask) -> None:
    with app.test_request_context("/"):
        answer = atom_feed(title="", path="/news.atom", page_path="/news/", entries=[])
        assert answer.last_modified == newest_change().replace(microsecond=0)  # type: ignore[union-attr]
    assert feedparser.parse(answer.data).feed.updated == formats.NEVER.isoformat()
