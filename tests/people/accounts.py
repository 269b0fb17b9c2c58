"""Accounts and sign-ins for tests."""

from __future__ import annotations

import re
from functools import cache
from itertools import count
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cities.models import City
from hub.core import clock
from hub.core.db import db, transaction
from hub.people import passwords
from hub.people.models import Membership, User
from hub.people.service import begin_sign_in, create_user

PASSWORD = "a long enough password"
_hash = cache(passwords.hash_password)  # hashing is slow on purpose, and here it is always the same password
_addresses = count(1)


def make_user(client: FlaskClient, email: str, *, city: str = "", role: str = "coordinator", **values: Any) -> int:
    """Make an account, in a city when one is named by its slug, and return its id."""
    now = clock.now()
    given: dict[str, Any] = {"name": "A person", "is_organizer": False, "is_demo": False, "language": None}
    with client.application.app_context(), patch.object(passwords, "hash_password", _hash), transaction():
        has_factor = bool(values.pop("has_factor", values.get("is_organizer", False)))
        user = create_user(email=email, password=PASSWORD, now=now, **(given | values))
        user.has_factor = has_factor  # organizers act only with one
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
    """Make an account, let this browser be signed in with it, and return its id; `send_form` goes through the door."""
    user_id = make_user(client, email, **values)
    new_address(client)
    with client.application.app_context(), transaction():
        user = db.session.get_one(User, user_id)
        token = begin_sign_in(user, is_remembered=False, now=clock.now())
    with client.session_transaction() as session:
        session.clear()
        session.update(_user_id=token, _fresh=False)
    return user_id
