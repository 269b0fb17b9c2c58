"""What happened in words, when they are read; what is gone or closed to the reader is not named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update

from hub.cases.models import DRAFT, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.exchange.models import WAITING, Adaptation, Question, Reply
from hub.feeds import service as feeds
from hub.feeds.models import FeedEntry
from hub.follows.told import group_lines, lines_of, name_heads
from hub.people.models import User
from hub.web.locale import speaking
from tests.follows.acts import follow, publish, read_on, record_status, start_reader, told
from tests.follows.between import adapt, answer, ask, comment, reply, stories, subscribe, told_by_mail, translate
from tests.people.accounts import make_user

EVERYTHING = (
    ("case", "a-fair"), ("city", "utrecht"), ("city", "gwangju"), ("source", "a-source"), ("commitment", "C4.1"),
)  # fmt: skip
GONE = ""


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def words(user_id: int, language: str = "en") -> list[str]:
    """Return what a person was told, oldest first."""
    read_on()
    with speaking(language):
        return [line.news.text if line.news else GONE for line in lines_of(told(user_id), _user(user_id))]


def _user(user_id: int) -> User:
    return db.session.get_one(User, user_id)


def test_adaptations_and_comments(client: FlaskClient) -> None:
    own, reader = make_user(client, "own@example.org", city="gwangju"), make_user(client, "reader@example.org")
    taker = make_user(client, "taker@example.org", city="utrecht")
    case_id = publish("a-fair", title="A <b>fair</b>")
    follow(reader, *EVERYTHING)
    start_reader()
    for state in ("considering", "adapting", "running", "stopped"):
        number = adapt("utrecht", case_id, state, by=taker)
    adapt("graz", case_id, "running", source_title="A report", source_url="https://example.org/")
    adapt("utrecht", None, "running", by=taker, origin_title="A tram", origin_place="Karlsruhe", is_demo=True)
    comment(number, "utrecht", by=taker)
    assert words(reader) == [
        "Utrecht considers taking up “A <b>fair</b>”",
        "Utrecht is taking up “A <b>fair</b>”",
        "Utrecht took up “A <b>fair</b>” and runs it",
        "Utrecht stopped what it took up from “A <b>fair</b>”",
        "Graz took up “A <b>fair</b>” and runs it (documented by A report)",
        "Utrecht took up “A tram” and runs it",
    ]
    lines = lines_of(told(reader), _user(reader))
    assert [line.news.is_demo for line in lines if line.news] == [False] * 5 + [True]
    html = f'<a href="/exchange/adaptations/{number}" lang="en" dir="auto">A &lt;b&gt;fair&lt;/b&gt;</a>'
    assert lines[0].news is not None
    assert lines[0].news.html() == f"Utrecht considers taking up “{html}”"
    assert words(own)[-1] == "Utrecht commented on how “A <b>fair</b>” is taken up"
    with transaction():
        db.session.execute(update(Adaptation).where(Adaptation.id == number).values(removed_at=clock.now()))
    assert words(reader)[:5] == [*[GONE] * 4, "Graz took up “A <b>fair</b>” and runs it (documented by A report)"]
    assert words(own)[-1] == GONE
    with transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=DRAFT))
    assert words(reader)[4] == GONE


def test_questions_and_answers(client: FlaskClient) -> None:
    own, asker = (
        make_user(client, "own@example.org", city="gwangju"),
        make_user(client, "asker@example.org", city="graz"),
    )
    reader, boss = make_user(client, "reader@example.org"), make_user(client, "boss@example.org", is_organizer=True)
    case_id = publish("a-fair", title="A fair")
    follow(reader, *EVERYTHING)
    start_reader()
    number = ask(case_id, by=asker, city="graz", is_demo=True)
    ask(case_id, by=boss)
    ask(case_id, by=asker, city="graz", kind="mentoring")
    ask(case_id, by=boss, kind="mentoring")
    between = ask(case_id, by=asker, city="graz", is_between_cities=True)
    answer(number, by=own, city="gwangju")
    answer(number, by=asker, city="graz", is_by_city=False)
    answer(number, by=boss)
    public = [
        "Graz asked a question about “A fair”",
        "Somebody asked a question about “A fair”",
        "Graz wishes for mentoring on “A fair”",
        "Somebody wishes for mentoring on “A fair”",
    ]
    assert words(reader) == [
        *public,
        "Gwangju answered a question about “A fair”",
        "More was said to a question about “A fair”",
        "A question about “A fair” was answered",
    ]
    assert words(own) == [*public, public[0], "More was said to a question about “A fair”"]
    assert words(asker) == [
        "Gwangju answered your question about “A fair”",
        "Your question about “A fair” was answered",
    ]
    assert words(boss)[0] == public[2], "mentoring reaches organizers"
    lines = lines_of(told(own), _user(own))
    assert lines[0].news is not None
    assert (lines[0].news.url, lines[0].news.is_demo) == (f"/exchange/questions/{number}", True)
    closed = lines_of([row for row in told(own) if row.subject_id == between], _user(reader))
    assert [line.news for line in closed] == [None], "whoever may not read it is told nothing of it"
    heads = name_heads([f"question:{number}", f"question:{between}", "question:2147483647"], _user(reader))
    assert list(heads) == [f"question:{number}"]
    with transaction():
        db.session.execute(update(Question).where(Question.id == number).values(removed_at=clock.now()))
    assert words(asker) == [GONE, GONE]


def test_replies(client: FlaskClient) -> None:
    reader, boss = make_user(client, "reader@example.org"), make_user(client, "boss@example.org", is_organizer=True)
    case_id, record_id = publish("a-fair", title="A fair"), record_status("gwangju", "C4.1")
    follow(reader, *EVERYTHING)
    start_reader()
    waiting = reply(case_id=case_id, state=WAITING)
    reply(record_id=record_id, state=WAITING)
    number = reply(case_id=case_id)
    reply(record_id=record_id)
    first, second = words(reader)
    assert first == "Tenants’ Union replied to “A fair”"
    assert re.fullmatch(r"Tenants’ Union replied to what Gwangju says of C4\.1 .+", second)
    asked, other = words(boss)
    assert asked == "Tenants’ Union asks for a reply beside “A fair”"
    assert re.fullmatch(r"Tenants’ Union asks for a reply beside C4\.1 .+, Gwangju", other)
    with transaction():
        db.session.execute(update(Reply).where(Reply.id == number).values(withdrawn_at=clock.now()))
        db.session.execute(update(Reply).where(Reply.id == waiting).values(state="declined"))
    assert (words(reader)[0], words(boss)[0]) == (GONE, GONE)


def test_news_and_translations_in_the_language_of_the_reader_and_for_who_has_no_account(client: FlaskClient) -> None:
    reader, boss = make_user(client, "reader@example.org"), make_user(client, "boss@example.org", is_organizer=True)
    case_id = publish("a-fair", title="A fair")
    follow(reader, *EVERYTHING)
    by_mail = subscribe(*EVERYTHING)
    start_reader()
    translate(case_id)
    numbers = stories("a-source", "one", "two", language="fr")
    (alone,) = stories("a-source", "three")
    with transaction():
        feeds.pin_story(alone, by=_user(boss), now=clock.now())
    expected = [
        "“A fair” can now be read in Korean",
        "2 new stories in News of a-source",
        "New in News of a-source: “three”",
        "Put first in the news: “three”, from News of a-source",
    ]
    assert words(reader) == expected
    lines = lines_of(told_by_mail(by_mail), None)
    assert [line.news.text for line in lines if line.news] == expected
    assert lines[1].news is not None
    assert lines[1].news.url == "/news/?source=a-source"
    with transaction():
        db.session.execute(update(FeedEntry).where(FeedEntry.id.in_([numbers[0], alone])).values(hidden_at=clock.now()))
    assert words(reader)[1:] == ["New in News of a-source: “two”", GONE, GONE]


def test_many_lines_cost_few_statements_and_stand_together_by_thing(client: FlaskClient) -> None:
    reader, taker = make_user(client, "reader@example.org"), make_user(client, "taker@example.org", city="utrecht")
    cities = ("gwangju", "suva", "graz", "barcelona", "utrecht")
    follow(reader, *(("city", city) for city in cities), ("source", "a-source"))
    start_reader()

    def happen_once(round_number: int) -> None:
        for city in cities:
            case_id = publish(f"{city}-{round_number}", city=city)
            record_status(city, "C4.1")
            adapt("utrecht", case_id, by=taker) if city != "utrecht" else None
        stories("a-source", f"{round_number}-one", f"{round_number}-two")

    def count() -> int:
        statements: list[str] = []
        rows, bind = told(reader), db.session.get_bind()
        me = _user(reader)

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            statements.append(statement)

        event.listen(bind, "before_cursor_execute", note)
        try:
            lines = lines_of(rows, me)
            heads = name_heads({line.thing for line in lines}, me)
        finally:
            event.remove(bind, "before_cursor_execute", note)
        groups = group_lines(lines, heads)
        assert [line for group in groups for line in group.lines if line.news is None] == []
        assert len({group.thing for group in groups}) == len(groups) < len(lines)
        return len(statements)

    happen_once(1)
    read_on()
    few = count()
    for round_number in (2, 3):
        happen_once(round_number)
    read_on()
    db.session.expire_all()
    assert count() <= few <= 30
