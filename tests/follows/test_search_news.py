"""Who follows a search is told once of each case that comes into it, whatever index a node has."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update

from hub.cases.content import text_of
from hub.cases.events import CasePublished, CaseRevised
from hub.cases.models import CLAUSE, CaseRevision, CaseStudy, CaseTag
from hub.cases.service import content_of, save_case
from hub.cases.service.moving import move_case
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position, record
from hub.core.outbox import OutgoingMail
from hub.follows import jobs, reached, service
from hub.follows.models import SEARCH, Follow, SavedSearch
from hub.follows.searches import read_search, search_key, spelled
from hub.people.models import User
from hub.search import percolate
from tests.cases.factory import make_case
from tests.follows.acts import follow, happen, publish, read_on, start_reader, told
from tests.people.accounts import make_user, sign_in


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def watch(user_id: int, **search: Any) -> str:
    """Let a person follow a search; returns its key."""
    query = urlencode(search, doseq=True)
    with transaction():
        service.follow_search(query, by=db.session.get_one(User, user_id), now=clock.now())
    return search_key(spelled(read_search(query)))


def news(user_id: int) -> list[tuple[str, str, str]]:
    return [(row.event, row.because["kind"], row.because["key"]) for row in told(user_id)]


def change(slug: str, by: int, *, is_small: bool = False, **values: Any) -> None:
    """Publish a change of a case by the service, and let the reader run."""
    with transaction():
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
        text = replace(text_of(case), **values)
        author = db.session.get_one(User, by)
        save_case(slug, text, case.version, by=author, now=clock.now(), note="Changed", is_small=is_small)
    read_on()


@pytest.mark.parametrize(
    ("search", "is_told"),
    [
        ({"q": "quincunx"}, True),
        ({"q": "QUINCUNXES gwangju"}, True),
        ({"q": "title:quincunx"}, True),
        ({"q": "인권교육"}, True),
        ({"q": "quinc*", "principle": ["GP9", "GP8"], "city": "gwangju"}, True),
        ({"principle": "GP9", "country": "KR", "language": "en"}, True),
        ({"q": "quincunx NOT title"}, False),
        ({"q": "quincunx", "city": "graz"}, False),
        ({"q": "housing"}, False),
        ({"q": "quincunx", "year_from": 2000}, False),
    ],
)
def test_a_publication_reaches_the_searches_that_find_it(
    client: FlaskClient, search: dict[str, Any], is_told: bool
) -> None:
    user_id = make_user(client, "reader@example.org")
    key = watch(user_id, **search)
    publish("a-new-case", clauses=("GP9.1",), title="A quincunx title")
    read_on()
    assert news(user_id) == ([("CasePublished", SEARCH, key)] if is_told else [])


def test_of_many_follows_one_line_comes_and_things_go_before_searches(client: FlaskClient) -> None:
    reader, both = make_user(client, "reader@example.org"), make_user(client, "both@example.org")
    keys = [watch(reader, q="quincunx"), watch(reader, q="title"), watch(both, q="quincunx")]
    follow(both, ("principle", "GP8"))
    author = make_user(client, "author@example.org")
    watch(author, q="quincunx")
    case_id = publish("a-new-case", title="A quincunx title", by=author)
    late = make_user(client, "late@example.org")
    watch(late, q="quincunx")
    read_on()
    assert news(reader) == [("CasePublished", SEARCH, min(keys[:2]))]
    assert news(both) == [("CasePublished", "principle", "GP8")]
    assert news(author) == news(late) == [], "not who did it, nor who came later"
    happen(CasePublished(case_id))  # archived meanwhile, and opened again
    read_on()
    assert len(told(reader)) == 1
    assert len(told(both)) == 2
    assert len(told(late)) == 1


def test_a_change_that_brings_a_case_into_a_search_is_told_once(client: FlaskClient) -> None:
    reader = make_user(client, "reader@example.org")
    author = make_user(client, "author@example.org", city="graz")
    make_case("a-case")
    keys = {"word": watch(reader, q="quincunx"), "tag": watch(reader, principle="GP9")}
    watch(reader, q="came")  # found all along
    change("a-case", author, lessons="Nothing of note.", types=("participation",), groups=("youth",), started=2019)
    assert news(reader) == []
    change("a-case", author, is_small=True, lessons="A quincunx.")
    assert news(reader) == [("CaseRevised", SEARCH, keys["word"])]
    change("a-case", author, lessons="A quincunx, again.")
    change("a-case", author, lessons="None.")
    change("a-case", author, lessons="A quincunx once more.")
    assert len(news(reader)) == 1, "told once of each case and search"
    change("a-case", author, clauses=("GP9.1",))
    assert news(reader)[1:] == [("CaseRevised", SEARCH, keys["tag"])]


def test_without_an_earlier_version_it_is_told_once(client: FlaskClient) -> None:
    reader = make_user(client, "reader@example.org")
    case_id = publish("a-new-case", title="A quincunx title")
    read_on()
    watch(reader, q="quincunx")
    for _ in range(2):
        happen(CaseRevised(case_id))
        read_on()
    assert len(told(reader)) == 1


def test_a_case_given_to_another_city_comes_into_the_searches_of_that_city(client: FlaskClient) -> None:
    reader, boss = sign_in(client, "reader@example.org"), make_user(client, "boss@example.org", is_organizer=True)
    make_case("a-case", city=None, country="AT")
    keys = [watch(reader, city="gwangju"), watch(reader, city="gwangju", q="came"), watch(reader, country="KR")]
    watch(reader, q="came")
    watch(reader, city="graz")
    for city in ("graz", "gwangju"):
        with transaction():
            case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == "a-case")).one()
            move_case("a-case", case.version, city, "It is theirs", by=db.session.get_one(User, boss), now=clock.now())
        read_on()
    assert [row[0] for row in news(reader)] == ["CaseMoved", "CaseMoved"]
    assert news(reader)[1][2] == min(keys)
    page = client.get("/notifications").text
    assert re.search(r"“<a [^>]+>A case</a>” now belongs to Gwangju", page)
    assert re.search(r"because you follow <a [^>]+>“came” · Gwangju</a>", page)
    with transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "a-case").values(city_id=None))
    assert "now belongs to South Korea as a whole" in client.get("/notifications").text


def test_notifications_and_mail_name_the_search_by_its_chips(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    user_id = sign_in(client, "reader@example.org", language="ko")
    key = watch(user_id, q="quincunx", city="gwangju")
    publish("a-new-case", title="A quincunx title")
    read_on()
    jobs.send_waiting(clock.now(), ("en", "ko"), whatever_the_hour=True)
    page = client.get("/notifications?lang=en").text
    assert "“quincunx” · Gwangju" in page
    assert 'href="/cases/?q=quincunx&amp;city=gwangju"' in page
    assert page.count('action="/unfollow"') == 1
    (mail,) = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("digest:"))).all()
    assert "quincunx" in mail.text.split("A quincunx title")[0]
    assert "광주" in mail.text
    assert "/cases/?q=quincunx" in mail.html
    with transaction():
        service.unfollow(SEARCH, key, by=db.session.get_one(User, user_id), now=clock.now())
    page = client.get("/notifications?lang=en").text
    assert "because of a search you followed" in page
    assert "no longer public" not in page


def test_drafts_and_what_was_taken_back_are_never_asked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = make_user(client, "reader@example.org")
    watch(reader, q="quincunx")
    case_id = publish("taken-back", title="A quincunx title", state="draft")
    monkeypatch.setattr(reached, "finding", lambda *_given: pytest.fail("asked"))
    happen(CaseRevised(case_id))
    read_on()
    assert told(reader) == []


def test_what_a_case_was_leaves_nothing_in_the_session(session: Any) -> None:
    case = make_case("a-case")
    with transaction():
        position = happen_inside(case.id)
    entry = db.session.get_one(LogEntry, position)
    former = reached.case_before(db.session.get_one(CaseStudy, case.id), entry)
    assert former is not None
    assert former.title == "A case"
    assert former not in db.session
    assert not db.session.new
    assert db.session.scalar(select(func.count()).where(CaseTag.case_id == case.id, CaseTag.scheme == CLAUSE)) == 1


def happen_inside(case_id: int) -> int:
    """Keep a version of a case that says something else, and its entry; returns the position."""
    case = db.session.get_one(CaseStudy, case_id)
    case.title = "Another title"
    db.session.flush()
    now = clock.now()
    db.session.add(CaseRevision(case_id=case.id, number=9, content=content_of(case), recorded_at=now))
    record(CaseRevised(case.id), by=None, now=now)
    return head_position() + 1


def test_thousands_of_searches_cost_few_statements_and_one_index(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, many = clock.now(), 5000
    with transaction():
        people = [
            User(email=f"reader-{number}@example.org", name="A reader", password_hash="-", created_at=now)
            for number in range(100)
        ]
        db.session.add_all(people)
        db.session.flush()
        queries = [f"q=quincunx+OR+word{number}" if number < 600 else f"q=seldom{number}" for number in range(many)]
        db.session.add_all(SavedSearch(key=search_key(query), query=query, created_at=now) for query in queries)
        db.session.add_all(
            Follow(user_id=people[number % 100].id, kind=SEARCH, key=search_key(query), created_at=now)
            for number, query in enumerate(queries)
        )
        ids = [person.id for person in people]
    made: list[Any] = []
    index = percolate.MemoryIndex
    monkeypatch.setattr(percolate, "MemoryIndex", lambda given: made.append(given) or index(given))
    publish("a-new-case", title="A quincunx title")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        read_on()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert len(made) == 1
    assert len([statement for statement in statements if "saved_search" in statement]) == 1
    assert len([statement for statement in statements if "follow" in statement]) <= 4
    assert len(statements) < 50
    assert [len(told(each)) for each in (ids[0], ids[-1])] == [1, 1]
