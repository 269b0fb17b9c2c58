"""Answers that mean harm, for a loopback site: slow ones, endless ones, and such as keep a parser or a network busy."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.feeds.parsing import Parser
from tests.feeds.site import Site

Answer = Callable[[Any], None]
PUBLIC = "93.184.215.14"  # an address that is allowed, where nobody is reached
FLOOD_SECONDS = 1.0


def drip(site: Site, seconds: float = 1.0) -> Answer:
    """Answer a feed that comes a byte a second and never ends."""

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.end_headers()
        while not site.stop.wait(seconds):
            handler.wfile.write(b"<")

    return answer


def endless_headers(site: Site, seconds: float = 0.1) -> Answer:
    """Answer one header line after another, slowly, and no body."""

    def answer(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.stop.wait(seconds):
            handler.wfile.write(b"X-More: and more\r\n")

    return answer


def many_headers(handler: Any) -> None:
    """Answer ten thousand header lines at once."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 10_000 + b"\r\n")


def one_long_header(handler: Any) -> None:
    """Answer one header of a megabyte."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n")


def silence(site: Site) -> Answer:
    """Take the question and say nothing."""
    return lambda _handler: site.stop.wait(60) and None


def endless_body(site: Site) -> Answer:
    """Answer a body without end, as quickly as it is taken."""

    def answer(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not site.stop.is_set():
            handler.wfile.write(b"10000\r\n" + b"a" * 65_536 + b"\r\n")

    return answer


def bomb(megabytes: int = 300) -> bytes:
    """Return a few hundred kilobytes of gzip that unpack to so many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def attribute_flood(number: int = 100_000) -> bytes:
    """Return, packed, a feed with so many attributes on one element, over which feedparser takes ever longer."""
    attributes = " ".join(f'a{each}="1"' for each in range(number))
    return gzip.compress(
        f"<rss version='2.0'><channel><item {attributes}><title>x</title></item></channel></rss>".encode()
    )


def namespace_flood(number: int = 40_000) -> bytes:
    """Return, packed, a feed whose stories each declare a namespace of their own, which costs it as much."""
    items = "".join(f'<item xmlns:n{each}="urn:{each}"><n{each}:t>v</n{each}:t></item>' for each in range(number))
    return gzip.compress(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode())


def end_floods_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give parsers little time for addresses with `flood` in them: what ends them is the same."""
    read = Parser.read

    def hurried(parser: Parser, content: bytes, content_type: str, address: str) -> Any:
        before = parser._seconds
        parser._seconds = FLOOD_SECONDS if "flood" in address else before
        try:
            return read(parser, content, content_type, address)
        finally:
            parser._seconds = before

    monkeypatch.setattr(Parser, "read", hurried)


@dataclass
class Resolver:
    """Names that lead where a test says, one answer after another; everything that was connected to is noted.

    Nothing but loopback is really reached; behind `PUBLIC` stands a loopback port where one is given.
    """

    names: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between this process and the network."""
        look_up, connect = socket.getaddrinfo, socket.socket.connect

        def named(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            if host not in self.names:
                return look_up(host, port, *arguments, **options)
            self.asked.append(host)
            answers = self.names[host]
            place = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, int(port)))]

        def noted(sock: socket.socket, place: Any) -> None:
            if isinstance(place, tuple):
                self.connected.append(place[:2])
                if place[0] == PUBLIC and self.port:
                    place = ("127.0.0.1", self.port)
                elif not place[0].startswith("127."):
                    raise ConnectionRefusedError(f"{place[0]} is outside")
            connect(sock, place)

        monkeypatch.setattr(socket, "getaddrinfo", named)
        monkeypatch.setattr(socket.socket, "connect", noted)
