"""Six people at the doors: who they are, what they knock with, and that nothing of it lasts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, update
from werkzeug.test import TestResponse

from hub.core.db import Base, db, transaction
from hub.people.models import User
from tests.doors.reading import reading_client
from tests.people.accounts import new_address, sign_in

PEOPLE = ("anonymous", "contributor", "coordinator", "neighbour", "organizer", "suspended")
"""Contributor and coordinator work for Gwangju, the neighbour coordinates Graz; the suspended person coordinated
Gwangju and still has the session from before."""

COUNTED = sorted(set(Base.metadata.tables) - {"ceremony", "visit"})
COUNTS = (  # one question for all tables: it is asked before and after thousands of requests
    "SELECT "
    + ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in COUNTED)
    + ", (SELECT max(position) FROM log_entry) AS head"
)

ACCOUNTS: dict[str, dict[str, Any]] = {
    "contributor": {"city": "gwangju", "role": "contributor"},
    "coordinator": {"city": "gwangju", "role": "coordinator"},
    "neighbour": {"city": "graz", "role": "coordinator"},
    "organizer": {"is_organizer": True},
    "suspended": {"city": "gwangju", "role": "coordinator"},
}


class Person:
    """One of the six with a browser of her own: every request is undone, and her cookies stay as they were."""

    def __init__(self, name: str, client: FlaskClient, connection: Connection) -> None:
        self.name = name
        self.client = client
        self.connection = connection
        self.user_id = sign_in(client, f"{name}@example.org", **ACCOUNTS[name]) if name in ACCOUNTS else None
        self.token = ""

    def take_token(self) -> None:
        """Fetch a token that this person's forms are good with."""
        for path in ("/desk", "/login"):
            found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.client.get(path).text)
            if found:
                self.token = found[1]
                return
        raise AssertionError(f"no page gives {self.name} a token")

    def ask(
        self, method: str, path: str, data: Any = None, with_token: bool = True, check: Callable[[], Any] | None = None,
        undo: bool = True, **more: Any,
    ) -> tuple[TestResponse, Any]:  # fmt: skip
        """Ask, and return the answer with what `check` found before all was undone."""
        new_address(self.client)  # limits count by address
        if method == "POST" and with_token and not isinstance(data, bytes):
            data = {"csrf_token": self.token, **(data or {})}
        cookies = dict(self.client._cookies or {})
        with undone(self.connection) if undo else nullcontext():
            response = self.client.open(path, method=method, data=data, **more)
            found = check() if check else None
        self.client._cookies = cookies
        return response, found


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """Undo what the block writes."""
    point = connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def everyone(app: Flask, connection: Connection) -> dict[str, Person]:
    """Return the six people, signed in where they can be."""
    found = {name: Person(name, reading_client(app), connection) for name in PEOPLE}
    with app.app_context(), transaction():
        db.session.execute(update(User).where(User.id == found["suspended"].user_id).values(is_active=False))
    for person in found.values():
        person.take_token()
    return found


def state_of(connection: Connection) -> dict[str, int]:
    """Return how many rows every table has, and the number of the log's newest entry.

    Not how many browsers are in the middle of proving something, nor who was at her desk: that is no content.
    """
    row = connection.exec_driver_sql(COUNTS).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}
