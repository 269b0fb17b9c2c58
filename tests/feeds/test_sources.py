"""The organizers' doors to the sources of news, as a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position
from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.service import SourceFacts, add_source
from tests.feeds.site import Site, item, rss, running_site
from tests.people.accounts import sign_in

LIST = "/organizers/sources"
PAGE = (
    "<!doctype html><html><head><title>City</title>{links}</head><body>"
    "<link rel='alternate' type='application/rss+xml' href='/nested'></body></html>"
)
LINK = "<link rel='alternate' type='application/rss+xml' title='{title}' href='{href}'>"


@pytest.fixture
def site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that the hub may reach."""
    with running_site() as site:
        monkeypatch.setitem(app.config, "HUB", replace(app.config["HUB"], fetch_allow=site.allow))
        yield site


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    sign_in(client, "organizer@example.org", city="", is_organizer=True)
    return client


def hidden(
    html: str, names: tuple[str, ...] = ("csrf_token", "form_key", "address", "homepage", "version")
) -> dict[str, str]:
    found = {}
    for name in names:
        if match := re.search(rf'name="{name}" value="([^"]*)"', html):
            found[name] = match[1].replace("&amp;", "&").replace("&#39;", "'")
    return found


def look(client: FlaskClient, address: str) -> TestResponse:
    form = hidden(client.get(f"{LIST}/new").text, ("csrf_token", "form_key"))
    return client.post(f"{LIST}/new", data=form | {"address": address})


def add(client: FlaskClient, site: Site, **values: Any) -> TestResponse:
    form = hidden(look(client, site.url()).text)
    return client.post(LIST, data=form | {"title": "City news", "language": ""} | values)


def press(client: FlaskClient, path: str) -> TestResponse:
    return client.post(path, data=hidden(client.get(f"{LIST}/new").text, ("csrf_token",)))


def ask(client: FlaskClient, query: Any) -> list[Any]:
    """Ask the database in a context of its own: one around requests would make them share what they keep."""
    with client.application.app_context():
        return list(db.session.scalars(query))


def count_sources(client: FlaskClient) -> int:
    return int(ask(client, select(func.count()).select_from(FeedSource))[0])


def head(client: FlaskClient) -> int:
    with client.application.app_context():
        return head_position()


def kinds_after(client: FlaskClient, position: int) -> list[str]:
    return ask(client, select(LogEntry.kind).where(LogEntry.position > position).order_by(LogEntry.position))


def make_source(client: FlaskClient, site: Site, title: str = "City news") -> str:
    with client.application.app_context(), transaction():
        source = add_source(site.url(), SourceFacts(title), allow=site.allow, by=None, now=clock.now())
        return source.slug


DOORS = [
    ("GET", LIST), ("GET", f"{LIST}.json"), ("GET", f"{LIST}.csv"), ("GET", f"{LIST}.opml"), ("GET", f"{LIST}/new"),
    ("POST", f"{LIST}/new"), ("POST", LIST), ("GET", f"{LIST}/wanted"), ("GET", f"{LIST}/import"),
    ("POST", f"{LIST}/import"), ("POST", f"{LIST}/import/add"), ("GET", f"{LIST}/forum"), ("POST", f"{LIST}/forum"),
    ("GET", f"{LIST}/forum/address"), ("POST", f"{LIST}/forum/address"), ("POST", f"{LIST}/forum/move"),
    ("POST", f"{LIST}/forum/pause"), ("POST", f"{LIST}/forum/resume"), ("POST", f"{LIST}/forum/sync"),
]  # fmt: skip


def test_only_organizers_come_in(client: FlaskClient) -> None:
    for method, path in DOORS:
        assert client.open(path, method=method).status_code in ((401,) if method == "GET" else (400, 401)), path
    sign_in(client, "coordinator@example.org")
    token = hidden(client.get("/account").text, ("csrf_token",))
    for method, path in DOORS:
        assert client.open(path, method=method, data=token).status_code == 403, path


