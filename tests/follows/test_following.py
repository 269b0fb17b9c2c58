"""The button on every page, and what it does; once, however often it is pressed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select, update

from hub.cases.models import DRAFT
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position
from hub.exchange.models import Question
from hub.follows import service
from hub.follows.models import Follow
from hub.people.models import User
from tests.follows.acts import FOLLOWABLE, follow, press, publish, token_of
from tests.follows.between import ask, stories
from tests.people.accounts import make_user, sign_in

PAGES = {
    "/cities/gwangju": ("city", "gwangju"),
    "/cases/graz-advisory-council": ("case", "graz-advisory-council"),
    "/principles/GP8": ("principle", "GP8"),
    "/principles/GP8.2": ("principle", "GP8.2"),
    "/principles/DT-LAW": ("principle", "DT-LAW"),
    "/commitments/C4.1": ("commitment", "C4.1"),
    "/cities/?country=KR": ("country", "KR"),
    "/news/?source=forum": ("source", "forum"),
}


def count_follows(user_id: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Follow.user_id == user_id)) or 0


@pytest.mark.parametrize("path", PAGES)
def test_the_button_is_a_link_until_one_signs_in_and_then_starts_and_stops(client: FlaskClient, path: str) -> None:
    kind, key = PAGES[path]
    html = client.get(path).text
    assert f'href="/follow?kind={kind}&amp;id={key}" rel="nofollow"' in html
    assert "csrf_token" not in html
    sign_in(client, "reader@example.org")
    html = client.get(path).text
    assert html.count('action="/follow"') == 1
    assert "Following: stop" not in html
    answer = press(client, "/follow", kind=kind, id=key, next=path)
    assert (answer.status_code, answer.location) == (303, path)
    html = client.get(path).text
    assert html.count('action="/unfollow"') == 1
    assert "Following: stop" in html
    assert press(client, "/unfollow", kind=kind, id=key, next=path).location == path
    assert 'action="/follow"' in client.get(path).text


def test_the_list_of_sources_has_a_button_a_line_and_asks_once_for_all(client: FlaskClient) -> None:
    with client.application.app_context():
        stories("gazette", "A story")
    anonymous = client.get("/news/sources").text
    assert anonymous.count('href="/follow?kind=source&amp;id=') == 2
    assert "csrf_token" not in anonymous
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context():
        follow(user_id, ("source", "forum"))
    with asked_of_follows(client) as asked:
        html = client.get("/news/sources").text
    assert len(asked) == 1
    assert (html.count('action="/unfollow"'), html.count('action="/follow"')) == (1, 1)
    assert "/follow?kind=country&amp;id=KR" in client.get("/cases/?country=KR").text
    for path in ("/cities/?country=QQ", "/news/?source=none", "/cases/?country=KR&country=NL"):
        assert 'name="kind" value="' not in client.get(path).text
        assert "/follow?kind=country" not in client.get(path).text


def test_a_question_is_followed_by_who_may_read_it(client: FlaskClient) -> None:
    sign_in(client, "reader@example.org", city="gwangju")
    stranger = client.application.test_client()
    sign_in(stranger, "stranger@example.org", city="graz")
    asker = make_user(client, "asker@example.org", city="utrecht")
    with client.application.app_context():
        case_id = publish("asked-about")
        public = ask(case_id, by=asker, city="utrecht")
        between = ask(case_id, by=asker, city="utrecht", is_between_cities=True)
        gone = ask(case_id, by=asker, removed_at=clock.now())
    for browser, expected in ((client, [303, 303, 404]), (stranger, [303, 404, 404])):
        answers = [press(browser, "/follow", kind="question", id=str(each)) for each in (public, between, gone)]
        assert [each.status_code for each in answers] == expected
    assert "How?" in client.get("/following").text
    assert press(client, "/follow", kind="question", id=f"0{public}").status_code == 404
    with client.application.app_context(), transaction():
        db.session.execute(update(Question).values(removed_at=clock.now(), text=""))
    html = client.get("/following").text
    assert html.count('<span class="quiet">something that is no longer public') == 2
    assert html.count('action="/unfollow"') == 2


def test_nobody_follows_more_than_one_can_read(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context():
        follow(user_id, *(("city", f"city-{number}") for number in range(service.MOST_FOLLOWS - 1)))
    assert press(client, "/follow", kind="country", id="KR").status_code == 303
    for values in ({"kind": "country", "id": "NL"}, {"kind": "search", "query": "q=housing"}):
        refused = press(client, "/follow", **values)
        assert refused.status_code == 400
        assert "You follow 500 things already" in refused.text
    assert press(client, "/follow", kind="country", id="KR").status_code == 303  # followed already: nothing happens
    offered = client.get("/follow?kind=country&id=NL").text
    assert "You follow 500 things already" in offered
    assert 'action="/follow"' not in offered
    with client.application.app_context():
        assert count_follows(user_id) == service.MOST_FOLLOWS
    assert client.get("/following").text.count('action="/unfollow"') == service.MOST_FOLLOWS
    press(client, "/unfollow", kind="country", id="KR")
    assert press(client, "/follow", kind="country", id="NL").status_code == 303


def entries_after(client: FlaskClient, position: int) -> list[tuple[str, int | None, list[str]]]:
    with client.application.app_context():
        found = db.session.scalars(select(LogEntry).where(LogEntry.position > position).order_by(LogEntry.position))
        return [(entry.kind, entry.actor_id, list(entry.payload)) for entry in found]


def test_following_twice_is_once_and_leaves_one_entry(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    token_of(client)
    with client.application.app_context():
        before = head_position()
    for _ in range(2):
        assert press(client, "/follow", kind="city", id="gwangju").status_code == 303
    with client.application.app_context():
        assert count_follows(user_id) == 1
    assert entries_after(client, before) == [("Followed", user_id, ["follow_id"])]
    for _ in range(2):
        assert press(client, "/unfollow", kind="city", id="gwangju").status_code == 303
    assert [kind for kind, _actor, _names in entries_after(client, before)] == ["Followed", "Unfollowed"]
    with client.application.app_context():
        assert count_follows(user_id) == 0


def test_two_workers_follow_at_once(committing_app: Flask) -> None:
    """Not inside one savepoint: each press has a connection of its own."""
    client = committing_app.test_client()
    user_id = make_user(client, "both@example.org")
    start, answers = threading.Barrier(4), []

    def press_follow() -> None:
        with committing_app.app_context():
            start.wait(20)
            with transaction():
                service.follow("city", "gwangju", by=db.session.get_one(User, user_id), now=clock.now())
            answers.append(True)

    threads = [threading.Thread(target=press_follow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with committing_app.app_context():
        found = count_follows(user_id)
        with transaction():  # what is committed here outlives the test
            db.session.execute(delete(Follow).where(Follow.user_id == user_id))
            db.session.execute(delete(User).where(User.id == user_id))
    assert (len(answers), found) == (4, 1)


@pytest.mark.parametrize(
    ("kind", "key", "status"),
    [
        ("city", "atlantis", 404),
        ("principle", "GP99", 404),
        ("commitment", "C9.9", 404),
        ("case", "no-such-case", 404),
        ("city", "a" * 5000, 404),
        ("city", "\x00", 404),
        ("case", "<script>alert(1)</script>", 404),
        ("city", "", 404),
        ("country", "kr", 404),
        ("country", "QQ", 404),
        ("source", "nothing", 404),
        ("question", "1", 404),
        ("question", "٣", 404),
        ("search", "q=rights", 400),
        ("news", "all", 400),
        ("", "gwangju", 400),
        ("\x00", "gwangju", 400),
    ],
)
def test_what_cannot_be_followed_is_refused(client: FlaskClient, kind: str, key: str, status: int) -> None:
    sign_in(client, "reader@example.org")
    answer = press(client, "/follow", kind=kind, id=key)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert press(client, "/unfollow", kind=kind, id=key).status_code == 303


def test_a_draft_of_another_city_is_as_missing_and_one_of_ones_own_is_not(client: FlaskClient) -> None:
    sign_in(client, "reader@example.org", city="gwangju")
    with client.application.app_context():
        publish("draft-of-utrecht", city="utrecht", state=DRAFT, title="Unspoken plan")
        publish("draft-of-gwangju", city="gwangju", state=DRAFT, title="Our own plan")
    foreign = press(client, "/follow", kind="case", id="draft-of-utrecht")
    missing = press(client, "/follow", kind="case", id="draft-of-nobody-1")
    assert foreign.status_code == missing.status_code == 404
    assert "Unspoken" not in foreign.text
    assert press(client, "/follow", kind="case", id="draft-of-gwangju").status_code == 303
    assert "Our own plan" in client.get("/following").text


def test_the_name_of_what_is_closed_again_is_not_told(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org", city="gwangju")
    with client.application.app_context():
        publish("closed-again", city="utrecht", state=DRAFT, title="Unspoken plan")
        follow(user_id, ("case", "closed-again"))
    html = client.get("/following").text
    assert "Unspoken" not in html
    assert "no longer public" in html


def test_only_who_is_signed_in_with_a_token_follows(client: FlaskClient) -> None:
    form = {"kind": "city", "id": "gwangju"}
    assert client.post("/follow", data=form).status_code in (400, 401)
    assert client.get("/following").status_code == 401
    assert client.get("/notifications").status_code == 401
    user_id = sign_in(client, "reader@example.org")
    for path in ("/follow", "/unfollow", "/following/mail", "/notifications/read"):
        assert client.post(path, data=form).status_code == 400
        assert client.post(path, data=form | {"csrf_token": "wrong"}).status_code == 400
    with client.application.app_context():
        assert count_follows(user_id) == 0


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_stays_here(client: FlaskClient, target: str) -> None:
    sign_in(client, "reader@example.org")
    location = press(client, "/follow", kind="city", id="gwangju", next=target).location
    assert location.startswith("/")
    assert "evil" not in location


def test_what_one_follows_stands_in_groups_with_a_way_to_stop(client: FlaskClient) -> None:
    sign_in(client, "reader@example.org")
    assert "You follow nothing yet" in client.get("/following").text
    for kind, key in FOLLOWABLE.items():
        press(client, "/follow", kind=kind, id=key)
    html = client.get("/following").text
    assert html.count('action="/unfollow"') == 4
    places = [html.index(f'id="h-{kind}"') for kind in ("city", "case", "principle", "commitment")]
    assert places == sorted(places)
    assert "/follow.atom?kind=principle&amp;id=GP8" in html
    answer = press(client, "/unfollow", kind="principle", id="GP8", next="/following")
    assert answer.location == "/following"
    assert client.get("/following").text.count('action="/unfollow"') == 3


def test_the_public_page_offers_the_button_to_members(client: FlaskClient) -> None:
    assert "<form" not in client.get("/follow?kind=city&id=gwangju").text
    sign_in(client, "reader@example.org")
    html = client.get("/follow?kind=city&id=gwangju").text
    assert html.count('action="/follow"') == 1
    assert 'action="/follow"' not in client.get("/follow?kind=news&id=all").text
    assert "not open yet" not in html


@contextmanager
def asked_of_follows(client: FlaskClient) -> Iterator[list[str]]:
    """Note which questions are asked of the follows while the block runs."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM follow" in statement:
            asked.append(statement)

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_page_asks_one_small_query_more_for_members_only(client: FlaskClient) -> None:
    with asked_of_follows(client) as asked:
        client.get("/cities/gwangju")
        assert asked == []
        sign_in(client, "reader@example.org")
        token_of(client)
        asked.clear()
        client.get("/cities/gwangju")
        assert len(asked) == 1
