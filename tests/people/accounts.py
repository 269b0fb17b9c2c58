"""Accounts and sign-ins for tests."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.people.models import Membership
from hub.people.service import create_user

PASSWORD = "a long enough password"
_addresses = count(1)


def make_user(client: FlaskClient, email: str, *, city: str = "", role: str = "coordinator", **values: Any) -> int:
    """Make an account, in a city when one is named by its slug, and return its id."""
    now = clock.now()
    given: dict[str, Any] = {"name": "A person", "is_organizer": False, "is_demo": False, "language": None}
    with client.application.app_context(), transaction():
        user = create_user(email=email, password=PASSWORD, now=now, **(given | values))
        if city:
            city_id = db.session.scalars(select(City.id).where(City.slug == city)).one()
            db.session.add(Membership(user_id=user.id, city_id=city_id, role=role, since_at=now))
        return user.id


def new_address(client: FlaskClient) -> None:
    """Let a browser come from a network address of its own: sign-ins are counted by address."""
    number = next(_addresses)
    client.environ_base["REMOTE_ADDR"] = f"10.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}"


def send_form(
    client: FlaskClient, email: str, password: str, next_page: str | None = None, path: str = "/login"
) -> TestResponse:
    """Open the sign-in page, fill the form and send it."""
    html = client.get(path).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
    wanted = re.search(r'name="next" value="([^"]*)"', html)
    assert token
    assert wanted
    form = {"csrf_token": token[1], "email": email, "password": password, "next": next_page or wanted[1]}
    return client.post("/login", data=form)


def sign_in(client: FlaskClient, email: str, **values: Any) -> int:
    """Make an account, sign in with it and return its id."""
    user_id = make_user(client, email, **values)
    new_address(client)
    assert send_form(client, email, PASSWORD).status_code == 303
    return user_id
