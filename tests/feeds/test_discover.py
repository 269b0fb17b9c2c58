"""The feeds that a web page names."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.feeds.discover import MAX_FEEDS, FoundFeed, find_feeds

pytestmark = pytest.mark.alone

ADDRESS = "https://city.example/dir/page"


def found(*tags: str) -> list[str]:
    return [each.address for each in find_feeds(f"<html><head>{''.join(tags)}</head><body>", ADDRESS)]


def link(kind: str, href: str, rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


def test_a_page_of_the_collection(shared: Path) -> None:
    page = (shared / "data" / "feeds" / "discovery" / "page-ko.html").read_text(encoding="utf-8")
    assert find_feeds(page, "https://city.example.kr/") == [
        FoundFeed("https://city.example.kr/board/rss.xml", "소식"),
        FoundFeed("https://city.example.kr/atom.xml?a=1&b=2", ""),
        FoundFeed("https://city.example.kr/feed.json", ""),
    ]


def test_only_feeds_are_taken() -> None:
    assert found(link("application/json", "/feed.json"), link("application/json", "/a/myfeed.json?x=1"),
                 link("application/json", "/feed/json")) == [
        "https://city.example/feed.json", "https://city.example/a/myfeed.json?x=1", "https://city.example/feed/json",
    ]  # fmt: skip
    assert found(link("text/xml", "rss"), link("application/xml; charset=x", "/news/feed#top")) == [
        "https://city.example/dir/rss", "https://city.example/news/feed",
    ]  # fmt: skip
    assert not found(
        link("application/json", "/wp-json/wp/v2/pages/12"), link("application/json+oembed", "/feed.json"),
        link("application/json", "http://["), link("text/xml", "/sitemap.xml"), link("text/html", "/feed"),
        link("application/rss+xml", "/a", rel="stylesheet"), link("application/rss+xml", "javascript:x"),
        link("application/rss+xml", "http://["), link("application/rss+xml", ""),
    )  # fmt: skip


def test_what_is_broken_or_too_much_stops_nothing() -> None:
    feed = link("application/rss+xml", "/a")
    assert found(feed, "<![<item>CDATA[x]]>") == ["https://city.example/a"]
    assert found('<base href="http://[">', feed, feed) == ["https://city.example/a"]
    assert len(found(*(link("application/rss+xml", f"/{n}") for n in range(100)))) == MAX_FEEDS
    assert find_feeds("<" * 1000 + "<link", ADDRESS) == []
