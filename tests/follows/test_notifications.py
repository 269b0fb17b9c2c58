"""The page of news: in the reader's words, with the reason and the way to stop, read when she says so."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.cases.events import CaseRevised
from hub.cases.models import ARCHIVED, DRAFT, CaseStudy
from hub.core.db import db, transaction
from hub.follows.models import Notification
from hub.follows.queries import follows_of, newest_notifications, unread_count
from tests.follows.acts import follow, happen, press, publish, read_on, record_status, start_reader
from tests.people.accounts import sign_in


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
        from tests.people.accounts import make_user

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


def test_many_are_paged(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        case_id = publish("first")
        follow(reader_id, ("case", "first"))
        for _ in range(35):
            happen(CaseRevised(case_id))
        read_on()
    assert client.get("/notifications").text.count("because you follow") == 30
    assert client.get("/notifications?page=2").text.count("because you follow") == 5
    assert client.get("/notifications?page=3").status_code == 404
    assert client.get("/notifications?page=x").status_code == 400


def test_the_desk_may_ask_for_the_newest(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"))
        publish("first", title="For the desk")
        read_on()
    assert "For the desk" in client.get("/desk").text


def test_the_daily_mail_is_turned_off_and_on(client: FlaskClient, reader_id: int) -> None:
    assert "Turn the daily mail off" in client.get("/following").text
    assert press(client, "/following/mail", digest="off").location == "/following#mail"
    assert "Turn the daily mail on" in client.get("/following").text
    assert press(client, "/following/mail", digest="perhaps").status_code == 400
    assert press(client, "/following/mail", digest="on").status_code == 303
    assert "Turn the daily mail off" in client.get("/following").text
