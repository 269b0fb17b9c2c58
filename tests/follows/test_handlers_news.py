"""Who is told of translations, of checks, of what news sources brought and of stories that stand first."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.commitments.events import StatusRefused, StatusVerified
from hub.commitments.models import StatusRecord, Verification
from hub.core import clock
from hub.core.db import db, transaction
from hub.feeds import service as feeds
from hub.feeds.models import FeedEntry
from hub.people.models import User
from tests.follows.acts import city_id, follow, happen, publish, read_on, record_status, start_reader, told
from tests.follows.between import stories, translate
from tests.people.accounts import make_user


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def follower(client: FlaskClient, *things: tuple[str, str]) -> int:
    user_id = make_user(client, f"{'-'.join(things[0])}@example.org")
    follow(user_id, *things)
    return user_id


def causes(*people: int) -> list[list[tuple[str, str]]]:
    return [[(row.because["kind"], row.because["key"]) for row in told(user_id)] for user_id in people]


def test_a_translation_is_news_once_for_each_language(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    things = [("case", "a-fair"), ("city", "gwangju"), ("country", "KR"), ("principle", "GP8.2")]
    people = [follower(client, thing) for thing in things]
    start_reader()
    translate(case_id)
    translate(case_id)
    translate(case_id, "es")
    read_on()
    assert causes(*people) == [[things[0]] * 2, [things[1]] * 2, [things[2]] * 2, []]


@pytest.mark.parametrize("event", [StatusVerified, StatusRefused])
def test_a_check_is_told_to_the_city_first_and_to_who_follows_it(client: FlaskClient, event: Any) -> None:
    record_id = record_status("suva", "R1")
    things = [("city", "suva"), ("commitment", "R1"), ("country", "FJ"), ("commitment", "R2")]
    people = [follower(client, thing) for thing in things]
    own = make_user(client, "own@example.org", city="suva")
    follow(own, ("city", "suva"))
    start_reader()
    with transaction():
        check = Verification(
            record_id=record_id, city_id=city_id("suva"), item_code="R1", tier="document", result="confirmed",
            checked_on=clock.now().date(), recorded_at=clock.now(),
        )  # fmt: skip
        db.session.add(check)
        db.session.flush()
        number = check.id
    happen(event(number, record_id, city_id("suva")))
    read_on()
    assert causes(own, *people) == [[("office", "suva")], *([thing] for thing in things[:3]), []]
    assert {row.thing for row in told(own)} == {f"status:{db.session.get_one(StatusRecord, record_id).city_id}:R1"}


def test_what_a_check_of_a_source_brought_is_told_once_for_all_of_it(client: FlaskClient) -> None:
    reader, other = follower(client, ("source", "a-source")), follower(client, ("source", "another"))
    stories("a-source", "one", "two", "three")
    stories("a-source")
    read_on()
    assert causes(reader, other) == [[("source", "a-source")], []]
    stories("a-source", "four")
    read_on()
    assert len(told(reader)) == 2


def test_a_pinned_story_reaches_who_follows_its_sources_and_what_it_is_about(client: FlaskClient) -> None:
    organizer = make_user(client, "boss@example.org", is_organizer=True)
    tied = {"city_slugs": ["gwangju", "gone"], "principle_codes": ["GP8.2", "GP99"], "url_key": "k" * 64}
    (number,) = stories("a-source", "one", **tied)
    stories("another", "one", **tied)
    things = [
        ("source", "a-source"), ("source", "another"), ("city", "gwangju"), ("principle", "GP8.2"),
        ("principle", "GP8"), ("country", "KR"), ("principle", "GP1"),
    ]  # fmt: skip
    people = [follower(client, thing) for thing in things]
    start_reader()
    pin(number, organizer)
    read_on()
    assert causes(*people) == [*([thing] for thing in things[:-1]), []]
    with transaction():
        db.session.execute(update(FeedEntry).where(FeedEntry.id == number).values(pinned_at=None))
    pin(number, organizer)
    with transaction():
        feeds.hide_story(number, by=db.session.get_one(User, organizer), now=clock.now())
    read_on()
    assert len(told(people[0])) == 1, "nobody is told of what was hidden meanwhile"


def pin(number: int, organizer: int) -> None:
    with transaction():
        feeds.pin_story(number, by=db.session.get_one(User, organizer), now=clock.now())
