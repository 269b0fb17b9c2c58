"""Deny by default: every door, knocked at by each of six people for each kind of thing, answers as the table says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from hub.cli.digest import content_digest
from hub.settings import Settings
from hub.web.gate import PUBLIC, allows
from tests.conftest import FULL
from tests.doors.house import Door, House
from tests.doors.people import PEOPLE, state_of, undone
from tests.doors.permits import OUTCOMES, Permit, read_line, read_table
from tests.doors.things import DRAFT_SLUG, NO_SLUG, STRANGERS

ONE_CLICK = ("/unsubscribe/<token>",)  # RFC 8058: the mail program sends it without a token; the address is the secret

NOT_BEGUN = ("/login/second",)  # without the right password before it, it only leads to the sign-in page

VERSIONED = ("/publish", "/confirm", "/edit", "/submit", "/still-true", "/<code>/withdraw")
SAID = {"/second-reader": {"is_needed": "yes"}}  # what else a button sends


BY_PEERS = (
    "/checks/<int(max=2147483647):request_id>",  # another city's status is what a peer is there to check
    "/cases/<slug>/adapt",  # what is said of another city's practice is one's own city's word
    "/cases/<slug>/ask",  # whoever is no colleague may ask
    "/exchange/adaptations/<int(max=2147483647):adaptation_id>/comment",  # by both cities
)


def outcome(method: str, response: TestResponse) -> str:
    if method == "POST" and response.status_code == 303:
        return "done"
    return OUTCOMES.get(response.status_code, str(response.status_code))


def knock(house: House, door: Door, name: str) -> tuple[str, ...]:
    """Return what someone gets at a door; a POST is empty but for its token and, where one is asked, a version."""
    person, addresses = house.people[name], door.addresses.values()
    if door.method == "POST":
        data = {"version": "1"} if door.rule.endswith(VERSIONED) else SAID.get("/" + door.rule.rsplit("/", 1)[-1])
        return tuple(outcome("POST", person.ask("POST", address, data)[0]) for address in addresses)
    before = state_of(house.connection)
    found = tuple(outcome("GET", person.ask("GET", address, undo=False)[0]) for address in addresses)
    for method in ("HEAD", "OPTIONS") if FULL else ():
        for address in addresses:
            person.ask(method, address, undo=False)
    assert state_of(house.connection) == before, f"GET {door.rule} as {name} writes something"
    return found


def test_everyone_gets_at_every_door_what_the_table_says_and_reading_changes_nothing(house: House) -> None:
    """One walk for both: what is read is not undone, and the record holds the same afterwards, word for word."""

    def digest() -> str:
        with house.app.app_context():
            return content_digest(house.app.config["HUB"].files_dir, house.connection)

    table, wrong, before = read_table(), [], digest()
    outcomes: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for name in PEOPLE:
        for door in house.doors:
            outcomes.setdefault((door.rule, door.method), {})[name] = knock(house, door, name)
        assert digest() == before, f"what {name} reads changes the record"
    for door in house.doors:
        key = door.rule, door.method
        found = Permit(*key, door.permission, tuple(door.addresses), outcomes[key])
        wanted = table.pop(key, None)
        if found != wanted:
            wrong.append(f"{'change' if wanted else 'add   '}: {found.line()}")
    wrong += [f"remove: {permit.method} {permit.rule}" for permit in table.values()]
    assert not wrong, "tests/doors/permissions.txt differs from the house; look at each line:\n" + "\n".join(wrong)


def test_the_table_itself_denies_by_default() -> None:
    """What the house does may be wrong and the table with it; these hold whatever it says."""
    for permit in read_table().values():
        where = f"{permit.method} {permit.rule}"
        assert permit.outcomes["suspended"] == permit.outcomes["anonymous"], f"{where}: the suspended are nobody"
        for name, words in permit.outcomes.items():
            assert not [word for word in words if word.isdigit()], f"{where}: {name} meets a failure"
            if permit.permission != PUBLIC and name in ("anonymous", "suspended"):
                assert set(words) == {"sign-in"}, f"{where} is not public, and {name} gets {words}"
        gated = {"writer": ("organizer",), "coordinator": ("organizer", "contributor"),
                 "organizer": ("contributor", "coordinator", "neighbour")}  # fmt: skip
        for name in gated.get(permit.permission, ()):
            assert set(permit.outcomes[name]) == {"no"}, f"{where} is for {permit.permission}s, and {name} passes"
        for thing, words in zip(permit.objects, zip(*permit.outcomes.values(), strict=True), strict=True):
            met = dict(zip(PEOPLE, words, strict=True))
            if thing in STRANGERS:
                for name in STRANGERS[thing]:
                    assert met[name] in ("missing", "sign-in", "no"), f"{where}: {name} meets a {thing}"
                nobodys = "no" if permit.permission == "organizer" else "missing"  # that gate asks before anything else
                assert met["neighbour"] == nobodys, f"{where}: a {thing} is not there for neighbours"
            if permit.rule in BY_PEERS:
                continue
            if thing == "foreign" and permit.method == "POST" and permit.permission != PUBLIC:
                for name in ("contributor", "coordinator"):
                    assert met[name] in ("no", "missing"), f"{where}: {name} changes what is another city's"
            if thing == "own" and permit.method == "POST" and permit.permission != PUBLIC:
                assert met["neighbour"] in ("no", "missing"), f"{where}: the neighbour changes what is Gwangju's"


def test_the_gate_knows_no_other_permissions() -> None:
    assert {permit.permission for permit in read_table().values()} == {
        "public", "member", "writer", "coordinator", "organizer"
    }  # fmt: skip
    assert not allows(None, "member")
    with pytest.raises(AssertionError):
        read_line("GET /x public - ok ok")


CHANGING = ("X-Request-ID", "Date", "Set-Cookie", "Content-Length", "ETag")


def bare(response: TestResponse, slug: str) -> tuple[int, dict[str, str], bytes]:
    """Return an answer without what differs from one request to the next, and without the name that was asked for."""
    request_id = response.headers.get("X-Request-ID", "?")
    body = (
        response.data.replace(request_id.encode(), b"").replace(quote(slug).encode(), b"").replace(slug.encode(), b"")
    )
    headers = {name: value.replace(slug, "") for name, value in response.headers.items() if name not in CHANGING}
    return response.status_code, headers, body


def test_what_is_not_public_looks_exactly_as_if_it_were_not_there(house: House) -> None:
    compared = 0
    for door in house.doors:
        for thing in set(STRANGERS) & set(door.addresses):
            there, nowhere = door.addresses[thing], door.addresses["missing"]
            names = (re.findall(r"\d+", there) or [""])[-1], (re.findall(r"\d+", nowhere) or [""])[-1]
            slugs = (DRAFT_SLUG, NO_SLUG) if DRAFT_SLUG in there else names
            for name in STRANGERS[thing]:
                for accept in ("text/html", "application/json"):
                    asked: Any = {"headers": {"Accept": accept}}
                    one, _ = house.people[name].ask(door.method, there, **asked)
                    other, _ = house.people[name].ask(door.method, nowhere, **asked)
                    assert bare(one, slugs[0]) == bare(other, slugs[1]), f"{name} can tell: {door.method} {there}"
                    assert b"A draft nobody may see" not in one.data
                    compared += 1
    assert compared > 50


def test_without_a_token_nothing_is_done(house: House, plain_settings: Settings) -> None:
    """The token is looked at before the record is asked, so the people are dealt out between the engines."""
    names = ("coordinator", "anonymous") if plain_settings.is_sqlite else ("organizer",)
    table, before = read_table(), state_of(house.connection)
    for door in house.each("POST"):
        for name in ("coordinator", "organizer", "anonymous") if FULL else names:
            for thing, address in door.addresses.items():
                permit = table[door.rule, door.method]
                usual = permit.outcomes[name][permit.objects.index(thing)]
                response, after = house.people[name].ask(
                    "POST", address, with_token=False, check=lambda: state_of(house.connection)
                )
                if door.rule not in ONE_CLICK + NOT_BEGUN:
                    wanted = {"form"} if usual in ("ok", "done", "form", "conflict") else {usual, "form"}
                    assert outcome("POST", response) in wanted, f"POST {address} as {name}: {response.status_code}"
                assert after == before, f"POST {address} as {name} without a token"


def test_asking_what_may_be_done_and_for_the_headers(house: House, plain_settings: Settings) -> None:
    """Both follow from how GET answers, which the walk tries on both engines: each engine takes one of the people."""
    table, names = read_table(), ("coordinator",) if plain_settings.is_sqlite else ("anonymous",)
    for name in ("coordinator", "anonymous") if FULL else names:
        asked = set()
        for door in house.doors:
            address = next(iter(door.addresses.values()))
            if address not in asked:
                asked.add(address)
                options, _ = house.people[name].ask("OPTIONS", address)
                assert options.status_code in (200, 401, 403), f"OPTIONS {address} as {name}"
            if door.method == "GET":
                head, _ = house.people[name].ask("HEAD", address)
                usual = table[door.rule, "GET"].outcomes[name][0]
                assert (outcome("HEAD", head), head.data) == (usual, b""), f"HEAD {address} as {name}"


def test_undoing_undoes(house: House) -> None:
    """The judge itself: what a request wrote must be gone before the next one."""
    before = state_of(house.connection)
    with undone(house.connection):
        house.people["organizer"].client.post(
            "/organizers/system/parked/mail/1/retry", data={"csrf_token": house.people["organizer"].token}
        )
        assert state_of(house.connection) != before
    assert state_of(house.connection) == before