def test_a_feed_is_looked_at_then_added_then_shown(organizer: FlaskClient, site: Site) -> None:
    site.feed(*(item(f"urn:a:{number}", title=f"Story number {number}") for number in range(7)))
    before, start = count_sources(organizer), head(organizer)
    html = look(organizer, site.url()).text
    assert "Add this source?" in html
    assert html.count("Story number") == 5
    assert 'value="City news"' in html
    assert (count_sources(organizer), head(organizer)) == (before, start)  # looking stores nothing
    answer = organizer.post(
        LIST, data=hidden(html) | {"title": "City news", "language": "en", "principles": ["GP9"], "cities": ["gwangju"]}
    )
    assert answer.headers["Location"] == f"{LIST}/city-news"
    html = organizer.get(f"{LIST}/city-news").text
    assert "Works" in html
    assert "Stories came in" in html
    assert kinds_after(organizer, start) == ["SourceAdded", "StoriesStored"]
    news = organizer.get("/news/?principle=GP9").text
    assert 'href="https://site.example/6" rel="noopener nofollow ugc"' in news
    assert "City news" in news
    assert '<a href="/cities/gwangju">' in news
    assert "City news" in organizer.get(LIST).text
    item_of = organizer.get("/news.json?principle=GP9&per_page=100").json["items"]
    assert {"slug": "city-news", "title": "City news", "homepage": "https://site.example/"} in [
        each["source"] for each in item_of
    ]
    assert "Story number 3" in organizer.get("/news.atom").text
    assert "Story number 3" in organizer.get("/news.csv").text


