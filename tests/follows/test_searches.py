"""A state of the case list is followed like a thing: once, in one spelling, by its own name, and kept while wanted."""

from __future__ import annotations

import html as entities
import re
import threading
from typing import Any
from urllib.parse import quote, urlencode

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Invalid
from hub.core.log import LogEntry, head_position
from hub.follows import personal, service
from hub.follows.models import SEARCH, Follow, SavedSearch
from hub.follows.searches import LONGEST_SEARCH, MOST_SEARCHES, find_search, read_search, search_key, spelled
from hub.people.models import User
from tests.follows.acts import press
from tests.people.accounts import make_user, sign_in

QUERY = "q=housing+first&principle=GP8&city=gwangju&year_from=2015"


def saved(client: FlaskClient) -> list[str]:
    with client.application.app_context():
        db.session.rollback()
        return sorted(db.session.scalars(select(SavedSearch.query)))


def words(html: str) -> str:
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", "", html[html.index("<main") :])).split())


@pytest.mark.parametrize("spelling", [
    QUERY, f"{QUERY}&sort=newest&page=3&per_page=50&view=map&lang=ko&x=1",
    "year_from=2015&city=gwangju&principle=GP8&q=%20housing++first%20", f"principle=GP8&{QUERY}",
])  # fmt: skip
def test_one_state_has_one_spelling(spelling: str) -> None:
    assert spelled(read_search(spelling)) == spelled(read_search(QUERY))
    assert sorted(spelled(read_search(spelling)).split("&")) == sorted(QUERY.split("&"))
    assert len(search_key(QUERY)) == 64


def test_the_page_says_how_and_a_member_follows_and_stops(client: FlaskClient) -> None:
    path = f"/follow?kind=search&query={quote(QUERY + '&sort=title&page=2', safe='')}"
    html = client.get(path).text
    assert "“housing first” · GP8 " in words(html)
    assert "Gwangju · from 2015" in words(html)
    address = re.search(r'<p class="cite"><a href="([^"]+)">http://localhost([^<]+)</a>', html)
    assert address
    assert address[1] == address[2] == entities.escape(f"/cases.atom?{spelled(read_search(QUERY))}")
    assert not feedparser.parse(client.get(entities.unescape(address[1])).data).bozo
    assert "csrf_token" not in html
    user_id = sign_in(client, "reader@example.org")
    assert client.get(path).text.count('action="/follow"') == 1
    with client.application.app_context():
        before = head_position()
    for spelling in (QUERY, QUERY + "&page=2&sort=title"):
        answer = press(client, "/follow", kind="search", query=spelling, next="/cases/?q=housing")
        assert (answer.status_code, answer.location) == (303, "/cases/?q=housing")
    assert saved(client) == [spelled(read_search(QUERY))]
    html = client.get("/following").text
    assert "Searches 1" in words(html)
    assert f'href="/cases/?{entities.escape(saved(client)[0])}"' in html
    assert f'href="/cases.atom?{entities.escape(saved(client)[0])}"' in html
    korean = words(client.get("/following?lang=ko").text)
    assert "housing first" in korean
    assert "광주" in korean
    client.get("/following?lang=en")
    key = search_key(saved(client)[0])
    assert client.get(path).text.count('action="/unfollow"') == 1
    for _ in range(2):
        assert press(client, "/unfollow", kind="search", id=key).status_code == 303
    assert saved(client) == []
    with client.application.app_context():
        entries = db.session.scalars(select(LogEntry).where(LogEntry.position > before).order_by(LogEntry.position))
        assert [(each.kind, each.actor_id, list(each.payload)) for each in entries] == [
            ("Followed", user_id, ["follow_id"]), ("Unfollowed", user_id, ["follow_id"]),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "name"),
    [("", "query"), ("page=2&sort=title&view=map&lang=ko", "query"), ("q=", "query"), ("q=***", "query"),
     ("q=a&q=b", "q"), ("year_from=x", "year_from"), ("year_from=2020&year_to=2010", "year_to"),
     ("q=" + "a" * 501, "q"),
     ("&".join(f"city=c{number}" for number in range(51)), "city"), ("q=" + "%41" * LONGEST_SEARCH, "query"),
     ("%00=%00&q=%00", "query"), ("=&&;;=q", "query")],
)  # fmt: skip
def test_what_is_no_search_is_named_and_kept_nowhere(client: FlaskClient, query: str, name: str) -> None:
    sign_in(client, "reader@example.org")
    answer = press(client, "/follow", kind="search", query=query)
    assert answer.status_code == 400
    assert f"“{name}”" in answer.text
    response = client.get("/follow", query_string={"kind": "search", "query": query})
    assert response.status_code == 400
    assert saved(client) == []


