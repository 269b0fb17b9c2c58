"""All doors of the house with what stands behind them, and the people who knock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import Connection, update

from hub.core import clock
from hub.core.db import db
from hub.people.models import SignIn
from hub.web.gate import declared_permission
from tests.doors.doors import ASIDE
from tests.doors.people import Person, everyone, undone
from tests.doors.things import Values, families, things_of


@dataclass(frozen=True)
class Door:
    """A rule and method, with the address of each thing behind it."""

    rule: str
    method: str
    permission: str
    addresses: dict[str, str]


@dataclass(frozen=True)
class House:
    """All doors, and the people who knock."""

    app: Flask
    doors: list[Door]
    people: dict[str, Person]
    connection: Connection

    def each(self, method: str) -> Iterator[Door]:
        """Yield the doors of one method."""
        return (door for door in self.doors if door.method == method)


@contextmanager
def standing(app: Flask) -> Iterator[House]:
    """Make the house on a record of its own; whatever is asked afterwards goes through one connection."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        house = House(app, *_doors_and_people(app, connection), connection)
        engines = db._app_engines[app]
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield house
        finally:
            engines[None] = engine
            outer.rollback()


@contextmanager
def as_it_was(house: House) -> Iterator[None]:
    """Let everyone have proved just now who she is, and undo all that happens in the block."""
    with undone(house.connection):
        house.connection.execute(update(SignIn).values(proved_at=clock.now()))
        yield


def _doors_and_people(app: Flask, connection: Connection) -> tuple[list[Door], dict[str, Person]]:
    people = everyone(app, connection)
    known, doors = families(app), []
    for rule in app.url_map.iter_rules():
        if rule.rule in ASIDE:
            continue
        things = things_of(rule, known)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            permission = declared_permission(app, rule.endpoint, method)
            addresses = {name: address_of(app, rule.endpoint, values) for name, values in things.items()}
            doors.append(Door(rule.rule, method, permission, addresses))
    return sorted(doors, key=lambda door: (door.rule, door.method)), people


def address_of(app: Flask, endpoint: str, values: Values) -> str:
    """Return the address of one thing."""
    with app.test_request_context():
        return app.url_for(endpoint, **values)
