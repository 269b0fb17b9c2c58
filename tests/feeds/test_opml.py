"""Lists of feeds, in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.feeds import opml
from hub.feeds.opml import Outline, UnreadableList, read_opml, write_opml

pytestmark = pytest.mark.alone


def test_folders_come_with_their_feeds(shared: Path) -> None:
    folder = shared / "data" / "feeds"
    assert read_opml((folder / "opml" / "nested.opml").read_bytes()) == [
        Outline("https://forum.example.org/ko.rss", "광주", "https://forum.example.org/", ("Asia",)),
        Outline("https://seoul.example.kr/rss", "서울", "", ("Asia",)),
        Outline("https://busan.example.kr/rss", "부산", "", ("Asia", "Deep")),
        Outline("https://forum.example.org/ko.rss", "중복", ""),
        Outline("javascript:alert(1)", "bad", ""),
        Outline("http://127.0.0.1/feed", "inner", ""),
    ]
    assert read_opml((folder / "venus" / "subscriptions.opml").read_bytes())


def test_other_encodings_and_odd_spellings_are_read() -> None:
    feed = '<outline TEXT=" a\u0007 " XMLURL=" https://a.example/ "/>'
    text = f'<OPML><body><outline title="광주" text="x">{feed}</outline></body></OPML>'
    wanted = [Outline("https://a.example/", "a", "", ("광주",))]
    for encoding in ("utf-8", "utf-16", "euc-kr"):
        head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
        assert read_opml((head + text).encode(encoding)) == wanted, encoding


def test_what_is_no_list_is_refused_in_words(shared: Path) -> None:
    refused = {
        opml.DOCTYPE: [(shared / "data" / "feeds" / "opml" / "bomb.opml").read_bytes(), b"<!DOCTYPE opml><opml/>"],
        opml.BROKEN: [b"", b"not xml", b"<opml><body>", b"<opml>&x;</opml>"],
        opml.NO_LIST: [b"<rss/>"],
        opml.NOTHING: [b"<opml/>", b"<opml><body><outline text='a'/></body></opml>"],
        opml.TOO_DEEP: [b"<opml>" + b"<outline>" * opml.MAX_DEPTH],
        opml.TOO_LONG: [b"<opml>" + b"<outline/>" * (opml.MAX_OUTLINES + 1)],
        opml.TOO_LARGE: [b" " * (opml.MAX_BYTES + 1)],
    }
    for words, documents in refused.items():
        for document in documents:
            with pytest.raises(UnreadableList) as error:
                read_opml(document)
            assert str(error.value) == words, document[:60]


def test_what_is_written_is_read_again() -> None:
    feeds = [
        ('R&D "news" <b>', "https://a.example/?a=1&b='2'", "https://a.example/", "ko"),
        ("a\x00b\nc\ud800\ufffe", "https://b.example/", "", ""),
        ("", "https://c.example/", "", "en"),
    ]
    written = write_opml("Sources </title>\x07", feeds)
    assert b"\x00" not in written
    assert read_opml(written) == [
        Outline("https://a.example/?a=1&b='2'", 'R&D "news" <b>', "https://a.example/"),
        Outline("https://b.example/", "ab c", ""),
        Outline("https://c.example/", "https://c.example/", ""),
    ]
    assert b'language="ko"' in written
    with pytest.raises(UnreadableList, match=opml.NOTHING):
        read_opml(write_opml("None yet", []))
