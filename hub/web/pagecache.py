"""Public answers kept in memory for as long as nothing happened.

Whatever changes a public page leaves an entry in the event log, so an answer to someone not signed in follows from its
address, its language, the day, and the newest entry of the log (with how far this node's search index has followed).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from hub.core import clock
from hub.web.gate import PUBLIC, declared_permission
from hub.web.locale import language

LARGEST = 512 * 1024
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Kept:
    """A stored answer: its bytes and the headers that the view gave it."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass
class Shelf:
    """Answers by key, the least recently used leaving first once there are too many bytes; shared by threads."""

    most_bytes: int
    kept: OrderedDict[Key, Kept] = field(default_factory=OrderedDict)
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, key: Key) -> Kept | None:
        """Return what is kept under a key."""
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, key: Key, answer: Kept) -> None:
        """Keep an answer, and let go of old ones when the shelf is full."""
        with self.lock:
            self.size += len(answer.body) - len(self.kept[key].body if key in self.kept else b"")
            self.kept[key] = answer
            self.kept.move_to_end(key)
            while self.size > self.most_bytes:
                _, gone = self.kept.popitem(last=False)
                self.size -= len(gone.body)


def leave_out() -> None:
    """Do not keep the answer to this request: what it is counted by happens only when it is made."""
    g.page_key = None


def register(app: Flask, newest: Callable[[], Hashable], *, excluded: frozenset[str], most_bytes: int) -> None:
    """Keep public answers; `newest` tells the state they follow from, `excluded` endpoints have one of their own.

    To be registered after everything else that looks at responses, so that an answer is kept as its view gave it.
    """
    if not most_bytes:
        return
    shelf = Shelf(most_bytes)

    def answer_from_shelf() -> Response | None:
        g.page_key = None
        if request.method not in ("GET", "HEAD") or request.endpoint is None or request.endpoint in excluded:
            return None
        if request.endpoint == "static" or declared_permission(app, request.endpoint, "GET") != PUBLIC:
            return None
        if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return None
        key = (request.path, request.query_string, language(), clock.now().date(), newest())
        kept = shelf.find(key)
        if kept is None:
            g.page_key = key
            return None
        return Response(kept.body, headers=list(kept.headers))

    def put_on_shelf(response: Response) -> Response:
        key: Key | None = g.get("page_key")
        if key is None or response.status_code != 200 or response.is_streamed or response.direct_passthrough:
            return response
        if "Set-Cookie" in response.headers or "Cache-Control" in response.headers:
            return response
        body = response.get_data()
        if len(body) <= LARGEST:
            shelf.keep(key, Kept(body, tuple(response.headers.items())))
        return response

    app.before_request(answer_from_shelf)
    app.after_request(put_on_shelf)
