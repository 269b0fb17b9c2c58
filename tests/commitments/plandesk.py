"""A coordinator at the forms of her city's plan and an organizer at the member lists, through the pages."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.core.log import LogEntry
from tests.hands import form_to
from tests.people.accounts import sign_in


def browser(app: Flask, email: str, **values: Any) -> FlaskClient:
    """Return the browser of someone signed in."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sign_in(client, email, **values)
    return client


def fill(client: FlaskClient, page: str, action: str = "", html: str = "", **values: Any) -> TestResponse:
    """Open a page, unless its text is given, fill the form to `action` (its own address) and send it; files as tuples.

    None leaves a field out.
    """
    action = action or page
    form = form_to(html or client.get(page).text, action)
    files = {name: value for name, value in values.items() if isinstance(value, tuple)}
    data = dict(form.filled({name: value for name, value in values.items() if name not in files and name != "do"}))
    if "do" in values:
        data["do"] = values["do"]
    return client.post(action, data=data | files)


def csv_file(text: str | bytes, name: str = "members.csv") -> tuple[io.BytesIO, str]:
    """Return a file to send."""
    return io.BytesIO(text if isinstance(text, bytes) else text.encode()), name


def kinds(client: FlaskClient, after: int = 0) -> list[str]:
    """Return the kinds of the log's entries after a number, in their order; sign-ins left out."""
    with client.application.app_context():
        found = db.session.scalars(select(LogEntry).where(LogEntry.position > after).order_by(LogEntry.position))
        return [each.kind for each in found if each.kind not in ("SignedIn", "AccountCreated")]


def head(client: FlaskClient) -> int:
    """Return the number of the newest entry of the log."""
    with client.application.app_context():
        return db.session.scalar(select(LogEntry.position).order_by(LogEntry.position.desc()).limit(1)) or 0
