"""Every address of the application with sample arguments, and the parameters each one reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from hub.web import gate, params

SAMPLES = {
    "/cases/": "graz-advisory-council",
    "/cities/": "graz",
    "/principles/": "GP8",
    "/commitments/": "C4.1",
    "/evidence/": "1",
    "/events/": "forum-16",
    "/exchange/adaptations/": "1",
    "/news/": "1",
    "/static/": "favicon.svg",
}
"""What stands for the argument of an address, by how the address begins."""

BY_SECRET_OR_NUMBER = ("token", "number", "file_id", "year", "question_id", "answer_id", "comment_id", "reply_id")
"""Arguments of things that no seed file holds: `test_permissions.py` makes them and knocks there."""

ASKS_MORE = ("/follow.atom", "/follow/mail", "/reply")
"""Addresses that answer only to a whole query; `test_hostile.py` gives it."""

FORMS = ("/login", "/join", "/password/forgot", "/follow/mail?kind=city&id=graz", "/reply?case=graz-advisory-council")
"""Forms that one goes to on purpose: they hold a token, new each time, and are never stored."""

ASIDE = ("/healthz",)  # asks the engine itself, which a test inside a savepoint does not have


def addresses(app: Flask, public_only: bool = True) -> list[str]:
    """Return an address for every rule that can be read, one for each of its suffixes.

    Raises AssertionError for a rule with an argument no sample is known for: add it to SAMPLES.
    """
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        if rule.rule in (*ASIDE, *ASKS_MORE) or not rule.arguments.isdisjoint(BY_SECRET_OR_NUMBER):
            continue
        if public_only and gate.declared_permission(app, rule.endpoint, "GET") != gate.PUBLIC:
            continue
        names = sorted(rule.arguments)
        for values in product(*(_values(rule, name) for name in names)):
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **dict(zip(names, values, strict=True))))
    return sorted(dict.fromkeys(found))


def _values(rule: Rule, name: str) -> list[str]:
    converter = rule._converters[name]
    if items := getattr(converter, "items", None):  # any(json,csv)
        return sorted(items)
    if name == "code" and rule.rule.startswith("/cities/"):  # an item in a city
        return [SAMPLES["/commitments/"]]
    for beginning, value in SAMPLES.items():
        if rule.rule.startswith(beginning):
            return [value]
    raise AssertionError(f"no sample for <{name}> of {rule.rule}")


class Recorder:
    """Notes which parameters a request was read for."""

    def __init__(self) -> None:
        self.single: set[str] = set()
        self.repeated: set[str] = set()
        self.was_read = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to the reader of parameters for a while."""
        real = params.Query

        class Heard(real):  # type: ignore[misc,valid-type]
            def __init__(inner, raw: bytes, single: Collection[str], repeated: Collection[str]) -> None:
                self.was_read = True
                self.single |= set(single)
                self.repeated |= set(repeated)
                super().__init__(raw, single, repeated)

        params.Query = Heard  # type: ignore[misc]
        try:
            yield
        finally:
            params.Query = real  # type: ignore[misc]


def parameters(client: FlaskClient, address: str) -> Recorder:
    """Return which parameters an address reads, by asking for it once."""
    recorder = Recorder()
    with recorder.listening():
        client.get(address)
    return recorder


def send(client: FlaskClient, path: str, query: bytes = b"", **more: Any) -> TestResponse:
    """Ask with a query of these very bytes, as a server hands them on."""
    return client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")}, **more)


def send_path(client: FlaskClient, path: bytes, query: bytes = b"") -> TestResponse:
    """Ask for a path of these very bytes, already unquoted."""
    return client.get(
        "/",
        environ_overrides={
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "REQUEST_URI": "",
            "RAW_URI": "",
        },
    )
