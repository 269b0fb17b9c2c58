"""The doors of mail: how often it comes, stopping it from a mail by one click, and trying an address again."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position
from hub.core.outbox import queue_mail
from hub.follows import letters, queries, service
from hub.follows.models import AT_ONCE, DAILY, NEVER, WEEKLY, Follow, Subscriber
from hub.follows.queries import ReaderKey
from hub.follows.tokens import Who, manage_token, stop_token
from hub.follows.topics import TOPICS
from tests.follows.acts import follow, press
from tests.follows.mailing import mails, subscriber
from tests.people.accounts import make_user, sign_in


def frequencies(client: FlaskClient, user_id: int) -> dict[str, str]:
    with client.application.app_context():
        return queries.frequencies_of(user_id=user_id)


def path_for(client: FlaskClient, **reader: int) -> str:
    with client.application.app_context():
        return letters.unsubscribe_path(**reader)


def stop_path(client: FlaskClient, kind: str, key: str, **reader: int | None) -> str:
    with client.application.app_context():
        who = Who(reader.get("user_id"), reader.get("subscriber_id"))
        return f"/unsubscribe/{stop_token(who, kind, key)}"


def kinds_since(client: FlaskClient, before: int) -> list[str]:
    with client.application.app_context():
        return list(db.session.scalars(select(LogEntry.kind).where(LogEntry.position > before)))


def head(client: FlaskClient) -> int:
    with client.application.app_context():
        return head_position()


def test_each_topic_is_chosen_for_itself(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    page = client.get("/following").text
    assert page.count("<select") == len(TOPICS)
    before = head(client)
    answer = press(client, "/following/mail", cases=AT_ONCE, news=NEVER)
    assert (answer.status_code, answer.location) == (303, "/following#mail")
    assert frequencies(client, user_id) == dict.fromkeys(TOPICS, DAILY) | {"cases": AT_ONCE, "news": NEVER}
    assert press(client, "/following/mail", cases=AT_ONCE).status_code == 303
    assert kinds_since(client, before) == ["MailChosen"]
    for bad in ({"cases": "hourly"}, {}, {"cases": "\0"}, {"cases": WEEKLY, "news": "<script>"}, {"digest": "on"}):
        answer = press(client, "/following/mail", **bad)
        assert answer.status_code == 400, bad
        assert "<script>" not in answer.text.partition("<main")[2]
    assert frequencies(client, user_id)["cases"] == AT_ONCE
    assert client.get("/following").text.count(" selected") == len(TOPICS)


def test_one_click_without_cookie_stops_it_and_opening_the_page_does_not(client: FlaskClient) -> None:
    user_id = make_user(client, "reader@example.org")
    path = path_for(client, user_id=user_id)
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.text.count('<form method="post">') == 1
    assert "csrf_token" not in page.text
    assert NEVER not in frequencies(client, user_id).values()
    before = head(client)
    program = client.application.test_client(use_cookies=False)
    for _ in range(2):
        answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "turn it on again" in answer.text
    assert set(frequencies(client, user_id).values()) == {NEVER}
    assert kinds_since(client, before) == ["MailChosen"]
    assert client.get(path).status_code == 200


def test_what_is_queued_goes_with_the_wish_for_it(client: FlaskClient, session: Any) -> None:
    user_id, other = make_user(client, "reader@example.org"), make_user(client, "other@example.org")
    with transaction():
        for each in (user_id, other):
            queue_mail(key=f"digest:{each}:1", to="a@example.org", subject="s", text="t", html="", now=clock.now())
    assert client.post(path_for(client, user_id=user_id)).status_code == 200
    assert [mail.key for mail in mails()] == [f"digest:{other}:1"]


def test_who_has_no_account_stops_by_one_click_and_nothing_is_kept(client: FlaskClient, session: Any) -> None:
    number = subscriber(("city", "gwangju"), ("principle", "GP8"))
    before = head(client)
    stop = stop_path(client, "principle", "GP8", subscriber_id=number)
    assert "GP8" in client.get(stop).text
    assert [client.post(stop).status_code for _ in range(2)] == [200, 200]
    left = list(db.session.scalars(select(Follow.kind).where(Follow.subscriber_id == number)))
    assert left == ["city"]
    path = path_for(client, subscriber_id=number)
    assert "forgets your address" in client.get(path).text
    assert [client.post(path).status_code for _ in range(2)] == [200, 200]
    db.session.rollback()
    assert db.session.get(Subscriber, number) is None
    assert kinds_since(client, before) == ["SubscriptionEnded", "SubscriptionEnded"]


def test_one_thing_is_stopped_without_signing_in(client: FlaskClient, session: Any) -> None:
    user_id = make_user(client, "reader@example.org")
    follow(user_id, ("city", "gwangju"), ("principle", "GP8"))
    path, before = stop_path(client, "city", "gwangju", user_id=user_id), head(client)
    assert "Gwangju" in client.get(path).text
    assert queries.is_following(user_id, "city", "gwangju")
    answers = [client.application.test_client(use_cookies=False).post(path) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert not queries.is_following(user_id, "city", "gwangju")
    assert queries.is_following(user_id, "principle", "GP8")
    assert NEVER not in frequencies(client, user_id).values()
    assert kinds_since(client, before) == ["Unfollowed"]


def test_a_token_that_the_hub_did_not_make_is_no_page(client: FlaskClient) -> None:
    user_id = make_user(client, "reader@example.org")
    good, other = path_for(client, user_id=user_id), path_for(client, user_id=user_id + 1)
    mixed = other.rpartition(".")[0] + "." + good.rpartition(".")[2]
    with client.application.app_context():
        managed = f"/unsubscribe/{manage_token(user_id)}"
    bad = [good[:-1], good + "x", good[:-4] + "AAAA", mixed, "/unsubscribe/x", "/unsubscribe/.", "/unsubscribe/é",
           "/unsubscribe/" + "a" * 5000, "/unsubscribe/%00", "/unsubscribe/WzFd", managed]  # fmt: skip
    for path in bad:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 404, path
            assert answer.text.count("<h1") == 1
    assert NEVER not in frequencies(client, user_id).values()
    assert client.post(path_for(client, user_id=2_000_000)).status_code == 404
    assert client.post(stop_path(client, "city", "gwangju", user_id=2_000_000)).status_code == 404
    assert client.post(stop_path(client, "tree", "x", user_id=user_id)).status_code == 200  # followed no more


def test_a_paused_address_is_shown_and_tried_again(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    assert "is paused" not in client.get("/following").text
    with client.application.app_context(), transaction():
        service.pause_mail(ReaderKey(user_id, None), "550 <b>No such person</b>", clock.now())
    for page in ("/following", "/notifications"):
        text = client.get(page).text
        assert "Mail to reader@example.org is paused." in text, page
        assert "550 &lt;b&gt;No such person&lt;/b&gt;" in text, page
    before = head(client)
    for _ in range(2):
        assert press(client, "/following/mail/resume").status_code == 303
    assert kinds_since(client, before) == ["MailResumed"]
    assert "is paused" not in client.get("/following").text
