"""The feeds of the bench are the same every time, are read as they are meant, and are given out once."""

from __future__ import annotations

import os
import subprocess

import pytest

from bench import _feedsite
from hub.feeds.parse import parse_feed
from tests.processes import Used, children_of, is_running


@pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser")
def test_a_feed_is_the_same_for_the_same_number_and_another_for_the_next() -> None:
    feeds = [_feedsite.feed(number) for number in range(4)]
    assert _feedsite.feed(2) == feeds[2]
    assert len(set(feeds)) == 4
    read = [parse_feed(feed) for feed in feeds]
    assert [feed.language for feed in read] == ["en", "ko", "es", "fr"]
    for feed in read:
        assert len({entry.guid for entry in feed.entries}) == _feedsite.ENTRIES
        assert all(entry.title and entry.summary_html and entry.published_at for entry in feed.entries)


def test_who_has_a_feed_is_told_so() -> None:
    feeds = [b"one", b"two"]
    head = b"GET /1 HTTP/1.1\r\nHost: 127.0.0.2\r\n"
    assert _feedsite.answer(head + b"\r\n", feeds).endswith(b"\r\n\r\ntwo")
    assert b" 304 " in _feedsite.answer(head + b'If-None-Match: "1"\r\n\r\n', feeds)
    assert b" 200 " in _feedsite.answer(head + b'If-None-Match: "0"\r\n\r\n', feeds)
    for path in (b"/2", b"/x", b"/"):
        assert b" 404 " in _feedsite.answer(b"GET %s HTTP/1.1\r\n\r\n" % path, feeds)
    assert {_feedsite.host_of(number, 50) for number in range(1000)} == {f"127.0.0.{end}" for end in range(2, 52)}


def test_what_a_process_uses_is_read_from_the_system() -> None:
    used = Used()
    used.look(os.getpid())
    assert used.seconds > 0.1
    assert used.megabytes > 10
    with subprocess.Popen(["sleep", "60"]) as child:
        assert child.pid in children_of(os.getpid())
        assert is_running(child.pid)
        child.kill()
    assert not is_running(child.pid)
