"""The feed of a thing carries what its followers are told, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.cases.events import CaseArchived, CaseRevised, CaseTakenOver
from hub.cases.models import ARCHIVED, DRAFT, CaseRevision, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record
from hub.feeds.models import FeedEntry
from hub.follows.told import lines_of
from tests.follows.acts import FOLLOWABLE, follow, publish, read_on, record_status, start_reader, told
from tests.follows.between import adapt, answer, ask, reply, stories, translate
from tests.people.accounts import make_user


def titles(client: FlaskClient, kind: str, key: str) -> list[str]:
    parsed: Any = feedparser.parse(client.get(f"/follow.atom?kind={kind}&id={key}").data)
    assert not parsed.bozo
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries) <= 50
    return [entry.title for entry in parsed.entries]


def test_a_feed_brings_exactly_what_followers_are_told(client: FlaskClient) -> None:
    """Whatever happens between cities, one follower of each thing is told it, and its feed says the same."""
    asker = make_user(client, "asker@example.org", city="utrecht")
    app = client.application
    with app.app_context():
        start_reader()
        origin = publish("the-origin", title="The origin", items=("C4.1",))
        question, secret = ask(origin, by=asker), ask(origin, by=asker, city="utrecht", is_between_cities=True)
    things = [
        ("city", "gwangju"), ("city", "utrecht"), ("country", "KR"), ("country", "NL"), ("commitment", "C4.1"),
        ("case", "the-origin"), ("question", str(question)), ("principle", "GP8"),
    ]  # fmt: skip
    before = {thing: set(titles(client, *thing)) for thing in things}
    people = {thing: make_user(client, f"{thing[0]}-{thing[1].lower()}@example.org") for thing in things}
    with app.app_context():
        for thing, user_id in people.items():
            follow(user_id, thing)
        adapt("utrecht", origin)
        adapt("utrecht", origin, "running")
        answer(question, by=asker, city="gwangju")
        answer(secret, by=asker, city="gwangju")
        translate(origin)
        reply(case_id=origin)
        number = record_status("gwangju", "C4.1")
        reply(record_id=number)
        with transaction():
            record(CaseRevised(origin), by=None, now=clock.now())
        publish("another", city="utrecht")
        publish("of-the-state", city=None, title="Of the state")
        read_on()
        heard = {
            thing: {line.news.text for line in lines_of(told(user_id), None) if line.news}
            for thing, user_id in people.items()
        }
    for thing in things:
        assert set(titles(client, *thing)) - before[thing] == heard[thing], thing
    assert {thing: len(each) for thing, each in heard.items()} == {
        ("city", "gwangju"): 6, ("city", "utrecht"): 3, ("country", "KR"): 7, ("country", "NL"): 3,
        ("commitment", "C4.1"): 2, ("case", "the-origin"): 6, ("question", str(question)): 1, ("principle", "GP8"): 2,
    }  # fmt: skip
    assert client.get(f"/follow.atom?kind=question&id={secret}").status_code == 404
    assert client.get(f"/follow?kind=question&id={secret}").status_code == 404


def test_the_feed_of_a_source_brings_its_stories_and_what_stands_first(client: FlaskClient) -> None:
    with client.application.app_context():
        first, _second = stories("gazette", "One & two", "Three", city_slugs=["gwangju"], principle_codes=["GP3"])
        hidden = stories("gazette", "Hidden", hidden_at=clock.now())
        with transaction():
            db.session.execute(update(FeedEntry).where(FeedEntry.id == first).values(pinned_at=clock.now()))
    found = titles(client, "source", "gazette")
    assert {"One & two", "Three"} < set(found)
    assert (len(found), hidden != []) == (3, True)
    for kind, key in (("city", "gwangju"), ("country", "KR"), ("principle", "GP3")):
        assert any("One & two" in title for title in titles(client, kind, key)), kind
    assert not any("One & two" in title for title in titles(client, "city", "utrecht"))


@pytest.mark.parametrize("kind", FOLLOWABLE)
def test_a_feed_for_each_kind_is_public_and_may_be_kept(client: FlaskClient, kind: str) -> None:
    response = client.get(f"/follow.atom?kind={kind}&id={FOLLOWABLE[kind]}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.content_type.startswith("application/atom+xml")
    assert titles(client, kind, FOLLOWABLE[kind])


def test_a_publication_and_a_status_stand_in_the_feeds_they_reach(client: FlaskClient) -> None:
    with client.application.app_context():
        publish("new-here", title="New & here", items=("C4.1",))
        record_status("gwangju", "C4.2")
    for kind, key in (("city", "gwangju"), ("principle", "GP8"), ("principle", "GP8.2"), ("commitment", "C4.1")):
        assert "Gwangju published “New & here”" in titles(client, kind, key)
    assert not any(
        "New & here" in title for title in titles(client, "city", "utrecht") + titles(client, "principle", "GP9")
    )
    assert titles(client, "city", "gwangju")[0].startswith("On record of Gwangju: C4.2")
    assert titles(client, "commitment", "C4.2")[0].startswith("On record of Gwangju: C4.2")


def test_the_feed_of_a_case_brings_its_revisions_that_matter(client: FlaskClient) -> None:
    now = clock.now()
    with client.application.app_context():
        case_id = publish("new-here", title="New here")
        with transaction():
            for number, is_substantial in ((2, False), (3, True)):
                at = now + timedelta(hours=number)
                db.session.add(
                    CaseRevision(
                        case_id=case_id, number=number, content={}, change_note=f"Note {number}",
                        is_substantial=is_substantial, recorded_at=at,
                    )
                )  # fmt: skip
                record(CaseRevised(case_id, is_substantial=is_substantial), by=None, now=at)
            record(CaseRevised(case_id + 1), by=None, now=now)
            record(CaseTakenOver(case_id), by=None, now=now)
    assert titles(client, "case", "new-here") == ["“New here” was revised", "Gwangju published “New here”"]
    body = client.get("/follow.atom?kind=case&id=new-here").text
    assert "Note 3" in body
    assert "Note 2" not in body
    with client.application.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=ARCHIVED))
        record(CaseArchived(case_id), by=None, now=now + timedelta(hours=4))
    assert titles(client, "case", "new-here")[0] == "“New here” was archived"
    assert "New here" not in client.get("/follow.atom?kind=city&id=gwangju").text
    with client.application.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=DRAFT))
    assert client.get("/follow.atom?kind=case&id=new-here").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("kind=search&id=q%3Drights", 400),
        ("kind=news&id=all", 400),
        ("kind=city", 400),
        ("kind=city&id=%00", 400),
        ("kind=city&id=%FF", 400),
        ("kind=city&id=atlantis", 404),
        ("kind=principle&id=GP99", 404),
        ("kind=case&id=x", 404),
        ("kind=principle&id=DT-UN", 200),
        ("kind=country&id=kr", 404),
        ("kind=country&id=SE", 200),
        ("kind=source&id=none", 404),
        ("kind=question&id=1", 404),
        ("kind=question&id=99999999999999999999", 404),
    ],
)
def test_what_has_no_feed_is_said_as_a_problem(client: FlaskClient, query: str, status: int) -> None:
    response = client.get(f"/follow.atom?{query}")
    assert response.status_code == status
    if status != 200:
        assert response.content_type.startswith("application/problem+json")
