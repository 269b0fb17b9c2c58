"""Many sources checked: by one worker, by two at once, and every file of the collection."""

from __future__ import annotations

import csv
import gzip
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hub.core.db import db, transaction
from hub.core.errors import Forbidden
from hub.feeds import queries, sync
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.policy import can_run_sources
from hub.feeds.service import SourceFacts, add_source
from hub.feeds.sync import sync_many
from hub.people.models import User
from tests.conftest import FULL
from tests.feeds.checks import NOW, Clock, checked, new_source, reach, source_of
from tests.feeds.site import Site, item

SKIPPED = {"gzip-bomb.gz", "attr-flood.rss.gz", "namespace-flood.rss.gz"}  # floods keep a parser busy until it is ended
LONG = set() if FULL else {"too-many-items.rss.gz"}


def test_the_newest_five_hundred_are_enough(session: Any, site: Site) -> None:
    site.feed(*(item(f"urn:many:{number}") for number in range(520)))
    source_id = new_source(site)
    assert checked(site, source_id).added == 500
    [row] = queries.list_syncs(source_id)
    assert row.error == sync.MANY


def test_every_file_of_the_collection_is_read_or_refused_in_words(session: Any, site: Site, shared: Path) -> None:
    folder = shared / "data" / "feeds"
    paths: dict[int, str] = {}
    with (folder / "manifest.csv").open(encoding="utf-8") as lines:
        names = [row["file"] for row in csv.DictReader(lines)]
    for name in names:
        path = folder / name
        if path.name in SKIPPED | LONG:
            continue
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        site.put(f"/{name}", body, Content_Type="text/xml; charset=euc-kr" if "nodecl" in name else "text/xml")
        paths[new_source(site, f"/{name}", name)] = name
    wanted = [(source_id, site.url()) for source_id in paths]
    first = sync_many(wanted, reach(site), "test", Clock(), is_asked=True)
    assert len(first) == len(paths)
    assert [each.title for each in first if each.stored.error == sync.OUR_FAULT] == []
    assert sum(each.stored.outcome == "stored" for each in first) > 70
    with transaction():
        for source_id in paths:
            source_of(source_id).content_hash = None  # as if one byte had changed: every file is parsed again
    second = sync_many(wanted, reach(site), "test", Clock(), is_asked=True)
    assert [(each.title, each.stored) for each in second if each.stored.added or each.stored.changed] == []


def test_two_workers_at_once_store_each_story_once(busy_app: Flask, site: Site) -> None:
    site.feed(*(item(f"urn:a:{number}") for number in range(30)))
    ids = [new_source(site, f"/feed?{number}", f"Source {number}") for number in range(3)]
    for number in range(3):
        site.feed(*(item(f"urn:a:{each}") for each in range(30)), path=f"/feed?{number}")
    done: list[Any] = []

    def work(name: str) -> None:
        with busy_app.app_context():
            done.extend(sync_many([(each, site.url()) for each in ids], reach(site), name, Clock()))
            db.session.remove()

    workers = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sum(each.stored.added for each in done) == 90
    assert db.session.scalar(select(func.count()).select_from(FeedEntry)) == 90
    db.session.rollback()


def test_one_address_added_twice_at_once_is_one_source(busy_app: Flask, site: Site) -> None:
    refused: list[Exception] = []

    def add(spelling: str) -> None:
        with busy_app.app_context():
            try:
                with transaction():
                    add_source(spelling, SourceFacts("City news"), allow=site.allow, by=None, now=NOW)
            except Exception as error:
                refused.append(error)
            db.session.remove()

    spellings = [site.url(), site.url() + "/", site.url() + "#x", site.url()]
    adders = [threading.Thread(target=add, args=(spelling,)) for spelling in spellings]
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join(30)
    assert db.session.scalar(select(func.count()).select_from(FeedSource)) == 1
    assert {str(error).split(":")[0] for error in refused} == {"address"}
    assert len(refused) == 3
    db.session.rollback()


def test_only_organizers_run_sources(session: Any, site: Site) -> None:
    assert can_run_sources(User(is_organizer=True, is_active=True, has_factor=True))
    assert not can_run_sources(User(is_organizer=True, is_active=True, has_factor=False))
    assert not can_run_sources(User(is_organizer=True, is_active=False, has_factor=True))
    nobody = User(is_organizer=False, is_active=True)
    with pytest.raises(Forbidden), transaction():
        add_source(site.url(), SourceFacts("x"), allow=site.allow, by=nobody, now=NOW)
