"""What the tests of second factors do again and again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.core.db import db
from hub.people.models import User
from tests.people.accounts import new_address
from tests.people.doors import send

SECURITY = "/account/security"
CODES, RECOVERY = f"{SECURITY}/codes", f"{SECURITY}/recovery"
STEP = timedelta(seconds=30)


def secret_on(html: str) -> str:
    """Return the secret that a page shows in groups of four."""
    shown = html.split('<code translate="no">')[1].split("</code>")[0]
    return "".join(re.findall(r"<span>(\w+)</span>", shown))


def code_at(secret: str, moment: datetime) -> str:
    """Return what an authenticator app shows at a moment."""
    return pyotp.TOTP(secret).at(moment)


def turn_on(client: FlaskClient, moment: datetime) -> str:
    """Set up one-time codes for whoever is signed in, the clock held at a moment, and return the secret."""
    new_address(client)
    secret = secret_on(client.get(CODES).text)
    response = send(client, CODES, code=code_at(secret, moment))
    assert (response.status_code, response.headers["Location"]) == (303, f"{SECURITY}?done=codes"), response.text
    return secret


def make_codes(client: FlaskClient) -> list[str]:
    """Make recovery codes for whoever is signed in, and return them."""
    new_address(client)
    response = send(client, RECOVERY)
    assert response.status_code == 200, response.text
    return codes_on(response)


def codes_on(response: TestResponse) -> list[str]:
    """Return the recovery codes that a page shows."""
    return re.findall(r"^[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}$", response.text, re.M)


def elsewhere(client: FlaskClient) -> FlaskClient:
    """Return another browser, with a network address of its own."""
    browser = client.application.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    new_address(browser)
    return browser


def rows(client: FlaskClient, model: Any) -> list[Any]:
    """Return all rows of a table, detached."""
    with client.application.app_context():
        found = list(db.session.scalars(select(model).order_by(*model.__table__.primary_key)))
        db.session.expunge_all()
        return found


def user(client: FlaskClient, user_id: int) -> User:
    """Return an account, detached."""
    with client.application.app_context():
        found = db.session.get_one(User, user_id)
        db.session.expunge_all()
        return found


def send_button(client: FlaskClient, path: str, page: str = "/account") -> TestResponse:
    """Press a button that only carries a token."""
    token = client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token}, headers={"Referer": f"http://localhost{SECURITY}"})
