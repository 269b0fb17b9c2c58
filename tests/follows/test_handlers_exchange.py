"""Who is told of what happens between cities: practices taken up, comments, questions, answers, replies."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.exchange.models import WAITING, Adaptation, AdaptationComment, Question, Reply
from hub.follows.handlers import HANDLERS
from hub.follows.models import Notification
from hub.people.models import User
from tests.follows.acts import follow, publish, read_on, record_status, start_reader, told
from tests.follows.between import adapt, answer, ask, comment, reply, subscribe, told_by_mail
from tests.people.accounts import make_user

OFFICE = ("office", "gwangju")
Causes = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def person(client: FlaskClient, name: str, *things: tuple[str, str], **values: Any) -> int:
    user_id = make_user(client, f"{name}@example.org", **values)
    follow(user_id, *things)
    return user_id


def causes(*people: int) -> list[Causes]:
    return [[(row.because["kind"], row.because["key"]) for row in told(user_id)] for user_id in people]


def again() -> None:
    """Let the newest entry come once more, as after a worker was cut off."""
    with transaction():
        entry = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()
        for handler in HANDLERS[entry.kind]:
            handler(entry, clock.now())


def test_a_practice_taken_up_reaches_the_city_it_came_from_and_who_follows_either(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    own = person(client, "own", ("city", "gwangju"), city="gwangju")
    actor = person(client, "actor", ("city", "utrecht"), city="utrecht")
    of_case = person(client, "case", ("country", "NL"), ("case", "a-fair"))
    of_taker, of_giver = person(client, "taker", ("city", "utrecht")), person(client, "giver", ("city", "gwangju"))
    there, here = person(client, "there", ("country", "NL")), person(client, "here", ("country", "KR"))
    other = person(client, "other", ("city", "graz"), ("principle", "GP8.2"))
    by_mail = subscribe(("case", "a-fair"))
    start_reader()
    adaptation_id = adapt("utrecht", case_id, by=actor)
    read_on()
    again()
    assert causes(own, of_case, of_taker, of_giver, there, here) == [
        [OFFICE], [("case", "a-fair")], [("city", "utrecht")], [("city", "gwangju")], [("country", "NL")],
        [("country", "KR")],
    ]  # fmt: skip
    assert causes(actor, other) == [[], []]
    assert (told(own)[0].topic, told(of_case)[0].topic) == ("work", "exchange")
    assert {row.thing for row in [*told(own), *told_by_mail(by_mail)]} == {f"case:{case_id}"}
    adapt("utrecht", case_id, "running", by=actor)
    adapt("suva", None, origin_title="A tram", origin_place="Karlsruhe", by=actor)
    read_on()
    assert [len(told(each)) for each in (own, of_case, there)] == [2, 2, 2], "the next step is news"
    with transaction():
        db.session.execute(update(Adaptation).where(Adaptation.id == adaptation_id).values(removed_at=clock.now()))
    adapt("utrecht", case_id, "stopped", by=actor)
    read_on()
    assert len(told(own)) == 2, "nobody hears of what was entered by mistake"


def test_a_comment_reaches_the_coordinators_of_the_other_city_alone(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    own, taker = person(client, "own", city="gwangju"), person(client, "taker", city="utrecht")
    helper = person(client, "helper", city="gwangju", role="contributor")
    follower = person(client, "follower", ("case", "a-fair"), ("city", "utrecht"))
    adaptation_id = adapt("utrecht", case_id, by=taker)
    start_reader()
    comment(adaptation_id, "gwangju", by=own)
    read_on()
    again()
    comment_id = comment(adaptation_id, "utrecht", by=taker)
    read_on()
    assert causes(own, taker, helper, follower) == [[OFFICE], [("office", "utrecht")], [], []]
    comment_id = comment(adaptation_id, "gwangju", by=own)
    with transaction():
        db.session.execute(
            update(AdaptationComment).where(AdaptationComment.id == comment_id).values(removed_at=clock.now())
        )
    read_on()
    assert len(told(taker)) == 1


def test_a_question_reaches_the_city_and_where_it_is_public_who_follows_the_case(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    own, asker = person(client, "own", city="gwangju"), person(client, "asker", ("case", "a-fair"), city="utrecht")
    follower = person(client, "follower", ("case", "a-fair"), ("city", "gwangju"))
    of_city, organizer = person(client, "city", ("city", "gwangju")), person(client, "boss", is_organizer=True)
    by_mail = subscribe(("case", "a-fair"))
    start_reader()
    ask(case_id, by=asker, city="utrecht")
    read_on()
    again()
    assert causes(own, follower, asker, of_city, organizer) == [[OFFICE], [("case", "a-fair")], [], [], []]
    assert len(told_by_mail(by_mail)) == 1
    question_id = ask(case_id, by=asker, city="utrecht", is_between_cities=True)
    ask(case_id, by=asker, city="utrecht", is_between_cities=True, kind="mentoring")
    read_on()
    assert [len(each) for each in causes(own, follower, organizer)] == [3, 1, 1], "mentoring is for organizers too"
    assert len(told_by_mail(by_mail)) == 1
    assert told(own)[1].thing == f"question:{question_id}"
    assert {row.topic for row in [*told(own), *told(organizer)]} == {"work"}


def test_a_question_to_a_city_of_which_nobody_is_here_reaches_the_organizers(client: FlaskClient) -> None:
    asker, organizer = person(client, "asker", city="utrecht"), person(client, "boss", is_organizer=True)
    asleep = person(client, "asleep", city="suva")
    with transaction():
        db.session.execute(update(User).where(User.id == asleep).values(is_active=False))
    for case_id in (publish("compiled", city="suva"), publish("national", city=None)):
        question_id = ask(case_id, by=asker, city="utrecht")
        answer(question_id, by=asker, city="utrecht", is_by_city=False)
    question_id = ask(publish("gone", city="suva"), by=asker)
    with transaction():
        db.session.execute(update(Question).where(Question.id == question_id).values(removed_at=clock.now()))
    read_on()
    assert causes(organizer) == [[("organizers", "")] * 4]


def test_an_answer_reaches_who_asked_and_who_follows_and_more_said_the_city(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    own, asker = person(client, "own", city="gwangju"), person(client, "asker", city="utrecht")
    question_id = ask(case_id, by=asker, city="utrecht")
    mine = ("question", str(question_id))
    follower, of_case = person(client, "follower", mine, ("case", "a-fair")), person(client, "c", ("case", "a-fair"))
    start_reader()
    answer(question_id, by=own, city="gwangju")
    read_on()
    again()
    assert causes(asker, follower, of_case, own) == [[("asker", mine[1])], [mine], [("case", "a-fair")], []]
    answer(question_id, by=asker, city="utrecht", is_by_city=False)
    read_on()
    assert causes(asker, own) == [[("asker", mine[1])], [OFFICE]]
    assert len(told(follower)) == 2


def test_what_is_said_between_two_cities_reaches_nobody_else(client: FlaskClient) -> None:
    case_id = publish("a-fair")
    own, asker = person(client, "own", city="gwangju"), person(client, "asker", city="utrecht")
    question_id = ask(case_id, by=asker, city="utrecht", is_between_cities=True)
    things = (("question", str(question_id)), ("case", "a-fair"))
    colleague = person(client, "colleague", *things, city="utrecht", role="contributor")
    stranger = person(client, "stranger", *things, city="graz")
    by_mail = subscribe(*things)
    start_reader()
    answer(question_id, by=own, city="gwangju")
    read_on()
    assert causes(asker, colleague, stranger) == [[("asker", str(question_id))], [things[0]], []]
    assert told_by_mail(by_mail) == []


def test_a_reply_reaches_who_follows_what_it_stands_beside_and_the_city(client: FlaskClient) -> None:
    case_id, record_id = publish("a-fair"), record_status("gwangju", "C4.1")
    own, organizer = person(client, "own", city="gwangju"), person(client, "boss", is_organizer=True)
    of_case, of_city = person(client, "case", ("case", "a-fair")), person(client, "city", ("city", "gwangju"))
    of_item, of_country = person(client, "item", ("commitment", "C4.1")), person(client, "kr", ("country", "KR"))
    start_reader()
    reply(case_id=case_id, state=WAITING)
    read_on()
    assert causes(own, organizer, of_case) == [[], [("organizers", "")], []]
    reply(case_id=case_id, by=organizer)
    reply(record_id=record_id, by=organizer)
    read_on()
    again()
    assert causes(own, of_case, of_city) == [[OFFICE] * 2, [("case", "a-fair")], [("city", "gwangju")]]
    assert causes(of_item, of_country) == [[("commitment", "C4.1")], [("country", "KR")]]
    reply_id = reply(case_id=case_id, by=organizer)
    with transaction():
        db.session.execute(update(Reply).where(Reply.id == reply_id).values(withdrawn_at=clock.now()))
    read_on()
    assert len(told(of_case)) == 1
    assert len(list(db.session.scalars(select(Notification).where(Notification.event == "ReplyConfirmed")))) == 1
