"""Filling and sending the forms of this room as a browser does."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cities.models import CityApplication
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from tests.people.accounts import new_address

WISH = {
    "city_name": "Sunnyvale Springs",
    "country": "NZ",
    "person_name": "Ana Example",
    "person_role": "Head of the human rights office",
    "email": "Ana@Springs.Example",
    "message": "We passed an ordinance.\n\nWe want to learn.",
}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def fields(html: str, action: str = "", decision: str = "") -> dict[str, str]:
    """Return the hidden fields of the form with this address, and with this decision."""
    for form in re.findall(r'<form[^>]* method="post".*?</form>', html, re.S):
        if f'action="{action}"' in form and (not decision or f'value="{decision}"' in form):
            return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    raise AssertionError(f"no form leads to {action} {decision}")


def send(client: FlaskClient, page: str, action: str, decision: str = "", **values: Any) -> TestResponse:
    """Open a page and send its form."""
    hidden = fields(client.get(page).text, action, decision)
    response = client.post(action, data=hidden | values)
    response.request.environ["wsgi.input"].close()  # the test client keeps large uploads in a file, and leaves it open
    return response


def apply(client: FlaskClient, **values: Any) -> TestResponse:
    """Send an application from a network address of its own."""
    new_address(client)
    return send(client, "/join", "/join", **(WISH | values))


def application(client: FlaskClient) -> CityApplication:
    """Return the newest application."""
    with client.application.app_context():
        query = select(CityApplication).order_by(CityApplication.id.desc()).limit(1)
        return db.session.scalars(query).one()


def mails(client: FlaskClient, to: str) -> list[OutgoingMail]:
    """Return the mails queued to an address, oldest first."""
    with client.application.app_context():
        query = select(OutgoingMail).where(OutgoingMail.recipient == to).order_by(OutgoingMail.id)
        return list(db.session.scalars(query))


def mailed_path(client: FlaskClient, to: str) -> str:
    """Return the page of the application that the newest mail leads to."""
    found = re.search(r"(/join/[\w-]{40,})", mails(client, to)[-1].text)
    assert found
    return found[1]


def waiting(client: FlaskClient, **values: Any) -> tuple[str, int]:
    """Apply and confirm; return the applicant's page and the id."""
    assert apply(client, **values).status_code == 303
    path = mailed_path(client, str((WISH | values)["email"]).lower())
    assert send(client, path, path).status_code == 303
    return path, application(client).id


def kinds(client: FlaskClient, after: int = 0) -> list[str]:
    """Return what kinds of thing the log holds after a position."""
    with client.application.app_context():
        query = select(LogEntry.kind).where(LogEntry.position > after).order_by(LogEntry.position)
        return list(db.session.scalars(query))


def head(client: FlaskClient) -> int:
    """Return the position of the newest log entry."""
    with client.application.app_context():
        return db.session.scalars(select(LogEntry.position).order_by(LogEntry.position.desc()).limit(1)).one()
