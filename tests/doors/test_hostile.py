"""Bad input gets an answer that names it, or the page without it; never a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice, product
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.settings import Settings
from tests.conftest import FULL, Deal
from tests.doors.doors import Recorder, addresses, send, send_path
from tests.doors.hostile import HUGE, IMPOSSIBLE, MANY, ODD, PATHS
from tests.doors.outline import read

ODD_EACH = len(ODD) if FULL else 2
WHOLE_QUERY = "query"  # what is named where the address as a whole is too long
WRONG = {
    "page": ["x", "-1", "0", "1.5", "10001", "1e3", "٣", "+1", "0x10", " 1 2"],
    "per_page": ["x", "-1", "0", "1.5", "101", "²"],
    "as_of": ["2020-02-30", "2020", "20200101", "2020-1-1", "yesterday", "9999-12-31", "2020-01-01T00:00:00"],
    "year": ["x", "-1", "20222", "1.5"],
    "year_from": ["x", "-1", "20222", "1.5", "0"],
    "year_to": ["x", "-1", "20222", "1.5", "0"],
    "version": ["x", "-1", "0", "1.5", "99999999"],
    "sort": ["banana", "title desc", "1"],
    "with": ["banana", "1"],
    "kind": ["banana", "1"],
    "group of commitments": ["banana"],
}
"""Values of the right shape for no one, by parameter."""
COMPANIONS = {("/follow", "id"): ("kind",)}  # who gives an id alone is told that its kind is missing


class Door(NamedTuple):
    """An address and one parameter it reads."""

    path: str
    name: str
    is_repeated: bool


@pytest.fixture
def doors(heard: dict[str, Recorder]) -> list[Door]:
    """Every public address with every parameter it reads."""
    found = []
    for path, read_there in heard.items():
        found += [Door(path, name, False) for name in sorted(read_there.single | {"lang"}) if read_there.was_read]
        found += [Door(path, name, True) for name in sorted(read_there.repeated)]
    assert len(found) > 100, "the parameters are not heard any more"
    return found


def assert_sane(response: TestResponse, asked: object) -> None:
    """Assert that an answer is no failure of ours and shows no stack trace."""
    assert response.status_code < 500, f"{response.status_code} for {asked}"
    assert b"Traceback (most recent" not in response.data, asked
    assert len(response.headers.getlist("Set-Cookie")) <= 1, asked


def assert_named(response: TestResponse, *names: str) -> None:
    """Assert that a refusal says which parameter it is about, to people and to programs."""
    if response.mimetype == "text/html":
        words = read(response.text).words
        is_named = any(f"“{name}”" in words for name in names)
        assert is_named, f"the page names none of {names}: {words[-600:]}"
    else:
        assert response.mimetype == "application/problem+json"
        assert json.loads(response.data)["parameter"] in names


def test_every_address_that_answers_reads_its_parameters_strictly(heard: dict[str, Recorder]) -> None:
    pages = [path for path in heard if not path.startswith("/static/")]
    careless = [path for path in pages if not heard[path].was_read]
    assert careless == []


def test_what_no_parameter_can_hold_is_refused_by_name(
    client: FlaskClient, doors: list[Door], deal: Deal[tuple[str, bytes]]
) -> None:
    """The reader of parameters refuses it, which asks no engine: each is given one of two values."""
    values = cycle(IMPOSSIBLE.items())
    for door in doors:
        for what, value in deal(list(islice(values, len(IMPOSSIBLE) if FULL else 2))):
            response = send(client, door.path, door.name.encode() + b"=" + value)
            assert response.status_code == 400, f"{what} in {door}: {response.status_code}"
            assert_named(response, door.name)


def test_an_address_too_long_is_refused(client: FlaskClient, doors: list[Door], deal: Deal[Door]) -> None:
    for door in deal(doors):  # refused before an engine is asked
        response = send(client, door.path, door.name.encode() + b"=" + HUGE)
        assert response.status_code == 400, door
        assert_named(response, door.name, WHOLE_QUERY)


def test_odd_values_are_read_or_refused_by_name(
    client: FlaskClient, doors: list[Door], plain_settings: Settings
) -> None:
    """Many reach the engine: both are given values for every parameter, others than the other one."""
    values = cycle(ODD.items())
    if not plain_settings.is_sqlite:
        values = islice(values, len(ODD) // 2, None)
    for door in doors:
        for what, value in islice(values, ODD_EACH):
            response = send(client, door.path, door.name.encode() + b"=" + value)
            assert_sane(response, (what, door))
            assert response.status_code in (200, 400, 404, 301), (what, door)
            assert "x" not in response.headers.get("Set-Cookie", "").split("=")[0], (what, door)
            if response.status_code == 400:
                assert_named(response, door.name, *COMPANIONS.get(door[:2], ()))


def test_one_parameter_given_twice(client: FlaskClient, doors: list[Door], deal: Deal[Door]) -> None:
    for door in deal(doors):  # the reader of parameters refuses it before an engine is asked
        name = door.name.encode()
        twice = send(client, door.path, name + b"=a&" + name + b"=b")
        assert_sane(twice, door)
        if not door.is_repeated:
            assert twice.status_code == 400, door
            assert_named(twice, door.name)
        often = send(client, door.path, b"&".join(name + b"=%d" % number for number in range(MANY)))
        assert often.status_code == 400, door
        assert_named(often, door.name)


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_refused_wherever_its_parameter_is_read(
    client: FlaskClient, doors: list[Door], name: str, deal: Deal[tuple[str, str]]
) -> None:
    parameter = name.split()[0]
    paths = [door.path for door in doors if door.name == parameter]
    if " of " in name:
        paths = [path for path in paths if path.startswith(f"/{name.split()[-1]}")]
    assert paths, f"nothing reads {name} any more"
    for path, value in deal(product(paths, WRONG[name])):  # what is read strictly is refused before an engine is asked
        response = client.get(path, query_string={parameter: value})
        assert response.status_code == 400, f"{path}?{parameter}={value}: {response.status_code}"
        assert_named(response, parameter)


def test_a_language_we_do_not_speak_is_refused_or_said(client: FlaskClient) -> None:
    for path in ("/", "/cases/", "/cases/graz-advisory-council", "/commitments/"):
        response = client.get(path, query_string={"lang": "tlh"})
        assert response.status_code in (200, 400)
        assert not response.headers.getlist("Set-Cookie")
        if response.status_code == 400:
            assert_named(response, "lang")
        else:
            words = read(response.text).words
            is_said = "address, which it does not know: lang" in words
            assert is_said, f"{path} says nothing of the language it leaves out"


def test_unknown_parameters_are_left_out_and_said(app: Flask, client: FlaskClient) -> None:
    for path in addresses(app):
        if path.startswith("/static/"):
            continue
        bare, response = client.get(path), client.get(path, query_string={"utm_source": "x", "fbclid[]": "y"})
        assert response.status_code == bare.status_code == 200, path
        if response.mimetype == "text/html":
            words = read(response.text).words
            assert "utm_source, fbclid[]" in words, path
            assert "utm_source" not in read(bare.text).words


def test_names_of_parameters_may_be_anything(client: FlaskClient) -> None:
    names = [
        b"%00",
        b"%ff",
        b"%3Cscript%3Ealert(1)%3C/script%3E",
        b"",
        b"=",
        b"[]",
        b"%25(x)s",
        b"{{7*7}}",
        b"a" * 5000,
    ]
    for path in ("/", "/cases/", "/cases.json", "/commitments/C4.1", "/login", "/cities.csv"):
        for name in names:
            response = send(client, path, name + b"=1")
            assert_sane(response, (path, name))
            assert b"<script>alert" not in response.data
            assert response.status_code == 200, (path, name)
        response = send(client, path, b"&".join(b"p%d=1" % number for number in range(900)))
        assert_sane(response, path)


def test_a_feed_of_one_thing_takes_only_a_kind_and_an_id(client: FlaskClient) -> None:
    assert client.get("/follow.atom?kind=city&id=graz").status_code == 200
    for name, rest in ((b"kind", b"&id=graz"), (b"id", b"&kind=city")):
        for what, value in IMPOSSIBLE.items():
            response = send(client, "/follow.atom", name + b"=" + value + rest)
            assert response.status_code == 400, what
            assert_named(response, name.decode())
        for what, value in ODD.items():
            response = send(client, "/follow.atom", name + b"=" + value + rest)
            assert_sane(response, what)
            assert response.status_code in (400, 404), what


def junk() -> Iterator[tuple[str, bytes]]:
    """Give the paths to try: every odd slug or code under every address that takes one."""
    beginnings = [b"/cases/", b"/principles/", b"/commitments/", b"/cities/"]
    ends = [b"", b"/history", b".json"] if FULL else [b""]
    for beginning in beginnings:
        for end in ends:
            yield from ((what, beginning + path + end) for what, path in PATHS.items())
    yield from ((what, b"/cities/" + path + b"/commitments") for what, path in PATHS.items())
    yield from ((what, b"/cases/" + path + b".pdf") for what, path in PATHS.items())
    yield from ((what, b"/" + path) for what, path in PATHS.items())
    yield from ((what, b"/static/" + path) for what, path in PATHS.items())
    yield from ((what, b"/commitments/" + path + b".csv") for what, path in PATHS.items())


def test_a_path_that_leads_nowhere_offers_search(client: FlaskClient) -> None:
    for what, path in junk():
        if path == b"/cases/new":
            continue  # a form of members
        response = send_path(client, path)
        assert_sane(response, path)
        assert response.status_code == 404, f"{what}: {response.status_code} for {path[:80]!r}"
        if response.mimetype == "text/html":
            page = read(response.text)
            assert page.has_search_form(), path
            assert len(page.all("h1")) == 1
            assert not {"onmouseover"} & {name for _tag, attributes in page.elements for name in attributes}, path
        else:
            assert json.loads(response.data)["status"] == 404


def test_folders_lead_nowhere_but_home(client: FlaskClient) -> None:
    for path in (b"/static/../hub/settings.py", b"/static/..%2f..%2fpyproject.toml", b"/cases/../../etc/passwd",
                 b"//etc/passwd", b"/static//etc/passwd", b"/cases/..", b"/./cases/"):  # fmt: skip
        response = send_path(client, path)
        assert_sane(response, path)
        assert response.status_code in (404, 301, 308), path
        assert b"root:" not in response.data
        assert b"requires-python" not in response.data
        assert "//etc" not in response.headers.get("Location", "")
