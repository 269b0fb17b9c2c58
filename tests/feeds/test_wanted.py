"""Organisations whose address is wanted, sources that move, lists in and out, and whom the public sees read."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from hub.feeds.models import FeedEntry, FeedSource
from hub.feeds.opml import read_opml
from tests.feeds.site import Site, item, rss
from tests.feeds.test_sources import (
    LINK,
    LIST,
    PAGE,
    ask,
    count_sources,
    head,
    hidden,
    kinds_after,
    look,
    make_source,
    organizer,
    press,
    site,
)

__all__ = ["organizer", "site"]  # fixtures

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Graz">
<outline text="Graz &lt;b&gt;news" xmlUrl="https://graz.example/rss" htmlUrl="javascript:alert(1)"/>
<outline text="gp8"><outline title="Councils" xmlUrl="https://graz.example/councils"/></outline></outline>
<outline text="Again" xmlUrl="http://www.graz.example/rss/"/><outline text="" xmlUrl="https://plain.example/feed"/>
<outline text="Inside" xmlUrl="http://10.0.0.1/feed"/><outline text="Odd" xmlUrl="javascript:alert(1)"/>
<outline text="Here" xmlUrl="{here}"/></body></opml>"""
FORM = ("csrf_token", "form_key", "feeds")


def fields(html: str) -> dict[str, str]:
    """Return the fields that the second form of a list carries."""
    return {name: value.replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
            for name, value in hidden(html, FORM).items()}  # fmt: skip


def send_parts(client: FlaskClient, path: str, data: dict[str, Any]) -> TestResponse:
    """Send a form in parts, made in memory: the test client's own way leaves a file open where they are long."""
    boundary, body = encode_multipart(data)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def send_list(client: FlaskClient, content: bytes) -> TestResponse:
    form = hidden(client.get(f"{LIST}/import").text, FORM[:2])
    return send_parts(client, f"{LIST}/import", form | {"file": FileStorage(io.BytesIO(content), "mine.opml")})


def found_source(client: FlaskClient, slug: str) -> FeedSource:
    return ask(client, select(FeedSource).where(FeedSource.slug == slug))[0]


def test_an_organisation_is_wanted_until_someone_gives_its_address(organizer: FlaskClient, site: Site) -> None:
    html = organizer.get(f"{LIST}/wanted").text
    wanted = re.findall(r"sources/new\?organisation=([\w-]+)", html)
    assert len(wanted) == 40
    assert '<span class="count">40</span>' in html
    assert "40 organisations have no source yet" in organizer.get(LIST).text
    html = organizer.get(f"{LIST}/new?organisation=whrcf").text
    assert 'value="http://www.whrcf.org"' in html
    assert "Add the news of World Human Rights Cities Forum, news" in html
    site.feed(item())
    form = hidden(html, ("csrf_token", "form_key", "organisation"))
    seen = organizer.post(f"{LIST}/new", data=form | {"address": site.url()}).text
    assert '<option value="whrcf" selected>' in seen
    given = hidden(seen) | {"title": "Forum", "language": "", "organisation": "whrcf"}
    assert organizer.post(LIST, data=given).status_code == 303
    assert found_source(organizer, "forum-2").organisation_slug == "whrcf"
    html = organizer.get(f"{LIST}/wanted").text
    assert '<span class="count">39</span>' in html
    assert "organisation=whrcf&" not in html
    assert 'organisation=whrcf"' not in html
    assert "1 other organisation has a source." in html
    site.put("/own", rss(item()).replace(b"https://site.example/<", b"https://www.oidp.net/en/<"))
    chosen = re.findall(r'<option value="([\w-]+)" selected>', look(organizer, site.url("/own")).text)
    assert chosen == ["en", "oidp"]  # it lives where the feed says it does
    for query in ("organisation=nobody", "organisation=whrcf&organisation=whrcf", f"organisation={'x' * 90}"):
        answer = organizer.get(f"{LIST}/new?{query}")
        assert answer.status_code == 400, query
        assert "organisation" in answer.text


