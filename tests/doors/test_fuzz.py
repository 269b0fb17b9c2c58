"""Anything at all, by anyone, at every door: answered or refused in one form, and never a failure of ours.

A bounded part, the same each time, runs with all tests; HUB_DRILL=full tries a hundred times as much, and otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from hub.settings import Settings
from hub.web.errors import PROGRAM_SUFFIXES
from hub.web.forms import HubForm, names_of
from tests.conftest import FULL
from tests.doors.hostile import CONTENT_TYPES, FILES, HEADERS, HUGE, IMPOSSIBLE, METHODS, ODD, PATHS
from tests.doors.house import House
from tests.doors.people import Person, state_of
from tests.doors.reading import reading_client
from tests.doors.test_forms import HOSTILE, encoded, multipart

EXAMPLES = 6000 if FULL else 50  # on each engine, others on the second (conftest.py)
WHO = ("anonymous", "coordinator", "organizer")
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
TAKEN = ("GET", "HEAD", "POST", "OPTIONS")
relaxed = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not FULL,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
CREDENTIAL = (
    "id", "rawId", "type", "response", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "name",
    "userHandle", "transports", "clientExtensionResults", "next", "csrf_token", "challenge",
)  # fmt: skip


class Shot(NamedTuple):
    """One request, as far as bytes can make it."""

    method: str
    path: bytes
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""


@pytest.fixture
def field_names(house: House) -> list[str]:
    """The name of every field of every form."""
    found: set[str] = {"kind", "id", "digest", "up_to", "version", "decision", "add_row", "do"}
    waiting: list[Any] = [HubForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        found |= names_of(form)
    assert len(found) > 60
    return sorted(found)


def shoot(person: Person, shot: Shot, check: Any = None) -> tuple[TestResponse, Any]:
    """Send these bytes as a server hands them on; everything is undone afterwards."""
    environ: dict[str, Any] = {
        "PATH_INFO": shot.path.decode("latin-1"),
        "QUERY_STRING": shot.query.decode("latin-1"),
        "REQUEST_URI": "",
        "RAW_URI": "",
    }
    for name, value in shot.headers:
        if name != "Cookie" or person.name == "anonymous":
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    if shot.content_type or shot.body:
        environ["CONTENT_TYPE"] = shot.content_type
    return person.ask(shot.method, "/", shot.body, check=check, environ_overrides=environ)


def assert_answered(response: TestResponse, who: str, shot: Shot) -> None:
    """Assert that an answer is whole, guarded, no failure, and in the form that programs know."""
    said = f"{response.status_code} for {who}: {shot!r}"[:1500]
    assert response.status_code < 500, said
    assert b"Traceback (most recent" not in response.data, said
    assert b"sqlalchemy.exc" not in response.data, said
    assert b"root:x:" not in response.data, said
    assert response.headers["X-Content-Type-Options"] == "nosniff", said
    assert "Content-Security-Policy" in response.headers, said
    assert not [value for _name, value in response.headers if "\n" in value or "\r" in value], said
    if response.status_code >= 400 and shot.method != "HEAD":
        text = response.mimetype
        assert text in ("text/html", "application/problem+json", "application/json"), said
        if shot.path.endswith(tuple(suffix.encode() for suffix in PROGRAM_SUFFIXES)):
            assert text == "application/problem+json", said
            problem = json.loads(response.data)
            assert problem["status"] == response.status_code, said
            assert {"type", "title", "detail", "instance", "request_id"} <= set(problem), said


def test_every_door_takes_every_method_from_everyone(house: House, plain_settings: Settings) -> None:
    """Each rule with each of its things: every method, each time with something else that is wrong.

    In the slice the methods that no view takes are dealt out in turn, three for each rule, and left out on the second
    engine: only GET and POST reach one.
    """
    refused = cycle(method for method in METHODS if method not in TAKEN)
    usual = METHODS if FULL else TAKEN if plain_settings.is_sqlite else ("GET", "POST")
    others = 3 if plain_settings.is_sqlite and not FULL else 0
    people, values = cycle(WHO), cycle([*IMPOSSIBLE.values(), *ODD.values()])
    headers = cycle([(name, value) for name, several in HEADERS.items() for value in several])
    kinds, bodies = (
        cycle(CONTENT_TYPES),
        cycle([*HOSTILE.values(), *FILES.values(), b"{", b"[]", b'{"a": 1e999}', b"\xff"]),
    )
    seen = set()
    for door in house.doors:
        for method in (*usual, *islice(refused, others)):
            for who in WHO if FULL else islice(people, 1):
                for address in door.addresses.values() if FULL else islice(cycle(door.addresses.values()), 1):
                    shot = Shot(method, address.encode(), b"q=" + next(values) + b"&lang=" + next(values),
                                tuple(islice(headers, 2)))  # fmt: skip
                    if method not in SAFE:
                        shot = shot._replace(body=next(bodies), content_type=next(kinds))
                    person = house.people[who]
                    before = state_of(house.connection) if FULL and method in SAFE else None
                    response, after = shoot(person, shot, (lambda: state_of(house.connection)) if before else None)
                    assert_answered(response, who, shot)
                    assert before is None or after == before, f"{who}: {shot!r}"
                    if method not in ("GET", "HEAD", "POST", "OPTIONS"):
                        assert response.status_code >= 400, f"{response.status_code} {who}: {shot!r}"
                    seen.add((door.rule, method))
    assert len(seen) >= len({door.rule for door in house.doors}) * (len(usual) + others)


def hostile_values() -> st.SearchStrategy[bytes]:
    known = [*HOSTILE.values(), *ODD.values(), *IMPOSSIBLE.values()]
    plain = st.sampled_from(
        [b"1", b"2", b"y", b"on", b"en", b"graz", b"coordinator", b"C4.1", b"2026", b"2026-01-02", b"GP8"]
    )
    return st.sampled_from(known) | plain | st.binary(max_size=40) | st.text(max_size=40).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )  # fmt: skip


def header_pairs() -> st.SearchStrategy[list[tuple[str, str]]]:
    known = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
    )
    any_value = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
    return st.lists(known | st.tuples(st.sampled_from(sorted(HEADERS)), any_value), max_size=4)


def paths(house: House) -> st.SearchStrategy[bytes]:
    """Addresses of things, and the same with junk in the place of one part."""
    real = sorted({address.encode() for door in house.doors for address in door.addresses.values()})

    def spoilt(path: bytes, junk: bytes, place: int) -> bytes:
        parts = path.split(b"/")
        parts[place % len(parts)] = junk
        return b"/" + b"/".join(parts).lstrip(b"/")

    junk = st.sampled_from(sorted(PATHS.values())) | st.binary(max_size=30)
    return st.sampled_from(real) | st.builds(spoilt, st.sampled_from(real), junk, st.integers(0, 9))


def queries() -> st.SearchStrategy[bytes]:
    names = st.sampled_from([
        b"q", b"page", b"per_page", b"sort", b"as_of", b"lang", b"next", b"city", b"kind", b"id", b"version", b"year",
        b"done", b"from", b"to", b"person", b"principle", b"corrects", b"x[]", b"",
    ])  # fmt: skip
    pairs = st.lists(st.tuples(names, hostile_values()), max_size=4)
    written = pairs.map(lambda found: b"&".join(name + b"=" + value.replace(b"&", b"%26") for name, value in found))
    return written | st.binary(max_size=60) | st.just(HUGE)


@relaxed
@given(data=st.data())
def test_anything_at_any_address(house: House, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(WHO))
    method = data.draw(st.sampled_from(["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"]))
    shot = Shot(method, data.draw(paths(house)), data.draw(queries()), tuple(data.draw(header_pairs())))
    if method not in SAFE:
        body = data.draw(st.binary(max_size=200) | st.sampled_from(sorted(FILES.values())))
        shot = shot._replace(body=body, content_type=data.draw(st.sampled_from(CONTENT_TYPES)))
    response, _ = shoot(house.people[who], shot)
    assert_answered(response, who, shot)


@relaxed
@given(data=st.data())
def test_any_fields_at_any_form(house: House, field_names: list[str], data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(WHO))
    doors = [door for door in house.doors if door.method == "POST"]
    address = data.draw(st.sampled_from([address for door in doors for address in door.addresses.values()]))
    names = st.sampled_from(field_names) | st.text(max_size=10)
    pairs = data.draw(st.lists(st.tuples(names, hostile_values()), max_size=8))
    token = house.people[who].token.encode()
    pairs = [("csrf_token", token), *((name.replace('"', ""), value) for name, value in pairs)]
    if data.draw(st.booleans()):
        safe = [
            (name.encode("ascii", "replace").decode().replace("\r", "").replace("\n", ""), value)
            for name, value in pairs
        ]
        file_field = data.draw(st.sampled_from(["file", "files", "letter", "title", "csrf_token"]))
        sent_as = data.draw(st.sampled_from([b"a.pdf", b"../../x.png", b"\xff.jpg", b"", b"a" * 300, b"a.html"]))
        body = multipart(safe, file_field, sent_as, data.draw(st.sampled_from(sorted(FILES.values()))))
        shot = Shot("POST", address.encode(), body=body, content_type="multipart/form-data; boundary=x")
    else:
        body = encoded([(name.encode("utf-8", "replace").decode(), value) for name, value in pairs])
        shot = Shot("POST", address.encode(), body=body, content_type="application/x-www-form-urlencoded")
    response, _ = shoot(house.people[who], shot)
    assert_answered(response, who, shot)


def documents() -> st.SearchStrategy[Any]:
    """JSON of any shape, with the names that passkeys have."""
    names = st.sampled_from(CREDENTIAL) | st.text(max_size=8)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(
        ["public-key", "AAAA", "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0", "o2NmbXRkbm9uZQ", "\x00", "a" * 3000, "é", "=", "//x"]
    )  # fmt: skip
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6), max_leaves=12
    )


@relaxed
@given(data=st.data())
def test_any_json_where_json_is_taken(house: House, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(WHO))
    person = house.people[who]
    doors = [door for door in house.doors if door.method == "POST" and "passkey" in door.rule]
    assert doors, "the doors that take JSON are not found any more"
    address = data.draw(st.sampled_from([address for door in doors for address in door.addresses.values()]))
    document = data.draw(documents())
    body = (
        json.dumps(document).encode() if data.draw(st.booleans()) else b'{"id": ' + json.dumps(document).encode()[:50]
    )
    headers = (
        ("X-CSRFToken", person.token),
        ("Accept", data.draw(st.sampled_from(["application/json", "text/html", "*/*"]))),
    )
    shot = Shot("POST", address.encode(), headers=headers, body=body, content_type="application/json")
    response, _ = shoot(person, shot)
    assert_answered(response, who, shot)
    assert response.status_code != 500


def junk_cookies() -> Iterator[str]:
    yield from HEADERS["Cookie"]
    yield from (
        "session=eyJfdXNlcl9pZCI6IjEifQ.x.y",
        "session=.",
        'session="\\777"',
        "session=" + "%00" * 20,
        "a" * 9000,
    )


def test_any_cookie_is_taken_for_none(app: Flask) -> None:
    for cookie in junk_cookies():
        client = reading_client(app)
        for path in ("/", "/account", "/login", "/cases.json"):
            response = client.get(path, environ_overrides={"HTTP_COOKIE": cookie})
            assert response.status_code == (401 if path == "/account" else 200), (path, cookie[:60])
