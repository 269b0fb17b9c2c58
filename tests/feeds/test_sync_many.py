"""Many sources checked: by one worker, and by two at once."""

from __future__ import annotations

import threading
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
from tests.feeds.checks import NOW, Clock, checked, new_source, reach
from tests.feeds.site import Site, item


def test_the_newest_five_hundred_are_enough(session: Any, site: Site) -> None:
    site.feed(*(item(f"urn:many:{number}") for number in range(520)))
    source_id = new_source(site)
    assert checked(site, source_id).added == 500
    [row] = queries.list_syncs(source_id)
    assert row.error == sync.MANY


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
