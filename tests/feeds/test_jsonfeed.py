"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.feeds.parse import BROKEN_JSON, NO_FEED, NOT_ALL_STORIES, Enclosure, ParsedFeed, UnreadableFeed, parse_feed

pytestmark = pytest.mark.alone

ADDRESS = "https://site.example/dir/feed.json"


def read(items: Any, **members: Any) -> ParsedFeed:
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items} | members
    return parse_feed(json.dumps(document).encode(), "application/feed+json", ADDRESS)


def test_a_feed_of_the_collection(shared: Path) -> None:
    folder = shared / "data" / "feeds"
    feed = parse_feed((folder / "formats" / "jsonfeed11-ko.json").read_bytes(), "", ADDRESS)
    assert (feed.title, feed.homepage, feed.language) == ("인권도시 JSON", "https://forum.example.org/", "ko")
    first, second = feed.entries
    assert (first.title, first.summary_html, first.terms) == ("첫 소식", "<p>안녕</p>", ("포럼",))
    assert first.enclosures == (Enclosure("https://forum.example.org/a.pdf", "application/pdf", 10),)
    assert (second.title, second.guid) == ("", "2")
    assert second.summary_html == "<p>제목 없는 글 &lt;b&gt;not bold&lt;/b&gt;</p>"
    assert second.updated_at is not None
    whole = parse_feed((folder / "feedbin" / "feed.json").read_bytes(), "", ADDRESS)
    assert (whole.title, len(whole.entries), whole.warning) == ("The Record", 11, "")
    assert all(len(each.body_html) > len(each.summary_html) for each in whole.entries)
    assert "<img" not in whole.entries[0].body_html


def test_odd_items_are_read_as_far_as_they_go(shared: Path) -> None:
    feed = parse_feed((shared / "data" / "feeds" / "formats" / "jsonfeed10-odd.json").read_bytes(), "", ADDRESS)
    assert feed.warning == NOT_ALL_STORIES
    seven, eight, nine, double = feed.entries
    assert (seven.guid, seven.url) == ("7", "https://site.example/rel/7")
    assert eight.guid == eight.url == "https://x.example/8"
    assert (nine.url, nine.published_at, nine.date_text) == ("https://y.example/9", None, "not a date")
    assert double.title == "dup id"
    assert len({each.guid for each in feed.entries}) == 4


def test_what_is_of_another_kind_is_let_go() -> None:
    odd = {
        "id": {"a": 1}, "url": ["x"], "title": None, "content_html": 5, "summary": True, "date_published": 1747267200,
        "tags": "x", "attachments": [1, {"url": "javascript:x"}, {"url": "b.mp3", "size_in_bytes": "many"}],
        "language": 3, "authors": "nobody",
    }  # fmt: skip
    [entry] = read([odd], language=["en"], home_page_url={}, title=7).entries
    assert (entry.url, entry.title, entry.summary_html, entry.terms, entry.language) == ("", "", "5", (), None)
    assert entry.enclosures == (Enclosure("https://site.example/dir/b.mp3"),)
    assert entry.published_at is not None
    assert [each.guid for each in read([{"id": 1.0}, {"id": 1.5}, {"id": "01"}, {"id": 0}]).entries] == [
        "1", "1.5", "01", "0",
    ]  # fmt: skip


def test_texts_are_cleaned_and_links_whole() -> None:
    long = "<p>" + "Words of a long story. " * 60 + '<a href="../more">more</a><img src="https://x.example/a.png"></p>'
    first, second, third = read(
        [
            {"id": "1", "url": "/n/1", "summary": "Short\n\n<i>and</i> plain", "content_html": long},
            {"id": "2", "content_text": "One\ntwo\r\n\r\nthree & four"},
            {
                "id": "3",
                "title": "a\u202eb\u200b \x07<b>c</b> & d",
                "content_html": "<p onclick=x()>x\x00&#x202e;y</p>",
            },
        ]
    ).entries
    assert first.summary_html == "<p>Short</p><p>&lt;i&gt;and&lt;/i&gt; plain</p>"
    assert 'href="https://site.example/more"' in first.body_html
    assert "img" not in first.body_html
    assert second.summary_html == "<p>One<br>two</p><p>three &amp; four</p>"
    assert (third.title, third.summary_html) == ("ab c & d", "<p>xy</p>")


def test_the_newest_five_hundred_are_read() -> None:
    feed = read([{"id": n, "date_published": f"2025-01-01T00:{n // 60:02}:{n % 60:02}Z"} for n in range(520)])
    assert feed.is_capped
    assert [each.guid for each in feed.entries] == [str(n) for n in range(20, 520)]


def test_what_is_no_feed_is_refused_in_words(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "formats"
    no_feeds = [
        (folder / "json-not-a-feed.json").read_bytes(), b"{}", b"[]", b'[{"id": 1}]', b'{"version": 1, "items": []}',
        b'{"version": "https://jsonfeed.org/version/1"}', b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
    ]  # fmt: skip
    broken = [
        (folder / "jsonfeed-truncated.json").read_bytes(), b"{", b'{"a":}', b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ]  # fmt: skip
    for documents, words in ((no_feeds, NO_FEED), (broken, BROKEN_JSON)):
        for document in documents:
            with pytest.raises(UnreadableFeed) as refused:
                parse_feed(document, "application/json", ADDRESS)
            assert str(refused.value) == words, document[:80]
