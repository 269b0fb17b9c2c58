"""Deny by default."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from hub.web import gate

NOBODY = None
MEMBER = SimpleNamespace(roles=frozenset())
CONTRIBUTOR = SimpleNamespace(roles=frozenset({"contributor"}))
COORDINATOR = SimpleNamespace(roles=frozenset({"coordinator"}))
ORGANIZER = SimpleNamespace(roles=frozenset({"organizer"}))


def make_app() -> Flask:
    return Flask("gate-test", static_folder=None)


def test_a_route_without_a_permission_stops_the_start() -> None:
    app = make_app()
    app.add_url_rule("/open", view_func=lambda: "x", endpoint="open")
    with pytest.raises(gate.UndeclaredRoute, match="GET /open"):
        gate.require_declared(app)


def test_one_method_without_a_permission_stops_it_too() -> None:
    app = make_app()

    @app.route("/thing", methods=["GET", "POST"])
    @gate.permission("public", "GET")
    def thing() -> str:
        return "x"

    with pytest.raises(gate.UndeclaredRoute, match="POST /thing"):
        gate.require_declared(app)


def test_each_method_has_its_own_permission() -> None:
    app = make_app()

    @app.route("/thing", methods=["GET", "POST"])
    @gate.permission("organizer", "POST")
    @gate.permission("public", "GET")
    def thing() -> str:
        return "x"

    gate.require_declared(app)
    assert gate.declared_permission(app, "thing", "HEAD") == "public"
    assert gate.declared_permission(app, "thing", "POST") == "organizer"


def test_an_empty_permission_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        gate.permission("")


@pytest.mark.parametrize(
    ("user", "name", "allowed"),
    [
        (NOBODY, "public", True),
        (NOBODY, "member", False),
        (MEMBER, "member", True),
        (MEMBER, "writer", False),
        (MEMBER, "organizer", False),
        (CONTRIBUTOR, "writer", True),
        (CONTRIBUTOR, "coordinator", False),
        (COORDINATOR, "writer", True),
        (COORDINATOR, "coordinator", True),
        (COORDINATOR, "organizer", False),
        (ORGANIZER, "writer", False),
        (ORGANIZER, "organizer", True),
        (ORGANIZER, "something-new", False),
    ],
)
def test_who_passes(user: object, name: str, allowed: bool) -> None:
    assert gate.allows(user, name) is allowed
