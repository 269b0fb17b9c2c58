"""`hub feeds` and lists of feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from hub.cli.feeds import feeds
from hub.core import clock
from hub.core.db import db, transaction
from hub.feeds.models import FeedSource
from hub.feeds.opml import MAX_DEPTH, UnreadableList, read_opml
from hub.feeds.service import SourceFacts, add_source
from tests.feeds.site import Site, item, running_site


@pytest.fixture
def site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with running_site() as site:
        monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], fetch_allow=site.allow))
        yield site


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(feeds, arguments, obj=lambda: app)


def test_sync_checks_every_source_and_ends_well(session: Any, app: Flask, site: Site) -> None:
    site.feed(item("urn:a:1"), item("urn:a:2"))
    assert "no active source" in run(app, "sync").output
    for path in ("/feed", "/none"):
        with transaction():
            add_source(site.url(path), SourceFacts(path[1:]), allow=site.allow, by=None, now=clock.now())
    done = run(app, "sync")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].split() == ["source", "outcome", "new", "changed"]
    assert lines[1].split() == ["feed", "stored", "2", "0"]
    assert lines[2].startswith("none")
    rows = json.loads(run(app, "sync", "--json").output)
    assert [(row["source"], row["outcome"], row["added"]) for row in rows] == [
        ("feed", "unchanged", 0),
        ("none", "failed", 0),
    ]
    assert rows[1]["error"] == "The site says that nothing is at this address."


def test_a_list_of_feeds_is_taken_over(session: Any, app: Flask, shared: Path) -> None:
    folder = shared / "data" / "feeds" / "opml"
    done = run(app, "import-opml", str(folder / "nested.opml"))
    assert done.exit_code == 0, done.output
    assert "3 added, 3 left out" in done.output
    query = select(FeedSource.title, FeedSource.address).where(FeedSource.address.is_not(None)).order_by(FeedSource.id)
    assert [tuple(row) for row in db.session.execute(query)] == [
        ("광주", "https://forum.example.org/ko.rss"), ("서울", "https://seoul.example.kr/rss"),
        ("부산", "https://busan.example.kr/rss"),
    ]  # fmt: skip
    assert "0 added, 6 left out" in run(app, "import-opml", str(folder / "nested.opml")).output
    bomb = run(app, "import-opml", str(folder / "bomb.opml"))
    assert bomb.exit_code == 1
    assert "document type" in bomb.output


def test_a_folder_named_as_a_city_or_a_principle_ties_its_feeds(session: Any, app: Flask, tmp_path: Path) -> None:
    feed = '<outline text="Amt" xmlUrl="https://amt.example.org/rss"/>'
    folders = f'<outline text="graz"><outline text="GP8">{feed}</outline></outline>'
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{folders}</body></opml>', "utf-8")
    assert "1 added, 0 left out" in run(app, "import-opml", str(tmp_path / "list.opml")).output
    source = db.session.scalars(select(FeedSource).where(FeedSource.title == "Amt")).one()
    assert (source.city_slugs, source.principle_codes) == (["graz"], ["GP8"])


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not xml", b"<opml><body>", b"<rss/>", b"\xff\xfe\x00", b"<!DOCTYPE opml><opml/>",
        b"<opml>" + b"<outline>" * (MAX_DEPTH + 1), b"<opml>" + b"<outline/>" * 6000 + b"</opml>",
        b"<opml>" + b" " * (5 * 1024 * 1024) + b"</opml>", b'<?xml version="1.0" encoding="nonsense"?><opml/>',
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableList):
        read_opml(content)
