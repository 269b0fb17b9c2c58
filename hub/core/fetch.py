"""The one guarded client: everything the server fetches goes through `fetch`.

Built on requests with an adapter of our own, which looks a name up once, checks every address found and connects to
that very address (a second lookup could answer otherwise). requests-hardened does the same by rewriting Host and SNI,
but tries one address only and has no list of allowed pairs.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from hub.core.addresses import NOT_ALLOWED, NOT_AN_ADDRESS, NotFetched, check_address, is_public, pair_of
from hub.core.text import N_

__all__ = ["DEFAULT_LIMITS", "Fetched", "Limits", "NotFetched", "fetch"]

AGENT = "HumanRightsCitiesHub/1"
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})

TOO_SLOW = N_("The site did not answer in 30 seconds.")
TOO_LARGE = N_("The answer is larger than 10 MB.")
NOT_FOUND = N_("No site of this name was found.")
NOT_REACHED = N_("The site could not be reached.")
NOT_SAFE = N_("The site has no valid certificate, so nothing was read from it.")
BROKE_OFF = N_("The site broke off before its answer was whole.")
TOO_MANY_HOPS = N_("The site leads on and on to other addresses.")
LEADS_TO_UNSAFE = N_("The site leads from a safe address (https) to an unsafe one (http).")
UNREADABLE = N_("The site’s answer could not be unpacked.")


@dataclass(frozen=True)
class Limits:
    """What one fetch may cost in all, its redirects included."""

    seconds: float = 30
    connect_seconds: float = 5
    bytes: int = 10 * 1024 * 1024  # unpacked
    redirects: int = 5


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Fetched:
    """An answer: `url` is where it came from in the end, `redirects` the (status, address) pairs passed on the way."""

    status: int
    url: str
    headers: Mapping[str, str]
    content: bytes = b""
    redirects: tuple[tuple[int, str], ...] = ()

    @property
    def moved_for_good(self) -> bool:
        """Whether every step on the way said that it is permanent."""
        return bool(self.redirects) and all(status in (301, 308) for status, _url in self.redirects)


@dataclass
class _Guard:
    """What holds for one fetch: the allowed pairs, the time left, and the sockets to close when it is over."""

    allow: frozenset[str]
    limits: Limits
    clock: Callable[[], float]
    deadline: float
    sockets: list[socket.socket] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False

    def left(self) -> float:
        """Return the seconds left; raises NotFetched when there are none."""
        left = self.deadline - self.clock()
        if left <= 0 or self.is_over:
            raise NotFetched(TOO_SLOW)
        return left

    def watch(self, sock: socket.socket) -> None:
        """Keep a second handle of a socket: the first one changes hands when TLS begins."""
        with self.lock:
            self.sockets.append(sock.dup())
        if self.is_over:
            self.end()

    def end(self) -> None:
        """Break every connection, so that whoever waits for a byte stops waiting."""
        with self.lock:
            self.is_over = True
            for sock in self.sockets:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it ended by itself

    def forget(self) -> None:
        """Let go of the handles."""
        with self.lock:
            for sock in self.sockets:
                sock.close()
            self.sockets.clear()


def fetch(
    url: str,
    *,
    allow: frozenset[str],
    contact: str,
    etag: str | None = None,
    last_modified: str | None = None,
    accept: str = "*/*",
    limits: Limits = DEFAULT_LIMITS,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Ask an address for its content and return the answer, whatever its status; `contact` tells the site who asks.

    Raises NotFetched in plain words when the address is not allowed, or the answer too slow, too large or broken.
    The body is read only of answers with status 200.
    """
    headers = {"User-Agent": f"{AGENT} (+{contact})", "Accept": accept, "Accept-Encoding": "gzip, deflate"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    guard = _Guard(allow, limits, clock, clock() + limits.seconds)
    watchdog = threading.Timer(limits.seconds, guard.end)
    watchdog.daemon = True
    watchdog.start()
    try:
        with _session(guard) as session:
            return _follow(session, guard, urldefrag(url.strip())[0], headers)
    except NotFetched:
        raise
    except Exception as error:  # what a site can make of HTTP, TLS and compression has no end
        raise NotFetched(TOO_SLOW if guard.is_over else _reason(error)) from error
    finally:
        watchdog.cancel()
        guard.forget()


def _follow(session: requests.Session, guard: _Guard, url: str, headers: Mapping[str, str]) -> Fetched:
    passed: list[tuple[int, str]] = []
    while True:
        check_address(url, guard.allow)
        with _answer(session, guard, url, headers) as response:
            if response.status_code not in REDIRECTS or not response.headers.get("Location"):
                content = _body(response, guard) if response.status_code == 200 else b""
                return Fetched(response.status_code, url, response.headers, content, tuple(passed))
            passed.append((response.status_code, url))
            target = _target(url, response.headers["Location"])
        if len(passed) > guard.limits.redirects:
            raise NotFetched(TOO_MANY_HOPS)
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
            raise NotFetched(LEADS_TO_UNSAFE)
        url = target


@contextmanager
def _answer(
    session: requests.Session, guard: _Guard, url: str, headers: Mapping[str, str]
) -> Iterator[requests.Response]:
    wait = min(guard.left(), guard.limits.connect_seconds), min(guard.left(), guard.limits.seconds)
    response = session.get(url, headers=dict(headers), stream=True, allow_redirects=False, timeout=wait)
    try:
        guard.left()
        yield response
    finally:
        response.close()


def _target(url: str, location: str) -> str:
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")  # http.client reads headers as latin-1
    try:
        return urldefrag(urljoin(url, location.strip()))[0]
    except ValueError:
        raise NotFetched(NOT_AN_ADDRESS) from None


def _body(response: requests.Response, guard: _Guard) -> bytes:
    """Read the body piece by piece, unpacked, and stop where it grows too large or takes too long."""
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and len(length) < 20 and int(length) > guard.limits.bytes:
        raise NotFetched(TOO_LARGE)
    body = bytearray()
    while piece := response.raw.read1(CHUNK, decode_content=True):
        guard.left()
        body += piece
        if len(body) > guard.limits.bytes:
            raise NotFetched(TOO_LARGE)
    guard.left()
    return bytes(body)


def _reason(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, NotFetched):
            return seen.reason
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return NOT_SAFE
    if isinstance(error, (requests.exceptions.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)):
        return TOO_SLOW
    if isinstance(error, (requests.exceptions.InvalidURL, UnicodeError)):
        return NOT_AN_ADDRESS
    if isinstance(error, (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError)):
        return UNREADABLE
    if isinstance(error, (urllib3.exceptions.ProtocolError, requests.exceptions.ConnectionError)):
        return BROKE_OFF
    return NOT_REACHED


def _session(guard: _Guard) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxies, no netrc, no certificates from the environment
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    adapter = _GuardedAdapter(guard)
    session.adapters.clear()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """Connects through the guard and in no other way."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Ask for a certificate always; those that vouch for it are in the shared context already."""
        conn.cert_reqs = "CERT_REQUIRED"

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make connections of our own kind for http and https."""
        super().init_poolmanager(*arguments, ssl_context=_trust(), **options)
        guard = self._guard

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port, "http", guard)

        class Safe(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self._dns_host, self.port, "https", guard)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SafePool(HTTPSConnectionPool):
            ConnectionCls = Safe

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SafePool}


@cache
def _trust() -> ssl.SSLContext:
    """Return what all connections know of certificates; to read the authorities anew for each takes 20 milliseconds."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


def _connect(host: str, port: int, scheme: str, guard: _Guard) -> socket.socket:
    """Look a name up once, refuse it unless every address found may be reached, and connect to one of them."""
    literal = host.strip("[]")
    found = _look_up(literal, port, guard)
    netloc = f"[{literal}]" if ":" in literal else literal
    if pair_of(urlsplit(f"{scheme}://{netloc}:{port}")) not in guard.allow and not all(
        is_public(str(place[4][0])) for place in found
    ):
        raise NotFetched(NOT_ALLOWED)
    problem: OSError = OSError("nothing found")
    for family, kind, protocol, _name, place in found[:4]:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(min(guard.left(), guard.limits.connect_seconds))
            guard.watch(sock)
            sock.connect(place)  # an IP address as it was checked: nothing is looked up again
            sock.settimeout(guard.left())
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            problem = error
            sock.close()
        except BaseException:
            sock.close()
            raise
    raise NotFetched(TOO_SLOW if isinstance(problem, TimeoutError) else NOT_REACHED) from problem


def _look_up(host: str, port: int, guard: _Guard) -> list[Any]:
    """Ask the resolver in a thread of its own: it has no time limit that we could set."""
    with suppress(ValueError, OSError):
        ipaddress.ip_address(host)  # one in numbers is no question to anybody
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.append([])

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(guard.left())
    if not answers:
        raise NotFetched(TOO_SLOW)
    if not answers[0]:
        raise NotFetched(NOT_FOUND)
    return list(answers[0])
