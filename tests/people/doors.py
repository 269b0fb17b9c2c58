"""What the tests of this room do again and again: send forms, make invitations, read mail and log."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.people import letters, service
from hub.people.jobs import answer_asked
from hub.people.models import Invitation, User
from hub.worker import setting_of
from tests.people.accounts import new_address

NEW = "four words in a row"
DEAD = "This address does not work any more"


def fields_of(html: str, action: str | None = None) -> dict[str, str]:
    """Return the hidden fields of a page's first form, or of the first one with an action."""
    start = html.index(f'action="{action}"') if action else html.rindex("<form", 0, html.index('name="form_key"'))
    form = html[start : html.index("</form>", start)]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def send(
    client: FlaskClient, path: str, page: str | None = None, action: str | None = None, **data: Any
) -> TestResponse:
    """Open a page, fill its form and send it; `page` where the form stands on another page than it goes to."""
    opened = client.get(page or path)
    assert opened.status_code == 200, opened.text
    return client.post(path, data=fields_of(opened.text, action) | data)


def city_id_of(client: FlaskClient, slug: str) -> int:
    """Return a city's id."""
    with client.application.app_context():
        return db.session.scalars(select(City.id).where(City.slug == slug)).one()


def suspend_city(client: FlaskClient, slug: str) -> None:
    """Mark a city as suspended."""
    with client.application.app_context(), transaction():
        db.session.scalars(select(City).where(City.slug == slug)).one().membership = "suspended"


def change(client: FlaskClient, user_id: int, **values: Any) -> None:
    """Set columns of an account."""
    with client.application.app_context(), transaction():
        user = db.session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)


def make_invitation(
    client: FlaskClient, email: str, role: str = "coordinator", city: str | None = "gwangju", by: int | None = None
) -> str:
    """Make an invitation as the operator, or as someone, and return its token."""
    city_id = city_id_of(client, city) if city else None
    now = clock.now()
    with client.application.app_context(), transaction():
        actor = db.session.get(User, by) if by else None
        invitation, token = service.invite(by=actor, email=email, role=role, city_id=city_id, language="en", now=now)
        letters.queue_invitation(invitation, token, now)
    return token


def accept(client: FlaskClient, token: str, **data: Any) -> TestResponse:
    """Open an invitation in this browser and accept it."""
    new_address(client)
    return send(client, f"/invitations/{token}", **({"name": "Someone New", "password": NEW} | data))


def user_of(client: FlaskClient, email: str) -> User | None:
    """Return the account of an address, detached."""
    with client.application.app_context():
        user = db.session.scalar(select(User).where(User.email == email))
        if user is not None:
            _ = [membership.city.slug for membership in user.memberships]
            db.session.expunge(user)
        return user


def invitations(client: FlaskClient, email: str) -> list[Invitation]:
    """Return the invitations to an address, oldest first."""
    with client.application.app_context():
        return list(db.session.scalars(select(Invitation).where(Invitation.email == email).order_by(Invitation.id)))


def mails(client: FlaskClient, to: str) -> list[OutgoingMail]:
    """Return the mails that wait for an address, oldest first."""
    with client.application.app_context():
        query = select(OutgoingMail).where(OutgoingMail.recipient == to).order_by(OutgoingMail.id)
        return list(db.session.scalars(query))


def answer(client: FlaskClient) -> int:
    """Let the worker answer what was asked about addresses; returns how many."""
    with client.application.app_context():
        return answer_asked(setting_of(client.application.config["HUB"], "a worker"))


def link_in(mail: OutgoingMail, start: str) -> str:
    """Return the path in a mail that begins so."""
    found = re.search(rf"http://localhost({start}\S+)", mail.text)
    assert found
    return found[1]


def log_size(client: FlaskClient) -> int:
    """Return how many entries the log has."""
    with client.application.app_context():
        return db.session.scalar(select(func.count()).select_from(LogEntry)) or 0


def newest_entries(client: FlaskClient, number: int = 1) -> list[tuple[str, dict[str, Any], int | None]]:
    """Return the newest entries of the log, oldest of them first, as kind, payload and actor."""
    with client.application.app_context():
        found = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(number)).all()
        return [(each.kind, each.payload, each.actor_id) for each in reversed(found)]
