"""Who is told of what, by running the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from hub.cases.events import CaseArchived, CasePublished, CaseRevised
from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.cases.queries import cases_with_code
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.follows import handlers
from hub.follows.models import Follow
from hub.follows.targets import charter_codes
from hub.people.models import User
from hub.vocabularies.queries import CHARTERS, vocabulary
from tests.follows.acts import city_id, follow, happen, publish, read_on, record_status, start_reader, told
from tests.people.accounts import make_user


@dataclass(frozen=True)
class CityAdmitted:
    city_id: int


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def causes(user_id: int) -> list[tuple[str, str]]:
    return [(row.because["kind"], row.because["key"]) for row in told(user_id)]


@pytest.mark.parametrize(
    ("thing", "is_told"),
    [
        (("city", "gwangju"), True),
        (("city", "utrecht"), False),
        (("principle", "GP8"), True),
        (("principle", "GP8.2"), True),
        (("principle", "GP8.1"), False),
        (("principle", "GP9"), False),
        (("commitment", "C4.1"), True),
        (("commitment", "C4.2"), False),
        (("country", "KR"), True),
        (("country", "FJ"), False),
    ],
)
def test_a_publication_reaches_who_follows_its_city_principles_and_commitments(
    client: FlaskClient, thing: tuple[str, str], is_told: bool
) -> None:
    user_id = make_user(client, "reader@example.org")
    follow(user_id, thing)
    publish("a-new-case", clauses=("GP8.2",), items=("C4.1",))
    read_on()
    assert causes(user_id) == ([thing] if is_told else [])


def test_a_publication_reaches_exactly_the_codes_whose_pages_list_the_case(session: Any) -> None:
    terms = vocabulary()
    us = [term.code for term in terms.scheme("us-alliance") if term.parent_code][:1]
    tied = [clause for clause in terms.crosswalk if terms.targets(clause, "theme")][-3:]
    case_id = publish("a-new-case", clauses=("GP1.1", *tied), us=tuple(us))
    case = db.session.get_one(CaseStudy, case_id)
    codes = charter_codes([(tag.scheme, tag.code) for tag in case.tags], terms)
    listed = {
        term.code
        for charter in CHARTERS
        for term in terms.scheme(charter)
        if any(found.id == case_id for found in cases_with_code(term.code))
    }
    assert set(codes) == listed
    assert any(code.startswith("DT-") for code in codes)
    assert any(code.startswith("US") for code in codes)
    wholes = [terms.principle_of(code) == code for code in codes]
    assert wholes == sorted(wholes)


def test_of_many_follows_the_most_specific_tells_once(client: FlaskClient) -> None:
    user_id = make_user(client, "reader@example.org")
    things = [("commitment", "C4.1"), ("principle", "GP8"), ("principle", "GP8.2"), ("city", "gwangju")]
    follow(user_id, *things)
    for number, expected in enumerate(reversed(things)):
        publish(f"new-{number}", clauses=("GP8.2",), items=("C4.1",))
        read_on()
        assert causes(user_id)[number:] == [expected]
        with transaction():
            row = db.session.scalars(
                select(Follow).where(Follow.user_id == user_id, Follow.kind == expected[0], Follow.key == expected[1])
            ).one()
            db.session.delete(row)
    publish("nobody-follows", clauses=("GP8.2",), items=("C4.1",))
    read_on()
    assert len(told(user_id)) == 4


def test_not_the_actor_nor_the_suspended_nor_who_stopped_or_came_later(client: FlaskClient) -> None:
    actor, suspended, stopped, late, reader = (
        make_user(client, f"{name}@example.org") for name in ("actor", "suspended", "stopped", "late", "reader")
    )
    for user_id in (actor, suspended, stopped, reader):
        follow(user_id, ("city", "gwangju"))
    with transaction():
        db.session.execute(update(User).where(User.id == suspended).values(is_active=False))
    publish("a-new-case", by=actor)
    follow(late, ("city", "gwangju"))
    with transaction():
        db.session.delete(db.session.scalars(select(Follow).where(Follow.user_id == stopped)).one())
    read_on()
    assert [len(told(user_id)) for user_id in (actor, suspended, stopped, late, reader)] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("state", [DRAFT, ARCHIVED])
def test_what_is_no_longer_published_when_the_reader_comes_is_passed_over(client: FlaskClient, state: str) -> None:
    user_id = make_user(client, "reader@example.org")
    follow(user_id, ("city", "gwangju"))
    case_id = publish("taken-back", state=state)
    follow(user_id, ("case", "taken-back"))
    happen(CaseRevised(case_id))
    happen(CasePublished(2_000_000))
    read_on()
    assert told(user_id) == []


def test_revisions_reach_who_follows_the_case_or_its_place_and_archiving_the_case_alone(client: FlaskClient) -> None:
    of_case, of_city, of_country, other = (make_user(client, f"{name}@example.org") for name in "abcd")
    case_id = publish("a-new-case")
    follow(of_case, ("case", "a-new-case"), ("country", "KR"))
    follow(of_city, ("city", "gwangju"), ("principle", "GP8.2"))
    follow(of_country, ("country", "KR"))
    follow(other, ("country", "NL"), ("principle", "GP8.2"))
    start_reader()
    happen(CaseRevised(case_id))

    @dataclass(frozen=True)
    class Small:
        case_id: int
        is_substantial: bool

    Small.__name__ = "CaseRevised"
    happen(Small(case_id, False))
    happen(Small(case_id, True))
    read_on()
    with transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=ARCHIVED))
    happen(CaseArchived(case_id))
    read_on()
    assert [row.event for row in told(of_case)] == ["CaseRevised", "CaseRevised", "CaseArchived"]
    assert causes(of_case) == [("case", "a-new-case")] * 3
    assert causes(of_city) == [("city", "gwangju")] * 2
    assert causes(of_country) == [("country", "KR")] * 2
    assert told(other) == []


def test_a_status_reaches_who_follows_the_city_or_the_item(client: FlaskClient) -> None:
    of_city, of_item, of_both, other = (make_user(client, f"{name}@example.org") for name in "abcd")
    follow(of_city, ("city", "gwangju"))
    follow(of_item, ("commitment", "C4.1"))
    follow(of_both, ("commitment", "C4.1"), ("city", "gwangju"))
    follow(other, ("commitment", "C4.2"), ("city", "utrecht"))
    record_id = record_status("gwangju", "C4.1")
    read_on()
    assert causes(of_city) == causes(of_both) == [("city", "gwangju")]
    assert causes(of_item) == [("commitment", "C4.1")]
    assert told(other) == []
    assert told(of_item)[0].subject_id == record_id


def test_joining_reaches_who_follows_the_city_on_record(client: FlaskClient) -> None:
    user_id = make_user(client, "reader@example.org")
    organizer = make_user(client, "organizer@example.org", is_organizer=True)
    neighbour = make_user(client, "neighbour@example.org")
    follow(user_id, ("city", "utrecht"))
    follow(neighbour, ("country", "NL"))
    happen(CityAdmitted(city_id("utrecht")))

    @dataclass(frozen=True)
    class Bare:
        application_id: int

    Bare.__name__ = "CityAdmitted"
    happen(Bare(1))
    read_on()
    assert [causes(each) for each in (user_id, neighbour, organizer)] == [
        [("city", "utrecht")],
        [("country", "NL")],
        [("organizers", "")],
    ]


def test_run_twice_it_tells_once(client: FlaskClient) -> None:
    user_id = make_user(client, "reader@example.org")
    follow(user_id, ("city", "gwangju"), ("principle", "GP8"))
    publish("a-new-case")
    read_on()
    entry = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()
    position = entry.position
    for _ in range(2):
        with transaction():
            handlers.tell_of_publication(db.session.get_one(LogEntry, position), clock.now())
    assert len(told(user_id)) == 1


def test_many_followers_cost_few_statements(client: FlaskClient) -> None:
    now = clock.now()
    with transaction():
        people = [
            User(email=f"reader-{number}@example.org", name="A reader", password_hash="-", created_at=now)
            for number in range(2500)
        ]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(
            Follow(user_id=person.id, kind=kind, key=key, created_at=now)
            for person in people
            for kind, key in (("city", "gwangju"), ("principle", "GP8"))
        )
        ids = [person.id for person in people]
    publish("a-new-case")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        read_on()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert len([statement for statement in statements if "notification" in statement]) <= 5
    assert len(told(ids[0])) == len(told(ids[-1])) == 1