def test_the_organisation_of_a_source_is_changed_with_one_entry(organizer: FlaskClient, site: Site) -> None:
    slug, start = make_source(organizer, site), head(organizer)
    form = hidden(organizer.get(f"{LIST}/{slug}").text) | {"title": "City news", "language": ""}
    for _time in range(2):
        answer = organizer.post(f"{LIST}/{slug}", data=form | {"organisation": "gwangju-news"})
        assert answer.status_code == 303
    assert kinds_after(organizer, start) == ["SourceChanged"]
    assert found_source(organizer, slug).organisation_slug == "gwangju-news"
    assert "<dd>Gwangju News (Gwangju International Center)</dd>" in organizer.get(f"{LIST}/{slug}").text


def move(client: FlaskClient, slug: str, address: str) -> TestResponse:
    form = hidden(client.get(f"{LIST}/{slug}/address").text, ("csrf_token", "form_key", "version"))
    return client.post(f"{LIST}/{slug}/address", data=form | {"address": address})


def test_a_source_that_moved_is_looked_at_and_keeps_its_stories(organizer: FlaskClient, site: Site) -> None:
    slug = make_source(organizer, site)
    site.feed(item("urn:a:1"), item("urn:a:2"))
    press(organizer, f"{LIST}/{slug}/sync")
    site.put("/feed", b"", 410)
    site.feed(item("urn:a:2"), item("urn:a:3"), path="/new/feed")
    site.put("/", PAGE.format(links=LINK.format(title="News", href="/new/feed")).encode())
    start = head(organizer)
    html = move(organizer, slug, site.url("/")).text
    assert "Already here: 1 of the stories there (2 in all)." in html
    assert head(organizer) == start
    form = hidden(html)
    assert form["address"] == site.url("/new/feed")
    for _time in range(2):  # a form sent twice moves it once
        assert organizer.post(f"{LIST}/{slug}/move", data=form).headers["Location"] == f"{LIST}/{slug}"
    assert kinds_after(organizer, start) == ["SourceChanged", "StoriesStored"]
    source = found_source(organizer, slug)
    assert (source.address, source.state, source.moved_to) == (site.url("/new/feed"), "active", None)
    guids = ask(organizer, select(FeedEntry.guid).where(FeedEntry.source_id == source.id).order_by(FeedEntry.guid))
    assert guids == ["urn:a:1", "urn:a:2", "urn:a:3"]


def test_a_move_that_cannot_be_is_said_and_changes_nothing(organizer: FlaskClient, site: Site) -> None:
    slug, start = make_source(organizer, site), head(organizer)
    site.feed(item())
    site.feed(item(), path="/other")
    other = hidden(look(organizer, site.url("/other")).text) | {"title": "Other news", "language": ""}
    organizer.post(LIST, data=other)
    start = head(organizer)
    answer = move(organizer, slug, site.url("/other"))
    assert answer.status_code == 400
    assert "This address is here already, as “Other news”." in answer.text
    assert f'href="{LIST}/other-news"' in answer.text
    for address, words in (
        ("", "needed"),
        ("http://10.0.0.1/", "not allowed"),
        (site.url("/no"), "nothing is at this"),
    ):
        answer = move(organizer, slug, address)
        assert answer.status_code == 400, address
        assert words in answer.text
    form = hidden(move(organizer, slug, site.url()).text)
    for changed, status in (
        ({"address": site.url("/other")}, 400), ({"address": "http://10.0.0.1/"}, 400), ({"version": "9"}, 409),
        ({"address": ""}, 400), ({"homepage": "x" * 3000}, 400),
    ):  # fmt: skip
        assert organizer.post(f"{LIST}/{slug}/move", data=form | changed).status_code == status, changed
    assert organizer.get(f"{LIST}/forum/address").status_code == 403
    assert organizer.get(f"{LIST}/nowhere/address").status_code == 404
    assert head(organizer) == start


def test_a_list_is_looked_at_then_added(organizer: FlaskClient, site: Site) -> None:
    make_source(organizer, site)
    before, start = count_sources(organizer), head(organizer)
    html = send_list(organizer, OPML.format(here=site.url()).encode()).text
    assert "3 can be added" in html
    assert "4 are left out" in html
    assert "Tied by its folder to: Graz" in html
    assert "Tied by its folder to: GP8, Graz" in html
    for words in ("It stands in the list twice.", "It is here already.", "not allowed", "This is not a web address"):
        assert words in html
    assert f'href="{LIST}/city-news"' in html
    assert "<b>news" not in html
    assert (count_sources(organizer), head(organizer)) == (before, start)
    form = fields(html)
    for _time in range(2):
        answer = organizer.post(f"{LIST}/import/add", data=form)
        assert answer.headers["Location"] == f"{LIST}?state=new"
    assert kinds_after(organizer, start) == ["SourcesAdded"]
    told = organizer.get("/organizers/audit").text
    assert "Added a list of news sources" in told
    assert "https://graz.example/councils" in told
    councils = found_source(organizer, "councils")
    assert (councils.principle_codes, councils.city_slugs, councils.state) == (["GP8"], ["graz"], "new")
    assert found_source(organizer, "graz-b-news").homepage is None
    assert found_source(organizer, "plain-example").address == "https://plain.example/feed"
    assert "Nothing in this list can be added." in send_list(organizer, OPML.format(here=site.url()).encode()).text


