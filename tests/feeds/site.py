"""A site on loopback that answers as a test says, and keeps what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
ENTRY = (
    "<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>"
    "<pubDate>{date}</pubDate><description>{text}</description></item>"
)
DATE = "Thu, 15 May 2025 09:00:00 GMT"


def item(guid: str = "urn:a:1", **values: str) -> str:
    """Return one story as RSS writes it."""
    given = {
        "title": f"Story {guid}",
        "link": f"https://site.example/{guid[-1]}",
        "date": DATE,
        "text": "What happened.",
    }
    return ENTRY.format(guid=guid, **(given | values))


def rss(*items: str, title: str = "City news", more: str = "") -> bytes:
    """Return a feed of these stories."""
    head = f"<title>{title}</title><link>https://site.example/</link><language>en</language>{more}"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()


class Site:
    """What stands at which path; `asked` holds (path, headers) of every request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[Any], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.stop = threading.Event()
        self.port = 0

    @property
    def pair(self) -> str:
        """Host and port, as the setting HUB_FETCH_ALLOW writes them."""
        return f"127.0.0.1:{self.port}"

    @property
    def allow(self) -> frozenset[str]:
        """The setting that lets the hub reach this site."""
        return frozenset({self.pair})

    def url(self, path: str = "/feed") -> str:
        """Return the address of a path."""
        return f"http://{self.pair}{path}"

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Let a path answer with this; underscores in names of headers are hyphens. Returns the address."""
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return self.url(path)

    def feed(self, *items: str, path: str = "/feed", **headers: str) -> str:
        """Let a path answer with a feed of these stories."""
        return self.put(path, rss(*items), Content_Type="application/rss+xml", **headers)


@contextmanager
def running_site() -> Iterator[Site]:
    """Serve a site until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            self.close_connection = True
            answer = site.answers.get(self.path, (404, {}, b"not here"))
            with suppress(OSError):
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET

        def handle_error(self, *_arguments: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stop.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
