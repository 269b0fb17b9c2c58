"""Following by mail without an account: asked, confirmed, changed, stopped; and no trace afterwards."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import NotFound
from hub.core.log import LogEntry, head_position
from hub.core.outbox import OutgoingMail
from hub.follows import queries, service
from hub.follows.jobs import forget_wishes
from hub.follows.models import Follow, MailChoice, Notification, SavedSearch, Subscriber, SubscriptionWish
from hub.follows.tokens import (
    Who,
    manage_token,
    read_manage_token,
    read_stop_token,
    read_unsubscribe_token,
    stop_token,
    unsubscribe_token,
)
from tests.follows.acts import publish, read_on, start_reader
from tests.follows.subscribers import (
    READER,
    confirm_path,
    followed,
    mails,
    send,
    subscribe,
    wish,
    wish_page,
)
from tests.people.accounts import make_user

OF_HERS = (Subscriber, SubscriptionWish, MailChoice)


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def kinds_after(position: int) -> list[tuple[str, int | None]]:
    query = select(LogEntry.kind, LogEntry.actor_id).where(LogEntry.position > position).order_by(LogEntry.position)
    return [(kind, actor) for kind, actor in db.session.execute(query)]


def test_one_asks_confirms_and_follows(client: FlaskClient) -> None:
    page = client.get("/follow?kind=city&id=gwangju").text
    assert 'href="/follow/mail?kind=city&amp;id=gwangju"' in page
    assert "/follow/mail" not in client.get("/follow?kind=news&id=all").text
    with client.application.app_context():
        before = head_position()
    answer = wish(client, "city", "gwangju", "  Reader@Elsewhere.Example ", frequency="weekly", time_zone="Asia/Seoul")
    assert (answer.status_code, answer.location) == (303, "/follow/mail/sent")
    assert client.get(answer.location).text.count("<h1") == 1
    mail = mails(client)[0]
    assert mail.subject == "Confirm that you want to hear of Gwangju"
    assert "account here" not in mail.text + mail.html
    path = confirm_path(client)
    opened = client.get(path)
    assert (opened.status_code, opened.headers["Cache-Control"]) == (200, "no-store")
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert [word for word in (READER, "Weekly, on Mondays", "Asia/Seoul", "Gwangju") if word not in opened.text] == []
    assert followed(client) == []  # opening changes nothing
    done = send(client, path, path)
    assert done.status_code == 303
    assert followed(client) == [("city", "gwangju")]
    with client.application.app_context():
        assert kinds_after(before) == [("SubscriptionAsked", None), ("Subscribed", None)]
        row = db.session.scalars(select(Subscriber)).one()
        assert (row.email, row.language, row.time_zone) == (READER, "en", "Asia/Seoul")
        assert set(queries.frequencies_of(subscriber_id=row.id).values()) == {"weekly"}
        assert count(SubscriptionWish) == 0
    managed = client.get(done.location)
    assert "Your address is confirmed" in managed.text
    assert managed.headers["Cache-Control"] == "no-store"
    assert client.get(path).status_code == 404  # the same link once more: kind words, no form
    assert "<form" not in client.get(path).text
    assert "leads nowhere any more" in client.get(path).text


def test_it_is_written_in_the_readers_language_with_the_zone_most_of_its_readers_are_in(client: FlaskClient) -> None:
    for language, zone in (("ko", "Asia/Seoul"), ("en", "UTC")):
        html = client.get(f"{wish_page('city', 'gwangju')}&lang={language}").text
        assert f'<option value="{zone}" selected>' in html
    client.get("/?lang=ko")
    wish(client, "city", "gwangju")
    assert "광주" in mails(client)[0].subject
    assert "?lang=ko" in mails(client)[0].text
    with client.application.app_context():
        kept = db.session.scalars(select(SubscriptionWish)).one()
        assert (kept.language, kept.time_zone) == ("ko", "Asia/Seoul")


def test_the_answer_says_nothing_of_the_address_and_three_mails_a_day_are_enough(client: FlaskClient) -> None:
    make_user(client, "member@example.org")
    answers = [wish(client, "city", "gwangju", "member@example.org")]
    answers += [wish(client, "principle", code, READER) for code in ("GP1", "GP2", "GP3", "GP4", "GP5")]
    assert {(each.status_code, each.location) for each in answers} == {(303, "/follow/mail/sent")}
    assert "This address has an account here" in mails(client, "member@example.org")[0].text
    assert len(mails(client)) == 3
    with client.application.app_context(), transaction():
        db.session.execute(update(SubscriptionWish).values(asked_at=clock.now() - timedelta(days=1, minutes=1)))
    wish(client, "principle", "GP6")
    assert len(mails(client)) == 4
    path = confirm_path(client, "member@example.org")
    assert send(client, path, path).status_code == 303  # it works for a member's address too
    assert followed(client, "member@example.org") == [("city", "gwangju")]


def test_a_member_and_a_visitor_who_send_too_often_wait(client: FlaskClient) -> None:
    form = {"kind": "city", "id": "gwangju", "frequency": "daily", "time_zone": "UTC"}
    html = client.get(wish_page("city", "gwangju")).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert token
    answers = [
        client.post("/follow/mail", data=form | {"csrf_token": token[1], "email": f"a{number}@elsewhere.example"})
        for number in range(6)
    ]
    assert [each.status_code for each in answers] == [303] * 5 + [429]


BAD: list[tuple[dict[str, str], str]] = [
    ({"email": "nobody"}, "This is not an e-mail address"),
    ({"email": ""}, "This is needed"),
    ({"email": "a" * 300 + "@b.example"}, "Write at most 254"),
    ({"email": "a\x00@b.example"}, "cannot be shown"),
    ({"frequency": "never"}, "Choose one of the list"),
    ({"frequency": "<script>alert(1)</script>"}, "Choose one of the list"),
    ({"time_zone": "Mars/Olympus"}, "Choose one of the list"),
    ({"csrf_token": "old"}, "open for too long"),
]


def test_what_cannot_be_is_named_and_what_was_typed_is_kept(client: FlaskClient) -> None:
    for values, message in BAD:
        answer = wish(client, "city", "gwangju", **({"email": "kept@elsewhere.example"} | values))  # type: ignore[arg-type]
        assert answer.status_code == 400, values
        assert message in answer.text, values
        assert "<script>alert" not in answer.text
        assert "email" in values or "kept@elsewhere.example" in answer.text
    good = dict.fromkeys(("email",), READER) | {"frequency": "daily", "time_zone": "UTC"}
    for kind, name, status in (
        ("city", "atlantis", 404), ("news", "all", 400), ("", "x", 400), ("city", "", 400), ("city", "\x00", 400),
        ("country", "QQ", 404), ("question", "9", 404), ("question", "9" * 30, 404), ("source", "no-such", 404),
        ("search", "page=2", 400), ("city", "x" * 5000, 404),
    ):  # fmt: skip
        sent = {"kind": kind, "query" if kind == "search" else "id": name}
        assert client.post("/follow/mail", data=good | sent).status_code == status, (kind, name)
        assert client.get("/follow/mail", query_string=sent).status_code in (status, 400)
    with client.application.app_context():
        assert count(SubscriptionWish) == count(OutgoingMail) == 0


def test_following_more_uses_the_same_row_and_what_was_said_last_counts(client: FlaskClient) -> None:
    first = subscribe(client, "city", "gwangju", frequency="daily")
    again = subscribe(client, "search", "q=housing&page=2", frequency="at_once", time_zone="Europe/Paris")
    assert first == again == subscribe(client, "city", "gwangju", frequency="at_once", time_zone="Europe/Paris")
    keys = followed(client)
    assert [kind for kind, _key in keys] == ["city", "search"]
    with client.application.app_context():
        row = db.session.scalars(select(Subscriber)).one()
        assert row.time_zone == "Europe/Paris"
        assert set(queries.frequencies_of(subscriber_id=row.id).values()) == {"at_once"}
        assert db.session.scalars(select(SavedSearch.query)).all() == ["q=housing"]
    html = client.get(first).text
    assert "“housing”" in html
    assert html.count(f'action="{first}/stop"') == 2


def test_she_changes_how_mail_comes_and_stops_one_and_all(client: FlaskClient) -> None:
    page = subscribe(client, "city", "gwangju")
    subscribe(client, "search", "q=housing")
    subscribe(client, "country", "KR")
    with client.application.app_context():
        number = read_manage_token(page.rpartition("/")[2])
        with transaction():
            db.session.execute(update(MailChoice).values(paused_at=clock.now(), paused_why="550 no such user"))
        before = head_position()
    assert "is paused" in client.get(page).text
    changed = send(client, page, page, language="ko", time_zone="Asia/Seoul", cases="never", news="weekly")
    assert (changed.status_code, changed.location) == (303, page)
    assert "is paused" not in client.get(page).text
    bad = send(client, page, page, language="xx", cases="hourly")
    assert bad.status_code == 400
    with client.application.app_context():
        wanted = queries.frequencies_of(subscriber_id=number)
        assert (wanted["cases"], wanted["news"], wanted["exchange"]) == ("never", "weekly", "daily")
        row = queries.get_subscriber(number)
        assert (row.language, row.time_zone) == ("ko", "Asia/Seoul")
        assert kinds_after(before) == [("SubscriptionChanged", None)]
        before = head_position()
    for _press in range(2):
        stop = client.get(page).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', stop)
        assert token
        sent = {"csrf_token": token[1], "kind": "city", "id": "gwangju"}
        assert client.post(f"{page}/stop", data=sent).location == page
    assert [kind for kind, _key in followed(client)] == ["search", "country"]
    wish(client, "city", "utrecht")
    assert send(client, page, f"{page}/end").location == "/follow/mail/ended"
    assert client.get("/follow/mail/ended").text.count("<h1") == 1
    assert client.get(page).status_code == 404
    with client.application.app_context():
        ended = [kind for kind, _actor in kinds_after(before)]
        assert ended == ["SubscriptionEnded", "SubscriptionAsked", "SubscriptionEnded"]
        for model in (*OF_HERS, SavedSearch):
            assert count(model) == 0, model
        assert db.session.scalar(select(func.count()).where(Follow.subscriber_id.is_not(None))) == 0
    assert mails(client) == []
    assert client.post(f"{page}/end", data={"csrf_token": token[1]}).status_code == 303  # gone already: nothing more


def test_stopping_the_last_one_leaves_nothing_and_takes_back_what_waits(client: FlaskClient) -> None:
    page = subscribe(client, "city", "gwangju")
    subscribe(client, "principle", "GP8")
    with client.application.app_context():
        start_reader()
        publish("new-one", clauses=("GP1.1",))
        publish("new-two", city="utrecht")
        read_on()
        waiting = select(Notification.because).where(Notification.subscriber_id.is_not(None)).order_by(Notification.id)
        assert [each["kind"] for each in db.session.scalars(waiting)] == ["city", "principle"]
        number = read_manage_token(page.rpartition("/")[2])
        with transaction():
            service.stop_subscription(number, "city", "gwangju", clock.now())
        assert [each["kind"] for each in db.session.scalars(waiting)] == ["principle"]
        with transaction():
            service.stop_subscription(number, "principle", "GP8", clock.now())
        for model in OF_HERS:
            assert count(model) == 0, model
        assert list(db.session.scalars(waiting)) == []
        with transaction():
            service.stop_subscription(number, "principle", "GP8", clock.now())
        with pytest.raises(NotFound), transaction():
            service.change_subscription(number, language="en", time_zone="UTC", now=clock.now())


def test_a_wish_runs_out_and_is_forgotten(client: FlaskClient) -> None:
    wish(client, "city", "gwangju")
    path = confirm_path(client)
    old = clock.now() - timedelta(days=3, minutes=1)
    with client.application.app_context(), transaction():
        db.session.execute(update(SubscriptionWish).values(asked_at=old))
    assert client.get(path).status_code == 404
    wish(client, "city", "utrecht")
    with client.application.app_context():
        setting: Any = type("Setting", (), {"clock": staticmethod(clock.now)})
        before = head_position()
        assert forget_wishes(setting) == 1
        assert forget_wishes(setting) == 0
        assert [kind for kind, _actor in kinds_after(before)] == ["SubscriptionsForgotten"]
        assert db.session.scalars(select(SubscriptionWish.key)).all() == ["utrecht"]


def test_what_is_gone_meanwhile_is_not_followed(client: FlaskClient) -> None:
    with client.application.app_context():
        publish("soon-gone")
    wish(client, "case", "soon-gone")
    path = confirm_path(client)
    token = client.get(path).text
    with client.application.app_context(), transaction():
        db.session.execute(update(SubscriptionWish).values(key="never-there"))
    found = re.search(r'name="csrf_token" value="([^"]+)"', token)
    assert found
    assert client.post(path, data={"csrf_token": found[1]}).status_code == 404
    assert followed(client) == []


def test_two_wishes_of_one_address_are_confirmed_at_once(committing_app: Flask) -> None:
    """Each press has a connection of its own; one wish is pressed twice."""
    client = committing_app.test_client()
    tokens = []
    with committing_app.app_context():
        for code in ("GP1", "GP2"):
            said = service.Wish("both@elsewhere.example", "principle", code, "", "daily", "en", "UTC")
            with transaction():
                kept = service.ask_to_subscribe(said, clock.now())
                assert kept
                tokens.append(kept[1])
    start, outcomes = threading.Barrier(4), []

    def press(token: str) -> None:
        with committing_app.app_context():
            start.wait(20)
            try:
                with transaction():
                    outcomes.append(service.confirm_subscription(token, clock.now()))
            except NotFound:
                outcomes.append(0)

    threads = [threading.Thread(target=press, args=(token,)) for token in tokens * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = followed(client, "both@elsewhere.example")
    with committing_app.app_context():
        number = db.session.scalars(select(Subscriber.id).where(Subscriber.email == "both@elsewhere.example")).one()
        with transaction():  # what is committed here outlives the test
            service.end_subscription(number, clock.now())
            db.session.execute(delete(SubscriptionWish))
    assert sorted(outcomes) == [0, 0, number, number]
    assert sorted(found) == [("principle", "GP1"), ("principle", "GP2")]


def test_a_token_opens_only_what_it_was_made_for(client: FlaskClient) -> None:
    page = subscribe(client, "city", "gwangju")
    with client.application.test_request_context():
        manage, reader = manage_token(7), Who(None, 7)
        ending = unsubscribe_token(subscriber_id=7)
        assert read_manage_token(manage) == 7
        assert read_unsubscribe_token(ending) == reader
        assert read_unsubscribe_token(unsubscribe_token(user_id=7)) == Who(7, None)
        stop = stop_token(reader, "case", "광주-" * 20)
        assert read_stop_token(stop) == (reader, "case", "광주-" * 20)
        wrong = [manage, ending, stop, "", "x", "x.y", "é" * 40, "a" * 2000, manage[:-1], f"{manage}x"]
        for read, own in ((read_manage_token, manage), (read_unsubscribe_token, ending), (read_stop_token, stop)):
            for token in wrong:
                if token != own:
                    with pytest.raises(NotFound):
                        read(token)
    for path in ("/follow/mail/x", f"/follow/mail/{ending}", "/follow/mail/confirm/x", f"{page}x"):
        assert client.get(path).status_code == 404
    for path in (f"/follow/mail/{ending}/end", f"/follow/mail/{ending}/stop", f"/follow/mail/{ending}"):
        assert client.post(path).status_code in (400, 404)
    assert followed(client) == [("city", "gwangju")]