def test_a_form_sent_twice_adds_one_source(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    form = hidden(look(organizer, site.url()).text) | {"title": "City news", "language": ""}
    before = count_sources(organizer)
    places = [organizer.post(LIST, data=form).headers["Location"] for _time in range(2)]
    assert places == [f"{LIST}/city-news"] * 2
    assert count_sources(organizer) == before + 1


def test_the_same_address_twice_is_said_with_a_way_to_it(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    form = hidden(look(organizer, site.url()).text)
    assert add(organizer, site).status_code == 303
    again = organizer.post(LIST, data=form | {"title": "Another name", "language": ""})
    site.put("/", PAGE.format(links=LINK.format(title="News", href="feed")).encode())
    asked = len(site.asked)
    answers = [again, look(organizer, site.url() + "#top"), look(organizer, site.url("/"))]
    for answer in answers:
        assert answer.status_code == 400
        assert "This address is here already, as “City news”." in answer.text
        assert f'href="{LIST}/city-news"' in answer.text
    assert 'value="Another name"' in again.text
    assert len(site.asked) == asked + 2  # a known address is not asked for anything; a page must be read to know


def test_a_page_with_one_feed_leads_to_it_and_with_several_lets_choose(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    site.put("/", PAGE.format(links=LINK.format(title="News", href="http://127.0.0.1/x")).encode())
    assert "names no feed" in look(organizer, site.url("/")).text  # private addresses are no choice
    site.put("/", PAGE.format(links=LINK.format(title="News", href="feed")).encode())
    html = look(organizer, site.url("/")).text
    assert "Add this source?" in html
    assert site.url("/") in html
    assert hidden(html)["address"] == site.url()
    links = LINK.format(title="News", href="https://site.example/one") + LINK.format(
        title="Events", href="https://site.example/two"
    )
    site.put("/", PAGE.format(links=links).encode())
    html = look(organizer, site.url("/")).text
    assert "2 feeds found" in html
    assert 'name="address" value="https://site.example/two"' in html
    assert "/nested" not in html


REFUSED = [
    ("", "This is needed."), ("http://127.0.0.1/", "anyone can open on the internet"),
    ("http://169.254.169.254/", "not allowed"), ("http://[::1]/", "not allowed"), ("http://2130706433/", "not allowed"),
    ("file:///etc/passwd", "not a web address"), ("javascript:alert(1)", "copy its address from the bar at the top"),
    ("ftp://site.example/", "not a web address"), ("https://a:b@site.example/", "user name or a password"),
    ("https://site.example:22/", "unusual port"), ("x" * 5000, "at most"), ("http://a\x00b/", "cannot be shown"),
    ('"><script>alert(1)</script>', "web address"), ("%(name)s", ""),
    ("https://nowhere.invalid/", "No site of this name"),
]  # fmt: skip


def test_an_address_that_cannot_be_is_named_and_kept(organizer: FlaskClient, site: Site) -> None:
    for address, words in REFUSED:
        answer = look(organizer, address)
        assert answer.status_code == 400, address
        assert words in answer.text.replace("&#39;", "'"), address
        assert "<script>alert" not in answer.text
        if 0 < len(address) < 100 and "\x00" not in address:
            assert address.split("<")[0].replace('"', "&#34;").replace(">", "&gt;") in answer.text


def test_what_a_site_answers_instead_of_a_feed_is_said_with_what_to_do(organizer: FlaskClient, site: Site) -> None:
    site.put("/closed", b"", 403)
    site.put("/empty", b"")
    site.put("/broken", b"no feed at all", Content_Type="text/plain")
    site.put("/shop", PAGE.format(links="").encode())
    site.put("/promises", PAGE.format(links=LINK.format(title="News", href="missing")).encode())
    for path, problem, to_do in (
        ("/missing", "nothing is at this address", "try the first page of the site"),
        ("/closed", "does not let programs read", "ask them to let the hub read"),
        ("/empty", "was empty", "Try again later"),
        ("/broken", "not a feed", "the hub looks for the feed itself"),
        ("/shop", "names no feed", "Look on the site for"),
        ("/promises", "nothing is at this address", "The site says that its feed is at"),
    ):
        answer = look(organizer, site.url(path))
        assert answer.status_code == 400, path
        assert problem in answer.text, path
        assert to_do in answer.text, path


CANNOT_BE = [
    ("title", ""), ("title", "x" * 300), ("title", "a\x00b"), ("language", "xx"), ("organisation", "nobody"),
    ("principles", "GP99"), ("principles", "GP1.1"), ("cities", "atlantis"), ("address", ""),
    ("address", "http://10.0.0.1/"), ("address", "javascript:alert(1)"), ("homepage", "x" * 3000),
]  # fmt: skip


def test_a_source_that_cannot_be_is_refused_with_what_was_typed(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    before = count_sources(organizer)
    form = hidden(look(organizer, site.url()).text) | {"title": "Mine and kept", "language": "en", "principles": "GP8"}
    for field, value in CANNOT_BE:
        answer = organizer.post(LIST, data=form | {field: value})
        assert answer.status_code == 400, (field, value)
        assert 'role="alert"' in answer.text
        if field != "title":
            assert 'value="Mine and kept"' in answer.text
    assert count_sources(organizer) == before


def test_hostile_words_of_a_feed_are_inert(organizer: FlaskClient, site: Site) -> None:
    bad = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;"
    site.put("/feed", rss(item(title=f"{bad}title", text=bad, link="javascript:alert(3)"), title=f'{bad}"&gt;name'))
    for html in (look(organizer, site.url()).text, add(organizer, site).text, organizer.get("/news/").text):
        assert "alert(" not in html
        assert "onerror" not in html


def test_a_change_over_a_change_is_a_conflict_that_keeps_what_was_typed(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    add(organizer, site)
    path = f"{LIST}/city-news"
    mine, theirs = hidden(organizer.get(path).text), hidden(organizer.get(path).text)
    assert organizer.post(path, data=theirs | {"title": "Theirs", "language": "ko"}).status_code == 303
    start = head(organizer)
    answer = organizer.post(path, data=mine | {"title": "Mine", "language": "", "principles": ["GP1"]})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Theirs" in answer.text
    assert head(organizer) == start
    again = hidden(answer.text) | {"title": "Mine", "language": "", "principles": ["GP1"]}
    assert organizer.post(path, data=again).status_code == 303
    assert head(organizer) == start + 1
    assert ask(organizer, select(FeedEntry.principle_codes).order_by(FeedEntry.id.desc()).limit(1)) == [["GP1"]]


def test_a_version_that_cannot_be_is_a_conflict(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    for version in ("", "x", "-1", "9" * 40, "0"):
        form = hidden(organizer.get(f"{LIST}/{slug}").text) | {"title": "x", "language": "", "version": version}
        assert organizer.post(f"{LIST}/{slug}", data=form).status_code == 409, version


def test_a_source_is_paused_and_resumed_with_one_entry_each(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    start = head(organizer)
    for _time in range(2):
        assert press(organizer, f"{LIST}/{slug}/pause").status_code == 303
    html = organizer.get(f"{LIST}/{slug}").text
    assert "Paused" in html
    assert "Check now" not in html
    assert press(organizer, f"{LIST}/{slug}/sync").status_code == 409
    for _time in range(2):
        assert press(organizer, f"{LIST}/{slug}/resume").status_code == 303
    assert kinds_after(organizer, start) == ["SourcePaused", "SourceResumed"]


def test_a_source_is_checked_when_asked_but_not_again_and_again(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    site.feed(item())
    assert press(organizer, f"{LIST}/{slug}/sync").headers["Location"] == f"{LIST}/{slug}#checks"
    answer = press(organizer, f"{LIST}/{slug}/sync")
    assert answer.status_code == 429
    assert "less than two minutes ago" in answer.text
    with clock.frozen_at(clock.now() + timedelta(minutes=3)):
        assert press(organizer, f"{LIST}/{slug}/sync").status_code == 303
    assert len(site.asked) == 2


def test_what_fails_is_shown_in_words(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    for _time in range(2):  # one that fails may be tried again at once
        assert press(organizer, f"{LIST}/{slug}/sync").status_code == 303
    for path in (LIST, f"{LIST}/{slug}"):
        html = organizer.get(path).text
        assert "Failed, will be tried again" in html
        assert "nothing is at this address" in html
    assert "404" in organizer.get(f"{LIST}/{slug}").text


def test_the_hubs_own_source_is_neither_checked_nor_changed(organizer: FlaskClient, site: Site) -> None:
    html = organizer.get(f"{LIST}/forum").text
    assert "From the hub’s own files" in html
    assert "Check now" not in html
    form = hidden(organizer.get(f"{LIST}/new").text) | {"title": "Mine", "language": "", "version": "1"}
    assert organizer.post(f"{LIST}/forum", data=form).status_code == 403
    assert press(organizer, f"{LIST}/forum/sync").status_code == 409
    assert press(organizer, f"{LIST}/forum/pause").status_code == 303
    assert "From the hub’s own files" in organizer.get(f"{LIST}/forum").text


def test_a_homepage_that_could_run_is_left_out(organizer: FlaskClient, site: Site) -> None:
    site.feed(item())
    add(organizer, site, homepage="javascript:alert(1)")
    assert ask(organizer, select(FeedSource.homepage).where(FeedSource.slug == "city-news")) == [
        "https://site.example/"
    ]


def test_what_is_not_there_is_not_there(organizer: FlaskClient, site: Site) -> None:
    for path in (f"{LIST}/nowhere", f"{LIST}/{'x' * 300}", f"{LIST}/%00"):
        assert organizer.get(path).status_code == 404
    for verb in ("sync", "pause", "resume"):
        assert press(organizer, f"{LIST}/nowhere/{verb}").status_code == 404


def test_a_button_without_its_token_does_nothing(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    assert organizer.post(f"{LIST}/{slug}/pause").status_code == 400
    assert "Paused" not in organizer.get(f"{LIST}/{slug}").text
    assert organizer.post(LIST, data={"title": "x", "address": site.url()}).status_code == 400
