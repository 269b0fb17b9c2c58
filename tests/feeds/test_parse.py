"""From the bytes of RSS and Atom to stories, and the process that reads them."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.core.addresses import MAX_ADDRESS
from hub.feeds.discover import FoundFeed
from hub.feeds.parse import (
    BAD_LETTERS,
    CUT_OFF,
    CUT_SHORT,
    EMPTY,
    MAX_BODY,
    MAX_TITLE,
    NO_FEED,
    NOT_WELL_FORMED,
    WEB_PAGE,
    Enclosure,
    ParsedEntry,
    ParsedFeed,
    UnreadableFeed,
    parse_feed,
)  # fmt: skip
from hub.feeds.parsing import TOO_HARD, Parser, WebPage

pytestmark = pytest.mark.alone

ADDRESS = "https://site.example/dir/feed.xml"
LONG = "Words of a long story. " * 60


def rss(*items: str, channel: str = "") -> bytes:
    """Return a feed of items, each given by what stands inside it."""
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    inside = "".join(f"<item>{each}</item>" for each in items)
    return f'<rss version="2.0" {spaces}><channel><title>S</title>{channel}{inside}</channel></rss>'.encode()


def read(document: bytes) -> ParsedFeed:
    return parse_feed(document, "", ADDRESS)


def only(inside: str) -> ParsedEntry:
    [entry] = read(rss(inside)).entries
    return entry


def refusal(document: bytes) -> str:
    with pytest.raises(UnreadableFeed) as refused:
        read(document)
    return str(refused.value)


def test_what_cannot_be_read_is_refused_in_words() -> None:
    assert refusal(b" \n\x00") == EMPTY
    for page in (b"<!doctype html><p>x", b"  <!-- x --><HTML><rss>", b"\xef\xbb\xbf<html>"):
        assert refusal(page) == WEB_PAGE
    for other in (b"nonsense", b"<opml/>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"/etc/passwd"):
        assert refusal(other) == NO_FEED
    assert refusal(b"<rss version='2.0'><channel><title>S</title><item><title>Half a st") == CUT_OFF


def test_a_feed_that_breaks_off_gives_what_came_before(shared: Path) -> None:
    document = (shared / "data" / "feeds" / "broken" / "truncated.rss").read_bytes()
    feed = read(document)
    assert ([each.guid for each in feed.entries], feed.warning) == (
        ["urn:forum:t0", "urn:forum:t1", "urn:forum:t2"],
        CUT_SHORT,
    )
    places = range(document.index(b"</item>") + 7, len(document), 23)
    assert {len(read(document[:cut]).entries) for cut in places} == {1, 2, 3}
    atom = b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>urn:1</a:id></a:entry><a:entry><a:id>urn:'
    assert [each.guid for each in read(atom).entries] == ["urn:1"]


def test_what_is_not_in_order_is_read_with_a_warning(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "broken"
    warnings = {
        "bare-ampersand.rss": NOT_WELL_FORMED, "undeclared-ns.rss": NOT_WELL_FORMED,
        "leading-junk.rss": NOT_WELL_FORMED, "control-chars.rss": BAD_LETTERS, "bad-utf8.rss": BAD_LETTERS,
    }  # fmt: skip
    for name, warning in warnings.items():
        feed = read((folder / name).read_bytes())
        assert (len(feed.entries), feed.warning) == (1, warning), name
    assert read((folder / "bare-ampersand.rss").read_bytes()).title == "R&D"
    assert read(rss("<guid>1</guid>")).warning == ""
    [entry] = read(rss("<title>A&B <![CDATA[C&D &eacute;]]> &lt; &#38; &nbsp;</title>")).entries
    assert entry.title == "A&B C&D é < &"


def test_the_whole_text_is_kept_where_it_says_more_than_the_summary() -> None:
    encoded = f"<content:encoded><![CDATA[<p>{LONG}</p><a href='/x'>x</a><img src='https://t.example/p.gif'>]]></content:encoded>"
    both = only(f"<guid>1</guid><description>In short &amp;amp; clear</description>{encoded}")
    assert both.summary_html == "In short &amp; clear"
    assert both.body_html.startswith("<p>Words of")
    assert 'href="https://site.example/x"' in both.body_html
    assert "img" not in both.body_html
    alone = only(f"<guid>1</guid>{encoded}")
    assert alone.body_html == both.body_html
    assert alone.summary_html.startswith("<p>Words of")
    assert alone.summary_html.endswith("…</p>")
    assert len(alone.summary_html) <= 510
    short = "<description>&lt;b&gt;Short&lt;/b&gt;</description>"
    for inside in (
        short,
        short.replace("description", "content:encoded"),
        f"{short}<content:encoded>S</content:encoded>",
    ):
        entry = only(f"<guid>1</guid>{inside}")
        assert (entry.summary_html, entry.body_html) == ("<b>Short</b>", ""), inside


def test_links_and_files_are_whole_and_safe(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "urls"
    links = [each.url for each in read((folder / "unsafe-links.rss").read_bytes()).entries]
    assert [place for place, link in enumerate(links) if not link] == [0, 1, 2, 4, 9]
    files = [each.enclosures for each in read((folder / "unsafe-links.rss").read_bytes()).entries]
    assert [place for place, each in enumerate(files) if not each] == [0, 1, 2, 4, 9]
    [entry] = read((folder / "relative-base.atom").read_bytes()).entries
    assert entry.url == "https://forum.example.org/dir/news/1"
    assert entry.summary_html == '<a href="https://forum.example.org/x" rel="noopener nofollow ugc">x</a>'
    [entry] = read((folder / "relative-nobase.rss").read_bytes()).entries
    assert entry.url == "https://site.example/news/a"
    burnt = only("<link>https://ads.example/1</link><feedburner:origLink>https://site.example/1</feedburner:origLink>")
    assert burnt.url == "https://site.example/1"
    assert only(f"<title>t</title><link>https://site.example/{'a' * MAX_ADDRESS}</link>").url == ""
    many = "".join(f'<enclosure url="/{n % 12}.mp3" type="audio/mpeg" length="{n}"/>' for n in range(30))
    picture = '<media:content url="/p.jpg" medium="image"/><media:content url="/v.mp4" type="video/mp4" fileSize="7"/>'
    assert len(only(many).enclosures) == 10
    assert only(picture).enclosures == (Enclosure("https://site.example/v.mp4", "video/mp4", 7),)
    assert only('<enclosure url="/a" type="x y&lt;" length="-1"/>').enclosures == (Enclosure("https://site.example/a"),)


def test_each_story_has_a_name_of_its_own() -> None:
    def names(*items: str) -> list[str]:
        return [each.guid for each in read(rss(*items)).entries]

    same, one, two = (
        "<guid isPermaLink='false'>x</guid>",
        "<link>https://a.example/1</link>",
        "<link>https://a.example/2</link>",
    )
    assert names("<guid>17</guid>") == ["17"]  # not joined to the address of the feed, which may change
    assert names(f"{same}{one}", f"{same}{one}") == ["x"]
    both = names(f"{same}{one}", f"{same}{two}")
    assert len(set(both)) == 2
    assert sorted(names(f"{same}{two}", f"{same}{one}")) == sorted(both)  # whatever their order
    assert len(names(f"{same}{one}<title>a</title>", f"{same}{one}<title>b</title>")) == 2
    assert names("<title>t</title>", "<title>u</title>") == names("<title>u</title>", "<title>t</title>")[::-1]
    assert len(names('<enclosure url="/1.mp3"/>', '<enclosure url="/2.mp3"/>')) == 2
    assert len(names(f"<guid>{'g' * 20_000}</guid>")[0]) < 100


def test_only_the_newest_five_hundred_are_read() -> None:
    dated = [f"<guid>{n}</guid><pubDate>2025-01-01T00:{n // 60:02}:{n % 60:02}Z</pubDate>" for n in range(505)]
    feed = read(rss(*dated))
    assert (feed.is_capped, feed.entries[0].guid, len(feed.entries)) == (True, "5", 500)
    undated = read(rss(*(f"<guid>{n}</guid>" for n in range(505))))
    assert (undated.is_capped, undated.entries[0].guid, undated.entries[-1].guid) == (True, "0", "499")


def test_how_long_a_feed_asks_to_wait(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "lang"
    assert read((folder / "ko.rdf").read_bytes()).period_minutes == 720
    assert read((folder / "es-latin1.rss").read_bytes()).ttl_minutes == 120
    waits = {
        "<sy:updatePeriod> Hourly </sy:updatePeriod>": 60,
        "<sy:updatePeriod>soon</sy:updatePeriod>": None,
        "": None,
        "<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>": 10080,
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>999999</sy:updateFrequency>": 1,
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>-2</sy:updateFrequency>": 1440,
    }
    assert {channel: read(rss(channel=channel)).period_minutes for channel in waits} == waits
    assert [read(rss(channel=f"<ttl>{ttl}</ttl>")).ttl_minutes for ttl in ("60", "-1", "x", "9" * 50)] == [
        60,
        None,
        None,
        None,
    ]


def test_texts_stay_within_bounds(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "hostile"
    [long] = read((folder / "long-fields.rss").read_bytes()).entries
    assert (len(long.title), long.url, long.guid[:7]) == (MAX_TITLE, "", "sha256:")
    assert len(long.summary_html) <= MAX_BODY
    [deep] = read((folder / "deep-nesting.rss").read_bytes()).entries
    assert "<div" not in deep.summary_html
    nested = only("<description>" + "&lt;div&gt;" * 300 + "The words &amp;amp; stay</description>")
    assert nested.summary_html == "<p>The words &amp; stay</p>"
    for start in ("", "&lt;div&gt;" * 300):
        scripts = (
            f"{start}&lt;script&gt;alert(1)&lt;/script&gt;&lt;style&gt;p{{}}&lt;/style&gt;&lt;img src=x onerror=y()&gt;"
        )
        assert only(f"<guid>1</guid><description>{scripts}</description>").summary_html == ""
    wide = only("<description>" + "&lt;a&gt;x" * 20_000 + "</description>")
    assert len(wide.summary_html) < 3 * MAX_BODY
    one, _two, three = read((folder / "bidi-formula.rss").read_bytes()).entries
    assert (one.title, three.title) == ("gnp.exe", "a b")
    turned = only("<title>a&amp;#x202e;b</title><description>&lt;p&gt;a&amp;#x202e;b&amp;#0;&lt;/p&gt;</description>")
    assert (turned.title, turned.summary_html) == ("ab", "<p>ab\ufffd</p>")


def test_languages_and_tags() -> None:
    feed = read(rss("<guid>1</guid><category>a</category>", "<guid>2</guid><dc:language>fr</dc:language>",
                    channel="<language>es_MX</language>"))  # fmt: skip
    assert (feed.language, [each.language for each in feed.entries]) == ("es-MX", ["es-MX", "fr"])
    assert feed.entries[0].terms == ("a",)


def test_the_process_gives_back_what_it_read(shared: Path) -> None:
    page = (shared / "data" / "feeds" / "discovery" / "page-ko.html").read_bytes()
    document = rss(
        "<guid>1</guid><title>제목</title><pubDate>Thu, 15 May 2025 09:00:00 KST</pubDate><enclosure url='/a.mp3'/>"
    )
    with Parser() as parser:
        feed = parser.read(document, "", ADDRESS)
        assert feed == read(document)
        assert isinstance(feed, ParsedFeed)
        assert feed.entries[0].published_at == datetime(2025, 5, 15, tzinfo=UTC)
        found = parser.read(page, "", ADDRESS)
        assert isinstance(found, WebPage)
        assert FoundFeed("https://city.example.kr/feed.json", "") in found.feeds
        process = parser._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert parser.read(document, "", ADDRESS) == feed  # another one goes on


def test_the_process_ends_when_a_feed_keeps_it_busy(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flood = gzip.decompress((shared / "data" / "feeds" / "hostile" / "attr-flood.rss.gz").read_bytes())
    with Parser(seconds=0.8) as parser:
        with pytest.raises(UnreadableFeed, match=TOO_HARD):
            parser.read(flood, "", ADDRESS)
        assert parser._process is None


def test_the_process_carries_no_database_and_no_web() -> None:
    words = "import hub.feeds.parsing, hub.feeds.xmlfeed, hub.feeds.jsonfeed, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "feedparser" in loaded
    assert not loaded & {"sqlalchemy", "flask", "werkzeug", "requests", "jinja2", "pydantic", "structlog"}
