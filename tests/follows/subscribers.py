"""Filling the forms of readers without an account, as a browser does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.core.outbox import OutgoingMail
from hub.follows.models import Follow, Subscriber
from tests.hands import form_to
from tests.people.accounts import new_address

READER = "reader@elsewhere.example"


def wish_page(kind: str, name: str) -> str:
    """Return the address of the form by which one follows a thing by mail."""
    return "/follow/mail?" + urlencode({"kind": kind, "query" if kind == "search" else "id": name})


def wish(client: FlaskClient, kind: str, name: str, email: str = READER, **values: Any) -> TestResponse:
    """Ask to follow a thing by mail, from a network address of its own."""
    new_address(client)
    form = form_to(client.get(wish_page(kind, name)).text, "/follow/mail")
    return client.post("/follow/mail", data=dict(form.filled({"email": email, **values})))


def mails(client: FlaskClient, to: str = READER) -> list[OutgoingMail]:
    """Return the mails queued to an address, oldest first."""
    with client.application.app_context():
        query = select(OutgoingMail).where(OutgoingMail.recipient == to).order_by(OutgoingMail.id)
        return list(db.session.scalars(query))


def confirm_path(client: FlaskClient, to: str = READER) -> str:
    """Return where the newest mail to an address leads."""
    found = re.search(r"(/follow/mail/confirm/[\w-]{40,})", mails(client, to)[-1].text)
    assert found
    return found[1]


def send(client: FlaskClient, page: str, action: str, **values: Any) -> TestResponse:
    """Open a page, fill its form that leads to a path, and send it."""
    form = form_to(client.get(page).text, action)
    return client.post(action, data=dict(form.filled(values)))


def subscribe(client: FlaskClient, kind: str, name: str, email: str = READER, **values: Any) -> str:
    """Follow a thing by mail and confirm; returns the address of the page that manages it."""
    assert wish(client, kind, name, email, **values).location == "/follow/mail/sent"
    path = confirm_path(client, email)
    answer = send(client, path, path)
    assert answer.status_code == 303
    return str(answer.location).split("?")[0]


def followed(client: FlaskClient, email: str = READER) -> list[tuple[str, str]]:
    """Return what an address follows by mail."""
    with client.application.app_context():
        db.session.rollback()
        query = select(Follow.kind, Follow.key).join(Subscriber, Subscriber.id == Follow.subscriber_id)
        rows = db.session.execute(query.where(Subscriber.email == email).order_by(Follow.id))
        return [(kind, key) for kind, key in rows]
