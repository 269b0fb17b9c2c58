"""The guarded client: what it refuses, where it stops, and what it never reaches."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from hub.core import addresses
from hub.core import fetch as client
from hub.core.addresses import NotFetched, check_address, is_public
from hub.core.fetch import Fetched, Limits, fetch
from tests.feeds import hostile_site
from tests.feeds.site import Site, running_site

pytestmark = pytest.mark.alone
CONTACT = "https://hub.example/about"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def ask(site: Site, path: str = "/feed", **options: Any) -> Fetched:
    return fetch(site.url(path), allow=site.allow, contact=CONTACT, **options)


def refused(url: str, allow: frozenset[str] = frozenset(), **options: Any) -> str:
    with pytest.raises(NotFetched) as caught:
        fetch(url, allow=allow, contact=CONTACT, **options)
    return caught.value.reason


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("93.184.215.14", True), ("8.8.8.8", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False), ("127.8.8.8", False), ("0.0.0.0", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("192.0.0.8", False),
        ("192.88.99.1", False), ("198.18.0.1", False), ("203.0.113.5", False), ("224.0.0.1", False),
        ("240.0.0.1", False), ("255.255.255.255", False), ("::", False), ("::1", False), ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:0:127.0.0.1", False), ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", False), ("64:ff9b:1::1", False), ("2002:7f00:1::", False),
        ("2002:808:808::1", False), ("2001::1", False), ("2001:20::1", False), ("2001:db8::1", False),
        ("3fff::1", False), ("5f00::1", False), ("fe80::1", False), ("fe80::1%lo", False), ("fec0::1", False),
        ("fc00::1", False), ("fd00:ec2::254", False), ("ff02::1", False), ("not an address", False),
    ],
)  # fmt: skip
def test_only_public_machines_are_reached(host: str, good: bool) -> None:
    assert is_public(host) is good


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "0", "0.0.0.0", "127.0.0.1",
        "localhost", "169.254.169.254", "2852039166", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "192.168.0.1",
    ],
)  # fmt: skip
def test_odd_spellings_of_private_addresses_are_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_arguments: Any) -> None:
        raise AssertionError("it connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert refused(f"http://{host}/") == addresses.NOT_ALLOWED


@pytest.mark.parametrize("url", [
    "", "feed", "//host/", "ftp://site.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1/",
    "http://", "http:///feed", "http://[::1", "http://site.example:0x50/", "http://site.example:99999/",
    "http://a b.example/", "http://site.example/\n", "http://site.example\\@127.0.0.1/", "http://site.example/\x00",
    "http://site.example/" + "a" * 3000, "http://\ud800.example/", "http://127。0。0。1:80\u2028/",
])  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert refused(url) in (addresses.NOT_AN_ADDRESS, client.NOT_FOUND, addresses.NOT_ALLOWED)


def test_ports_and_passwords_are_refused_unless_the_pair_is_allowed() -> None:
    assert refused("http://site.example:22/") == addresses.ODD_PORT
    assert refused("https://me:secret@site.example/") == addresses.HOLDS_PASSWORD
    assert refused("https://me@site.example/") == addresses.HOLDS_PASSWORD
    assert check_address("http://site.example:8080/", frozenset({"site.example:8080"})).port == 8080
    assert check_address("http://[::1]:8080/", frozenset({"[::1]:8080"})).port == 8080
    assert check_address("https://site.example:80/", frozenset()).port == 80


def test_an_answer_comes_with_its_headers_and_without_our_secrets(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    site.put("/feed", b"hello", ETag='"1"', Set_Cookie="a=b")
    got = ask(site, etag='"0"', last_modified=None)
    assert (got.status, got.content, got.headers["etag"]) == (200, b"hello", '"1"')
    [(_path, headers)] = site.asked
    assert CONTACT in headers["User-Agent"]
    assert headers["If-None-Match"] == '"0"'
    assert headers["Host"] == site.pair
    assert not {"Authorization", "Cookie"} & set(headers)
    assert ask(site, etag='"1"').status == 304


def test_redirects_are_followed_one_by_one(site: Site) -> None:
    site.put("/a", b"", 301, Location="/b", Set_Cookie="a=b")
    site.put("/b", b"", 308, Location=site.url("/c#part"))
    site.put("/c", b"here")
    got = ask(site, "/a")
    assert (got.url, got.content, got.moved_for_good) == (site.url("/c"), b"here", True)
    assert all("Cookie" not in headers for _path, headers in site.asked)
    site.put("/a", b"", 302, Location="/b")
    assert not ask(site, "/a").moved_for_good


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    for target in ("http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://localhost/"):
        site.put("/feed", b"", 302, Location=target)
        assert refused(site.url(), site.allow) == addresses.NOT_ALLOWED
    site.put("/feed", b"", 302, Location=f"http://127.0.0.1:{site.port + 1}/")
    assert refused(site.url(), site.allow) == addresses.ODD_PORT
    site.put("/feed", b"", 302, Location="file:///etc/passwd")
    assert refused(site.url(), site.allow) == addresses.NOT_AN_ADDRESS


def test_a_loop_ends(site: Site) -> None:
    site.put("/feed", b"", 302, Location="/feed")
    assert refused(site.url(), site.allow) == client.TOO_MANY_HOPS
    assert len(site.asked) == 6


def test_safe_never_leads_to_unsafe(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Moved:
        status_code, headers = 301, {"Location": "http://site.example/"}

        def close(self) -> None:
            pass

    monkeypatch.setattr(client.requests.Session, "get", lambda *_arguments, **_options: Moved())
    assert refused("https://site.example/") == client.LEADS_TO_UNSAFE


def test_large_bodies_are_left(site: Site) -> None:
    site.put("/feed", b"x" * 20_000)
    assert refused(site.url(), site.allow, limits=Limits(bytes=10_000)) == client.TOO_LARGE
    site.put("/feed", b"x", Content_Length="99999999999")
    assert refused(site.url(), site.allow) == client.TOO_LARGE


def test_a_bomb_is_left_before_it_is_unpacked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = client._body
    site.put("/feed", gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")

    def body(response: Any, guard: Any) -> bytes:
        read1 = response.raw.read1

        def counted(*arguments: Any, **options: Any) -> bytes:
            piece = read1(*arguments, **options)
            read.append(len(piece))
            return piece

        response.raw.read1 = counted
        return real(response, guard)

    monkeypatch.setattr(client, "_body", body)
    assert refused(site.url(), site.allow) == client.TOO_LARGE
    assert max(read) <= 1024 * 1024
    assert sum(read) < 12 * 1024 * 1024
    site.put("/feed", b"this is no gzip", Content_Encoding="gzip")
    assert refused(site.url(), site.allow) == client.UNREADABLE


def test_who_drips_is_left(site: Site) -> None:
    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not site.stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    def slow_headers(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        number = 0
        while not site.stop.wait(0.05) and (number := number + 1) < 90:
            handler.wfile.write(b"X-More: and more\r\n")
            handler.wfile.flush()

    site.answers |= {"/drip": drip, "/headers": slow_headers, "/silent": lambda _handler: site.stop.wait(20) and None}
    for path in ("/drip", "/headers", "/silent"):
        assert refused(site.url(path), site.allow, limits=Limits(seconds=0.4)) == client.TOO_SLOW


def test_a_broken_answer_is_said_so(site: Site) -> None:
    site.put("/feed", b"half", Content_Length="400")
    assert refused(site.url(), site.allow) == client.BROKE_OFF
    site.answers["/feed"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n") and None
    assert refused(site.url(), site.allow) == client.BROKE_OFF
    assert refused(f"https://{site.pair}/", site.allow) == client.NOT_SAFE


def test_a_name_is_looked_up_once_and_only_the_checked_address_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [[("93.184.215.14", 80)], [("127.0.0.1", 80)]]
    connected: list[Any] = []

    def look_up(_host: str, _port: int, **_options: Any) -> list[Any]:
        places = answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]

    def connect(_socket: Any, place: Any) -> None:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    assert refused("http://rebinding.example/") == client.NOT_REACHED
    assert connected == [("93.184.215.14", 80)]
    assert refused("http://rebinding.example/") == addresses.NOT_ALLOWED
    assert connected == [("93.184.215.14", 80)]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [("93.184.215.14", 80), ("10.0.0.1", 80)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: found)
    assert refused("http://mixed.example/") == addresses.NOT_ALLOWED


def test_a_resolver_that_hangs_does_not_hold_us(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: site.stop.wait(20) and [])
    assert refused("http://slow.example/", limits=Limits(seconds=0.2)) == client.TOO_SLOW


def test_headers_and_bodies_without_end_are_left(site: Site) -> None:
    site.answers |= {
        "/many": hostile_site.many_headers, "/long": hostile_site.one_long_header,
        "/endless": hostile_site.endless_body(site), "/slow": hostile_site.drip(site, 0.05),
    }  # fmt: skip
    assert refused(site.url("/many"), site.allow) == client.BROKE_OFF
    assert refused(site.url("/long"), site.allow) == client.BROKE_OFF
    assert refused(site.url("/endless"), site.allow, limits=Limits(bytes=1_000_000)) == client.TOO_LARGE
    for number in range(3):  # the hops on the way share the time: none begins it anew
        site.put(f"/{number}", b"", 302, Location=f"/{number + 1}" if number < 2 else "/slow")
    assert refused(site.url("/0"), site.allow, limits=Limits(seconds=0.4)) == client.TOO_SLOW


def test_a_redirect_to_a_name_inside_is_refused_whatever_it_said_before(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = hostile_site.Resolver({"rebind.example": [hostile_site.PUBLIC, "127.0.0.1", "10.0.0.1"]})
    resolver.install(monkeypatch)
    site.put("/feed", b"", 302, Location="http://rebind.example/")
    assert refused(site.url(), site.allow) == client.NOT_REACHED
    assert refused(site.url(), site.allow) == addresses.NOT_ALLOWED
    assert refused(site.url(), site.allow) == addresses.NOT_ALLOWED
    assert resolver.asked == ["rebind.example"] * 3  # once for each question
    assert {place for place in resolver.connected if place[1] != site.port} == {(hostile_site.PUBLIC, 80)}
