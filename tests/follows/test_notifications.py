"""The page of news: in the reader's words, with the reason and the way to stop, read when she says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, insert, update

from hub.cases.events import CaseRevised
from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Unavailable
from hub.core.log import LogEntry, head_position
from hub.follows import service
from hub.follows.models import Notification
from hub.follows.queries import follows_of, newest_notifications, unread_count
from tests.follows.acts import follow, happen, press, publish, read_on, record_status, start_reader
from tests.follows.between import adapt
from tests.people.accounts import make_user, sign_in


@pytest.fixture
def reader_id(client: FlaskClient) -> int:
    """A person signed in, with the reader at the head of the log."""
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context():
        start_reader()
    return user_id


def words(client: FlaskClient, path: str = "/notifications") -> str:
    html = client.get(path).text
    return " ".join(re.sub(r"<[^>]+>", "", html[html.index("<main") :]).split())


def test_nothing_yet_says_why_and_what_to_do(client: FlaskClient, reader_id: int) -> None:
    assert "You follow nothing yet" in words(client)
    press(client, "/follow", kind="city", id="gwangju")
    assert "Nothing has happened since" in words(client)
    assert "/notifications/read" not in client.get("/notifications").text


def test_each_line_says_what_why_and_how_to_stop(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"), ("principle", "GP8"), ("commitment", "C4.1"))
        publish("from-utrecht", city="utrecht", title="Rights on Wheels & <b>Bikes</b>", language="nl")
        publish("from-gwangju", city="gwangju", title="인권", language="ko", is_compiled=True)
        publish("from-nowhere", city=None, title="A programme")
        record_status("graz", "C4.1")
        read_on()
    html, text = client.get("/notifications").text, words(client)
    assert "Utrecht published “Rights on Wheels &amp; &lt;b&gt;Bikes&lt;/b&gt;”" in text
    assert '<a href="/cases/from-utrecht" lang="nl" dir="auto">' in html
    assert "New about Gwangju: “인권”" in text  # the city did nothing itself
    assert "New from South Korea: “A programme”" in text
    assert "On record of Graz: C4.1" in text
    assert "because you follow GP8" in text
    assert "because you follow Gwangju" in text
    assert html.count("<h1") == 1
    assert "4 are new." in text
    assert html.count('action="/unfollow"') == 4
    press(client, "/unfollow", kind="principle", id="GP8", next="/notifications")
    assert "because you followed GP8" in words(client)
    assert client.get("/notifications").text.count('action="/unfollow"') == 2


def test_a_city_that_recorded_it_is_named_as_doing_so(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        other = make_user(client, "coordinator@example.org", city="utrecht")
        follow(reader_id, ("city", "utrecht"))
        record_status("utrecht", "C4.1", by=other, is_demo=True)
        read_on()
    text = words(client)
    assert re.search(r"Utrecht recorded C4\.1 .+: Operating Demo", text)


def test_words_follow_the_language_of_the_reader(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        record_status("gwangju", "C4.1")
        read_on()
    assert "광주" in words(client, "/notifications?lang=ko")


def test_what_is_gone_is_shown_without_its_name(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"), ("case", "soon-closed"))
        case_id = publish("soon-closed", title="Unspoken plan")
        publish("soon-archived", title="An old plan")
        read_on()
        with transaction():
            db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=DRAFT, city_id=None))
            db.session.execute(update(CaseStudy).where(CaseStudy.slug == "soon-archived").values(state=ARCHIVED))
    text = words(client)
    assert "Unspoken" not in client.get("/notifications").text
    assert "This is no longer public" in text
    assert "An old plan" in text
    with client.application.app_context(), transaction():
        db.session.execute(update(Notification).values(subject_id=2_000_000, event="SomethingElse"))
    assert words(client).count("This is no longer public") == 2


def test_marked_as_read_is_what_she_has_seen_and_needs_no_mail(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        publish("first")
        read_on()
    up_to = re.search(r'name="up_to" value="(\d+)"', client.get("/notifications").text)
    assert up_to
    with client.application.app_context():
        publish("meanwhile")
        read_on()
        assert unread_count(reader_id) == 2
    assert press(client, "/notifications/read", up_to=up_to[1]).location == "/notifications"
    with client.application.app_context():
        assert unread_count(reader_id) == 1
        newest, oldest = newest_notifications(reader_id, 5)
        assert (newest.mailed_at, newest.read_at) == (None, None)
        assert oldest.mailed_at == oldest.read_at is not None
        assert len(newest_notifications(reader_id, 1)) == 1
        assert [row.key for row in follows_of(reader_id)] == ["gwangju"]


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "1.5", "\x00", "２"])
def test_what_is_no_number_is_refused(client: FlaskClient, reader_id: int, up_to: str) -> None:
    assert press(client, "/notifications/read", up_to=up_to).status_code == 400


def test_others_news_stay_others(client: FlaskClient, reader_id: int) -> None:
    other = client.application.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(other, "other@example.org")
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        publish("first", title="Only for the reader")
        read_on()
        position = newest_notifications(reader_id, 1)[0].position
    assert "Only for the reader" not in other.get("/notifications").text
    press(other, "/notifications/read", up_to=str(position))
    with client.application.app_context():
        assert unread_count(reader_id) == 1


def test_many_are_paged_and_cost_a_handful_of_questions(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        case_id, now = publish("first"), clock.now()
        follow(reader_id, ("case", "first"), ("city", "gwangju"))
        happen(CaseRevised(case_id))
        record_status("gwangju", "C4.1")
        read_on()
        few = statements(lambda: client.get("/notifications"))
        same = {"event": "CaseRevised", "topic": "cases", "subject_id": case_id, "thing": f"case:{case_id}"}
        because = {"kind": "case", "key": "first"}
        with transaction():
            db.session.execute(
                insert(Notification),
                [
                    {"user_id": reader_id, "position": -number, "because": because, "created_at": now, **same}
                    for number in range(10_000)
                ],
            )
        assert statements(lambda: client.get("/notifications")) <= few <= 30
    page = words(client)
    assert "10002 are new." in page
    assert "“Title of first” was revised 29 times" in page
    assert page.count("because you follow") == 2
    assert words(client, "/notifications?page=334").count("was revised 12 times") == 1
    assert client.get("/notifications?page=335").status_code == 404
    assert client.get("/notifications?page=x").status_code == 400
    assert len(client.get("/notifications").data) < 60_000


def test_those_of_one_thing_and_day_stand_together_under_its_name(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("case", "a-fair"), ("country", "KR"))
        record_status("gwangju", "C4.1")
        case_id = publish("a-fair", title="A fair", language="nl")
        adapt("utrecht", case_id)
        publish("a-street", title="A street")
        happen(CaseRevised(case_id))
        read_on()
        with transaction():
            status = update(Notification).where(Notification.event == "StatusRecorded")
            db.session.execute(status.values(created_at=clock.now() - timedelta(days=3)))
    html, text = client.get("/notifications").text, words(client)
    assert text.index("A fair New: “A fair” was revised") < text.index("Utrecht considers taking up “A fair”")
    assert html.count('<h3><a href="/cases/a-fair" lang="nl" dir="auto">A fair</a></h3>') == 1
    assert text.count("because you follow A fair") == 1
    assert text.count("because you follow South Korea") == 2
    assert html.count("<h2") == 2
    assert text.count("Hear nothing more of this: A fair") == 1
    press(client, "/mute", kind="case", id="a-fair", next="/notifications")
    assert "Hear of it again: A fair" in words(client)


def test_opened_is_read_with_all_of_its_thing_and_leads_there(client: FlaskClient, reader_id: int) -> None:
    other = client.application.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(other, "other@example.org")
    with client.application.app_context():
        follow(reader_id, ("case", "a-fair"), ("city", "gwangju"))
        case_id = publish("a-fair")
        happen(CaseRevised(case_id))
        publish("a-street")
        read_on()
        numbers = [row.id for row in newest_notifications(reader_id, 3)]
    assert press(other, f"/notifications/{numbers[1]}/open").status_code == 404
    assert press(client, "/notifications/2147483647/open").status_code == 404
    assert press(client, f"/notifications/{numbers[1]}/open").location == "/cases/a-fair"
    with client.application.app_context():
        head = head_position()
        street, *fair = newest_notifications(reader_id, 3)
        assert [row.read_at for row in fair] == [row.mailed_at for row in fair] != [None, None]
        assert (street.read_at, street.mailed_at) == (None, None)
        assert db.session.get_one(LogEntry, head).kind == "NotificationsRead"
    press(client, f"/notifications/{numbers[1]}/open")
    with client.application.app_context(), transaction():
        assert head_position() == head, "read once, nothing changes"
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "a-street").values(state=DRAFT, city_id=None))
    assert press(client, f"/notifications/{numbers[0]}/open").location == "/notifications", "it is gone"


def test_what_stood_on_the_page_was_seen_even_when_that_cannot_be_written(
    client: FlaskClient, reader_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        publish("a-fair")
        read_on()
        head = head_position()

    def busy(*_arguments: object) -> None:
        raise Unavailable("The record is busy.")

    with monkeypatch.context() as patched:
        patched.setattr(service, "mark_seen", busy)
        assert client.get("/notifications").status_code == 200
    client.head("/notifications")
    assert seen(client, reader_id) == [False]
    client.get("/notifications")
    assert seen(client, reader_id) == [True]
    with client.application.app_context():
        assert head_position() == head, "having looked leaves no trace"
        assert unread_count(reader_id) == 1


def seen(client: FlaskClient, user_id: int) -> list[bool]:
    with client.application.app_context():
        return [row.seen_at is not None for row in newest_notifications(user_id, 9)]


def statements(work: Callable[[], object]) -> int:
    """Return how many questions some work asks the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        found.append(statement)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return len([each for each in found if "SAVEPOINT" not in each])


def test_the_desk_may_ask_for_the_newest(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        publish("first", title="For the desk")
        read_on()
    assert "For the desk" in client.get("/desk").text
