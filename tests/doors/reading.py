"""A client that reads every answer to its end."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class ReadingClient(FlaskClient):
    """A browser without JavaScript that leaves no file of the server open."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Ask and read the whole answer."""
        options.setdefault("buffered", True)
        return super().open(*arguments, **options)


def reading_client(app: Flask, accept_language: str = "en") -> ReadingClient:
    """Return a new client without cookies."""
    client = ReadingClient(app, app.response_class, use_cookies=True)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accept_language
    return client
