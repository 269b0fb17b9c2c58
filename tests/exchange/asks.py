"""What tests of questions and replies do again and again, as browsers do it."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.core.log import LogEntry, head_position
from hub.core.outbox import OutgoingMail
from hub.exchange.models import Question, Reply
from tests.hands import form_to
from tests.people.accounts import new_address

REPLY = {
    "organisation_name": "Neighbours of the River", "concern": "The case names us.", "text": "We were never heard.",
    "person_name": "Ana Example", "person_role": "Chair", "email": "Ana@River.Example",
}  # fmt: skip


def ask(client: FlaskClient, case: str, **values: Any) -> str:
    """Ask on a case and return the question's page."""
    answer = send(client, f"/cases/{case}/ask", f"/cases/{case}/ask", **({"text": "What did it cost?"} | values))
    assert answer.status_code == 303, answer.text[-2000:]
    return str(answer.headers["Location"])


def say(client: FlaskClient, question: str, text: str) -> TestResponse:
    """Write under a question."""
    return send(client, question, f"{question}/answer", text=text)


def send(client: FlaskClient, page: str, action: str, **values: Any) -> TestResponse:
    """Open a page, fill its form, send it, and return whatever comes back."""
    return client.post(action, data=dict(form_to(client.get(page).text, action).filled(values)))


def reply(client: FlaskClient, beside: str = "case=graz-advisory-council", **values: Any) -> TestResponse:
    """Send a reply from a network address of its own."""
    new_address(client)
    return send(client, f"/reply?{beside}", "/reply", **(REPLY | values))


def mailed(client: FlaskClient, to: str = "ana@river.example") -> list[OutgoingMail]:
    """Return the mails queued to an address, oldest first."""
    with client.application.app_context():
        query = select(OutgoingMail).where(OutgoingMail.recipient == to).order_by(OutgoingMail.id)
        return list(db.session.scalars(query))


def token_mailed(client: FlaskClient) -> str:
    """Return the token of the newest mail that asks for a confirmation."""
    texts = [mail.text for mail in mailed(client) if "/reply/confirm/" in mail.text]
    found = re.search(r"/reply/confirm/([\w-]{40,})", texts[-1])
    assert found
    return found[1]


def waiting_reply(client: FlaskClient, **values: Any) -> tuple[str, int]:
    """Send a reply and confirm its address; return the token and the reply's id."""
    assert reply(client, **values).status_code == 303
    token = token_mailed(client)
    assert send(client, f"/reply/confirm/{token}", f"/reply/confirm/{token}").status_code == 303
    return token, newest(client, Reply).id


def newest(client: FlaskClient, model: Any) -> Any:
    """Return the newest row of a table, as it is now."""
    with client.application.app_context():
        return db.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def number_of(question: str) -> int:
    """Return the id in the address of a question."""
    return int(question.rsplit("/", 1)[1].split("#")[0])


def stored(client: FlaskClient, question: str) -> Question:
    """Return a question as it is now, with its answers."""
    with client.application.app_context():
        found = db.session.get_one(Question, number_of(question))
        _ = found.answers
        return found


class Log:
    """What the log says since a moment."""

    def __init__(self, client: FlaskClient) -> None:
        self.app = client.application
        with self.app.app_context():
            self.start = head_position()

    @property
    def kinds(self) -> list[str]:
        """The kinds of its entries."""
        with self.app.app_context():
            query = select(LogEntry.kind).where(LogEntry.position > self.start).order_by(LogEntry.position)
            return list(db.session.scalars(query))
