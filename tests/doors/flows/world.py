"""What flows share: browsers for everyone, forms that are filled and sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.core.db import db, transaction
from tests.hands import forms_in
from tests.people.accounts import new_address, sign_in

NOTHING = ""

Flow = Callable[["World"], None]
FLOWS: dict[str, tuple[dict[str, str], Flow]] = {}


class World:
    """The application, with a browser for everyone who is needed."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = app
        self.monkeypatch = monkeypatch
        self.ids: dict[str, int] = {}

    def browser(self) -> FlaskClient:
        """Return a browser in which nobody is signed in."""
        client: FlaskClient = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        new_address(client)
        return client

    def person(self, name: str, **values: Any) -> FlaskClient:
        """Return the browser of someone signed in, who just proved who she is."""
        client = self.browser()
        self.ids[name] = sign_in(client, f"{name}@example.org", name=name.title(), **values)
        return client

    def coordinator(self, name: str = "coordinator", city: str = "gwangju") -> FlaskClient:
        return self.person(name, city=city)

    def organizer(self, name: str = "organizer") -> FlaskClient:
        return self.person(name, is_organizer=True)

    def make(self, row: Any) -> Any:
        """Keep a row and return its key."""
        with self.app.app_context(), transaction():
            db.session.add(row)
            db.session.flush()
            return getattr(row, "id", None)


def flow(rules: dict[str, str]) -> Callable[[Flow], Flow]:
    """Name the rules that a flow goes through, with the kind of entry that each good form leaves."""

    def keep(function: Flow) -> Flow:
        FLOWS[function.__name__] = (rules, function)
        return function

    return keep


def fill(client: FlaskClient, page: str, action: str, pick: str = "", **values: Any) -> TestResponse:
    """Open a page, fill the form that leads to a path (the one that holds `pick`), and send it."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code, opened.text[-800:])
    found = [each for each in forms_in(opened.text) if each.method == "post"]
    found = [each for each in found if (each.action.split("?")[0] or page) == action]
    found = [each for each in found if pick in (*each.names, *(value for _name, value in [*each.fields, *each.buttons]))
             or not pick]  # fmt: skip
    assert found, (page, action, [each.action for each in forms_in(opened.text)])
    files = {name: value for name, value in values.items() if isinstance(value, tuple)}
    data: dict[str, Any] = {}
    for name, value in found[0].filled({name: value for name, value in values.items() if name not in files}):
        data.setdefault(name, []).append(value)
    data = {name: several[0] if len(several) == 1 else several for name, several in data.items()}
    response = client.post(action, data=data | files)
    assert response.status_code in (200, 303), (action, response.status_code, response.text[-1500:])
    return response


def press(client: FlaskClient, page: str, action: str, **values: str) -> TestResponse:
    """Press a button on a page."""
    return fill(client, page, action, **values)