def test_any_text_is_a_search_or_refused(client: FlaskClient) -> None:
    sign_in(client, "reader@example.org")
    for text in (
        "<script>alert(1)</script>",
        "w*",
        '"a',
        "(((",
        "ب" * 500,
        "\U0001f3d9 a",
        "인권" * 250,
        "%ff%fe",
        "\ud800 a",
    ):
        query = urlencode({"q": text}, errors="surrogatepass")
        answer = press(client, "/follow", kind="search", query=query, next="/following")
        assert answer.status_code in (303, 400), text
        assert client.get(f"/follow?kind=search&query={quote(query)}").status_code in (200, 400)
    html = client.get("/following").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for query in saved(client):
        assert client.get(f"/cases.atom?{query}").status_code == 200, query
        assert find_search(query) is not None


def test_fifty_are_enough(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context(), transaction():
        me = db.session.get_one(User, user_id)
        for number in range(MOST_SEARCHES):
            service.follow_search(f"q=word{number}", by=me, now=clock.now())
    answer = press(client, "/follow", kind="search", query="q=more")
    assert answer.status_code == 400
    assert "You follow 50 searches already" in words(answer.text)
    html = client.get("/follow?kind=search&query=q%3Dmore").text
    assert "You follow 50 searches already" in words(html)
    assert 'action="/follow"' not in html
    assert 'action="/unfollow"' in client.get("/follow?kind=search&query=q%3Dword7").text
    assert press(client, "/follow", kind="search", query="q=word7").status_code == 303
    assert press(client, "/follow", kind="city", id="gwangju").status_code == 303
    assert press(client, "/unfollow", kind="search", id=search_key("q=word7")).status_code == 303
    assert press(client, "/follow", kind="search", query="q=more").status_code == 303
    assert len(saved(client)) == MOST_SEARCHES


def test_a_search_is_kept_while_anyone_follows_it_and_goes_with_the_last(client: FlaskClient) -> None:
    first, second = make_user(client, "first@example.org"), make_user(client, "second@example.org")
    with client.application.app_context():
        for user_id, queries in ((first, ("q=both", "q=mine")), (second, ("q=both",))):
            with transaction():
                for query in queries:
                    service.follow_search(query, by=db.session.get_one(User, user_id), now=clock.now())
        known = personal.about(first, [])["follows"]
        assert [(each["kind"], each["query"]) for each in known] == [("search", "q=both"), ("search", "q=mine")]
        with transaction():
            personal.forget(first)
    assert saved(client) == ["q=both"]
    with client.application.app_context(), transaction():
        service.unfollow(SEARCH, search_key("q=both"), by=db.session.get_one(User, second), now=clock.now())
    assert saved(client) == []


def test_a_kept_query_that_makes_no_sense_any_more_does_no_harm(client: FlaskClient) -> None:
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context(), transaction():
        db.session.add(SavedSearch(key="f" * 64, query="year_from=soon", created_at=clock.now()))
        db.session.add(Follow(user_id=user_id, kind=SEARCH, key="f" * 64, created_at=clock.now()))
    html = client.get("/following").text
    assert "a search" in words(html)
    assert press(client, "/unfollow", kind="search", id="f" * 64).status_code == 303
    assert saved(client) == []


def test_one_leaves_while_another_comes(committing_app: Flask) -> None:
    """Whoever comes last, a search that is followed is there; each thread has a connection of its own."""
    client = committing_app.test_client()
    people = [make_user(client, f"comes-{number}@example.org") for number in range(4)]
    start, wrong = threading.Barrier(4), []
    key = search_key("q=tug")

    def pull(user_id: int) -> None:
        with committing_app.app_context():
            start.wait(20)
            for _ in range(6):
                try:
                    with transaction():
                        service.follow_search("q=tug", by=db.session.get_one(User, user_id), now=clock.now())
                    with transaction():
                        held: Any = db.session.get(SavedSearch, key, populate_existing=True)
                        wrong.extend([user_id] if held is None else [])
                        service.unfollow(SEARCH, key, by=db.session.get_one(User, user_id), now=clock.now())
                except Exception as error:
                    wrong.append(error)

    threads = [threading.Thread(target=pull, args=(user_id,)) for user_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert saved(client) == []
    with committing_app.app_context(), transaction():  # what is committed here outlives the test
        db.session.execute(delete(User).where(User.id.in_(people)))


def test_reading_raises_only_what_names_a_field() -> None:
    with pytest.raises(Invalid) as refused:
        read_search("year_to=3000")
    assert refused.value.field == "year_to"
    assert find_search("year_to=3000") is None
