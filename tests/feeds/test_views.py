"""The pages and files of news and events, as a browser gets them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from hub.core.db import transaction
from hub.feeds import queries
from tests.feeds.factory import make_entry

HOSTILE = '<script>alert(1)</script> "quoted" {{ 7*7 }}'


def page(client: FlaskClient, path: str, status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == status, path
    assert response.text.count("<h1") == 1
    return response.text


def test_the_news_name_their_source_and_their_principles(client: FlaskClient) -> None:
    html = page(client, "/news/")
    assert "22 stories" in html
    assert html.count("<h3") == 20
    assert 'href="https://cm.asiae.co.kr/article/2026012509452982989"' in html
    assert re.search(r'<a class="code gp4" href="/principles/GP4"', html)
    assert 'href="/news/?page=2"' in html
    assert page(client, "/news/?page=2").count("<h3") == 2


def test_a_month_is_written_as_a_month(session: Any, client: FlaskClient) -> None:
    make_entry(title="In May", date_text="2012-05")
    assert '<time datetime="2012-05">May 2012</time>' in page(client, "/news/")
    assert '<time datetime="2012-05">2012년 5월</time>' in page(client, "/news/", language="ko")


def test_the_filters_narrow_and_every_link_keeps_them(client: FlaskClient) -> None:
    html = page(client, "/news/?principle=gp9&year=2014")
    assert "1 story" in html
    assert '<option value="GP9" selected>' in html
    assert '<option value="2014" selected>' in html
    for suffix in (".json", ".csv", ".atom"):
        assert f'href="/news{suffix}?principle=GP9&amp;year=2014"' in html
    assert 'href="/news/?year=2014"' in html
    assert 'href="/news/?principle=GP9"' in html


def test_words_cities_languages_and_sources_narrow_too(client: FlaskClient) -> None:
    html = page(client, "/news/?q=FORUM++declaration&language=en&source=forum&city=gwangju")
    chips = re.search(r'<ul class="chips".*?</ul>', html, re.S)
    assert chips
    assert [re.sub(r"<[^>]*>", "", each).strip() for each in re.findall(r"<li>(.*?)</li>", chips[0])] == [
        "Remove “FORUM  declaration”", "Remove Gwangju", "Remove English",
        "Remove World Human Rights Cities Forum: editions and outcomes", "Clear filters",
    ]  # fmt: skip
    assert 'href="/news/?q=FORUM++declaration&amp;city=gwangju&amp;language=en"' in chips[0]
    assert '<option value="gwangju" selected>' in html, "what is chosen stays offered"
    assert '<details class="rest" open>' in html
    assert 'content="noindex, follow"' in html
    assert '<details class="rest">' in page(client, "/news/")
    assert "noindex" not in page(client, "/news/")
    total = client.get("/news.json?q=climate").get_json()["total"]
    assert 0 < total < 22
    assert len(list(csv.reader(io.StringIO(client.get("/news.csv?q=climate").text)))) == total + 1
    for query in ("city=atlantis", "source=nobody", "language=xx", "q=zzzzzz"):
        assert "0 stories" in page(client, f"/news/?{query}")


def test_nothing_found_says_so_and_leads_on(client: FlaskClient) -> None:
    html = page(client, "/news/?principle=XYZ")
    assert "0 stories" in html
    assert "XYZ" in html
    assert "Show all news" in html
    assert "fewer pages" in page(client, "/news/?page=99")


WRONG = {
    "page=0": "page", "page=x": "page", "year=1": "year", "year=20x4": "year", "year=2014&year=2015": "year",
    "principle=%00": "principle", "principle=%FF": "principle", "principle=" + "x" * 60: "principle",
    "q=a+b+c+d+e+f+g+h+i": "q", "q=" + "x" * 201: "q", "source=" + "x" * 81: "source", "city=%00": "city",
    "language=" + "x" * 21: "language",
}  # fmt: skip


def test_a_parameter_that_cannot_be_is_named(client: FlaskClient) -> None:
    for query, name in WRONG.items():
        problem = client.get(f"/news.json?{query}")
        assert (problem.status_code, problem.get_json(force=True)["parameter"]) == (400, name), query
    assert "“page”" in page(client, "/news/?page=0", 400)
    assert "at most 8 words" in page(client, "/news/?q=a+b+c+d+e+f+g+h+i", 400)


def test_outside_text_stays_text(session: Any, client: FlaskClient) -> None:
    make_entry(title=HOSTILE, summary_html=f"<p>{HOSTILE}</p>", url="javascript:alert(1)")
    html = page(client, "/news/")
    assert "<script>alert" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html


def test_news_as_json(client: FlaskClient) -> None:
    document = client.get("/news.json?per_page=5&page=2&principle=GP1").get_json()
    whole = client.get("/news.json?per_page=100").get_json()
    assert whole["total"] == len(whole["items"]) == 22
    assert document["page"] == 2
    assert document["pages"] == -(-document["total"] // 5)
    item = whole["items"][0]
    assert item["date"] == "2026-01-25"
    assert item["principles"] == ["GP4"]
    assert item["language"] == "en"
    assert item["source"]["slug"] == "forum"
    counts = {each["code"]: each["count"] for each in whole["facets"]["principle"]}
    assert counts["GP1"] == client.get("/news.json?principle=GP1").get_json()["total"]


def test_news_as_csv_hold_every_row_and_no_formula(session: Any, client: FlaskClient) -> None:
    make_entry(title="=1+1")
    response = client.get("/news.csv")
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert len(rows) == 23
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["source"] == "A test source"


def test_news_as_atom(client: FlaskClient) -> None:
    feed = feedparser.parse(client.get("/news.atom?principle=GP4").data)
    assert not feed.bozo
    assert feed.feed.id.endswith("/news.atom?principle=GP4")
    assert feed.entries
    assert all("GP4" in {tag.term for tag in entry.tags} for entry in feed.entries)
    assert feed.entries[0].link == "https://cm.asiae.co.kr/article/2026012509452982989"
    assert not feedparser.parse(client.get("/news.atom?principle=XYZ").data).bozo


def test_events_tell_what_is_known_and_what_is_not(client: FlaskClient) -> None:
    html = page(client, "/events/")
    assert html.count('<section id="forum-') == 16
    assert html.index('id="forum-16"') < html.index('id="forum-1"')
    second = html[html.index('id="forum-2"') : html.index('id="forum-1"')]
    assert '<time datetime="2012-05">May 2012</time>' in second
    assert "Its theme was not found." in second
    last = html[html.index('id="forum-16"') : html.index('id="forum-15"')]
    assert "Our translation of the theme." in last
    assert "(to come)" not in last


def test_a_theme_comes_in_the_readers_language_or_is_marked(client: FlaskClient) -> None:
    html = page(client, "/events/", language="ko")
    assert '<p class="big" lang="ko">권위주의와 포퓰리즘에 대항하는 인권도시</p>' in html
    assert '<p class="big" lang="en">Climate Crisis and Human Rights</p>' in html


def test_a_forum_still_to_come_says_so(session: Any, client: FlaskClient) -> None:
    with transaction():
        edition = queries.list_editions()[0]
        edition.starts, edition.ends = "2099-05-13", "2099-05-15"
    assert page(client, "/events/").count("(to come)") == 1


def test_events_as_json_csv_and_atom(client: FlaskClient) -> None:
    document = client.get("/events.json?per_page=10&page=2").get_json()
    assert (document["total"], document["pages"], len(document["items"])) == (16, 2, 6)
    assert document["items"][-1]["starts"] == "2011-05-16"
    rows = list(csv.DictReader(io.StringIO(client.get("/events.csv").text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == [str(number) for number in range(16, 0, -1)]
    feed = feedparser.parse(client.get("/events.atom").data)
    assert not feed.bozo
    assert len(feed.entries) == 16


@pytest.mark.parametrize("path", ["/news.xml", "/events.rss", "/news.ics", "/news"])
def test_other_suffixes_are_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (404, 308)
