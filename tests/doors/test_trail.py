"""Every change of the record leaves exactly one entry, through every door; what is refused leaves none."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec

import pytest
from flask import Flask
from sqlalchemy import Connection

import hub
from tests.conftest import FULL, Deal
from tests.doors.doors import FORMS, addresses
from tests.doors.flows import FLOWS, World
from tests.doors.reading import reading_client
from tests.doors.watching import OF_NO_CONTENT, Watch, WatchingClient
from tests.people.accounts import sign_in

PAGES = (
    "/", "/cities/", "/cities.json", "/cities/gwangju", "/cities/graz", "/cities/gwangju/commitments", "/cases/",
    "/cases.json", "/cases/graz-advisory-council", "/cases/graz-advisory-council/history", "/news/", "/events/",
    "/commitments/", "/exchange/", "/privacy", "/follow?kind=city&id=gwangju",
)  # fmt: skip
"""Where what people do could show, half of them for each engine; with HUB_DRILL=full it is every public page."""


def quiet_kinds() -> set[str]:
    """Return the events of all rooms that say that no public page follows from them."""
    rooms = [each.name for each in pkgutil.iter_modules(hub.__path__) if each.ispkg]
    names = [f"hub.{room}.events" for room in rooms if find_spec(f"hub.{room}.events")]
    return {kind for name in names for kind, each in vars(import_module(name)).items() if hasattr(each, "is_quiet")}


@pytest.fixture
def watch(app: Flask, connection: Connection, monkeypatch: pytest.MonkeyPatch, deal: Deal[str]) -> Watch:
    """What is looked at, with strangers who try the same: a coordinator of another city, and nobody at all.

    Which events say that no page follows from them is no matter of the engine: each looks at half of the pages.
    """
    strangers = [reading_client(app), reading_client(app)]
    sign_in(strangers[0], "stranger@elsewhere.example", city="utrecht")
    kinds = quiet_kinds()
    rules = {rule for rules, _flow in FLOWS.values() for rule, kind in rules.items() if kind in kinds}
    pages = [page for page in addresses(app) if page not in FORMS] if FULL else deal(PAGES)
    watch = Watch(app, connection, strangers, quiet_kinds=kinds, quiet=rules, pages=pages)
    monkeypatch.setitem(app.extensions, "watch", watch)
    monkeypatch.setattr(app, "test_client_class", WatchingClient)
    return watch


@pytest.mark.parametrize("name", FLOWS)
def test_a_change_leaves_one_entry_and_a_refusal_none(
    app: Flask, watch: Watch, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rules, flow = FLOWS[name]
    flow(World(app, monkeypatch))
    assert {each.rule for each in watch.sent} >= set(rules), "the flow does not go where it says"
    for rule, kind in rules.items():
        left = [each.kinds for each in watch.sent if each.rule == rule and each.status < 400]
        if kind:
            assert any(kind in kinds for kinds in left), f"POST {rule} left {left}, not {kind}"
        else:
            assert not any(left), f"POST {rule} left {left}"


def test_every_door_that_changes_something_is_gone_through(app: Flask) -> None:
    safe = {"GET", "HEAD", "OPTIONS"}
    doors = {
        rule.rule for rule in app.url_map.iter_rules() if not (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
    }
    known = {rule for rules, _flow in FLOWS.values() for rule in rules}
    assert sorted(doors - known) == [], "add these rules to a flow in tests/doors/flows.py"
    assert sorted(known - doors) == [], "these rules are no more"
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or set()}
    assert methods <= safe | {"POST"}, "watching.py looks at POST alone"


def test_what_changes_no_content_changes_no_public_page() -> None:
    assert quiet_kinds() >= OF_NO_CONTENT
    assert len(quiet_kinds()) > 20, "the quiet events are not found any more"
