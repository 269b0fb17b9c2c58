"""XML that asks its reader to open files, reach other machines or grow without end."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hub.feeds.parse import UnreadableFeed
from hub.feeds.parsing import Parser

ITEM = "<item><title>Story {text}</title><link>https://site.example/1</link><guid>urn:1</guid></item>"


def feed(doctype: str, text: str) -> bytes:
    head = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>Site</title>'
    return f"{head}{ITEM.format(text=text)}</channel></rss>".encode()


def titles(document: bytes) -> str:
    """Return all that the feed's reader takes from a document, as one text; empty where it refuses it."""
    with Parser(seconds=20) as parser:
        try:
            found = parser.read(document, "application/xml", "https://site.example/feed")
        except UnreadableFeed:
            return ""
    return repr(found)


@pytest.mark.alone
def test_an_entity_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("quincunx", encoding="ascii")
    for doctype in (f'<!DOCTYPE rss [<!ENTITY e SYSTEM "file://{secret}">]>', f'<!DOCTYPE rss SYSTEM "file://{secret}">',
                    f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "file://{secret}"> %p;]>',
                    f'<!DOCTYPE rss PUBLIC "-//x" "{secret}" [<!ENTITY e SYSTEM "{secret}">]>'):  # fmt: skip
        assert "quincunx" not in titles(feed(doctype, "&e;")), doctype
    included = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{}"/>'
    assert "quincunx" not in titles(feed("", included.format(secret)))


@pytest.mark.alone
def test_an_entity_reaches_no_machine() -> None:
    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"quincunx")

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        place = f"http://127.0.0.1:{server.server_port}/dtd"
        for doctype in (f'<!DOCTYPE rss SYSTEM "{place}">', f'<!DOCTYPE rss [<!ENTITY e SYSTEM "{place}">]>',
                        f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{place}"> %p;]>'):  # fmt: skip
            assert "quincunx" not in titles(feed(doctype, "&e;"))
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


@pytest.mark.alone
def test_entities_of_entities_stay_small() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = feed(f'<!DOCTYPE rss [<!ENTITY l0 "lollollol">{laughs}]>', "&l9;")
    assert len(titles(document)) < 100_000
    long = feed(f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 2000)  # two hundred million letters
    assert len(titles(long)) < 10_000_000