def test_a_list_of_a_thousand_comes_in_at_once(organizer: FlaskClient) -> None:
    before, start = count_sources(organizer), head(organizer)
    for length, words in ((900, "too long to be added at once"), (600, "1000 can be added")):
        lines = (f'<outline text="뉴스" xmlUrl="https://a.example/{number:0{length}}"/>' for number in range(1000))
        seen = send_list(organizer, f"<opml>{''.join(lines)}</opml>".encode())
        assert words in seen.text
    assert "and 800 more" in seen.text
    assert send_parts(organizer, f"{LIST}/import/add", fields(seen.text)).status_code == 303
    assert count_sources(organizer) == before + 1000
    assert kinds_after(organizer, start) == ["SourcesAdded"]


def test_a_list_that_cannot_be_is_refused(organizer: FlaskClient) -> None:
    start = head(organizer)
    many = "".join(f'<outline xmlUrl="https://a.example/{number}"/>' for number in range(1001))
    for content, words in (
        (b"", "hub reads|not well-formed|Choose the file"), (b"<html></html>", "hub reads OPML"),
        (b"<opml><body></body></opml>", "names no feed"), (b"<!DOCTYPE x><opml></opml>", "document type"),
        (f"<opml>{many}</opml>".encode(), "1001 feeds. Add at most 1000"), (b"\xff\xfe\x00", "list"),
    ):  # fmt: skip
        answer = send_list(organizer, content)
        assert answer.status_code == 400, words
        assert re.search(words, answer.text), words
        assert 'href="#file"' in answer.text
    form = hidden(organizer.get(f"{LIST}/import").text, FORM[:2])
    assert organizer.post(f"{LIST}/import", data=form).status_code == 400
    wrong: list[Any] = [
        "",
        "{",
        "[1]",
        '[["a"]]',
        "[" * 100_000,
        '[["https://a.example/","t","",1]]',
        "null",
        "{}",
        "7",
    ]
    for feeds in wrong:
        assert organizer.post(f"{LIST}/import/add", data=form | {"feeds": feeds}).status_code == 400, feeds[:20]
    forged = '[["http://10.0.0.1/","Inside","",[]],["javascript:alert(1)","Odd","javascript:x",["GP8"]]]'
    organizer.post(f"{LIST}/import/add", data=form | {"feeds": forged})
    assert head(organizer) == start


def test_the_public_sees_whom_the_hub_reads(organizer: FlaskClient, site: Site, client: FlaskClient) -> None:
    slug = make_source(organizer, site, "City & <news>")
    site.put("/feed", rss(item("urn:a:1"), item("urn:a:2")))
    press(organizer, f"{LIST}/{slug}/sync")
    reader = FlaskClient(client.application, client.application.response_class, use_cookies=False)
    page = reader.get("/news/sources")
    assert page.headers["Cache-Control"] == "public, max-age=60"
    assert "City &amp; &lt;news&gt;" in page.text
    assert f'<a href="/news/?source={slug}">2<span' in page.text
    assert 'href="https://site.example/"' in page.text
    listed = reader.get("/news/sources.opml")
    assert listed.content_type == "text/x-opml; charset=utf-8"
    assert [(each.title, each.address) for each in read_opml(listed.data)] == [("City & <news>", site.url())]
    press(organizer, f"{LIST}/{slug}/pause")
    assert "City &amp;" not in reader.get("/news/sources").text  # the kept page follows
    assert read_opml_titles(organizer.get(f"{LIST}.opml").data) == ["City & <news>"]
    for path in ("/news/sources?page=x", "/news/sources?page=0"):
        assert reader.get(path).status_code == 400


def read_opml_titles(content: bytes) -> list[str]:
    return [each.title for each in read_opml(content)]
