"""Leaving as people do it, and looking for what is left of them."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, Text, cast, func, select
from werkzeug.test import TestResponse

from hub.core import clock, outbox
from hub.core.db import Base, db
from hub.core.log import LogEntry
from hub.people.models import User
from tests.people.accounts import sign_in

OWN = "/account/leave"
TEXTS = (String, Text, JSON)


def another(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def send(client: FlaskClient, path: str = OWN, **values: str) -> TestResponse:
    """Open the page, tick the box unless told otherwise, and send the form."""
    html = client.get(path).text
    fields = dict(re.findall(r'name="(csrf_token|form_key)"[^>]* value="([^"]*)"', html))
    if not fields:  # no form stands there; someone sends one all the same
        fields = dict(re.findall(r'name="(csrf_token)"[^>]* value="([^"]*)"', client.get("/account").text))
    return client.post(path, data={**fields, "understood": "y", **values})


def organizer(client: FlaskClient, email: str = "organizer@elsewhere.example") -> int:
    return sign_in(client, email, name="Olga", is_organizer=True)


def find_user(app: Flask, user_id: int) -> User:
    with app.app_context():
        user = db.session.get_one(User, user_id)
        assert list(user.memberships) is not None
        return user


def texts_with(needles: tuple[str, ...]) -> list[str]:
    """Return every place in the database that holds one of these words, in any table and column of text."""
    found = []
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if not isinstance(column.type, TEXTS):
                continue
            for value in db.session.scalars(select(cast(column, Text)).where(column.is_not(None))):
                plain = str(value).encode().decode("unicode_escape", "replace") if "\\u" in str(value) else str(value)
                found += [f"{table.name}.{column.name}: {each}" for each in needles if each in plain]
    return found


def kinds(app: Flask, after: int) -> list[str]:
    with app.app_context():
        return list(
            db.session.scalars(select(LogEntry.kind).where(LogEntry.position > after).order_by(LogEntry.position))
        )


def head(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.max(LogEntry.position))) or 0


def deliver(app: Flask, folder: Path) -> int:
    with app.app_context():
        return outbox.deliver_due("file:", "http://localhost", folder, "tests", clock.now)
