"""What the request log keeps of an address."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from hub.web import requestlog


def test_the_token_of_a_mailed_link_is_not_written_down(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    requestlog.configure_logging()
    try:
        for path in ("/invitations/secret", "/join/secret", "/password/reset/secret", "/unsubscribe/secret", "/about"):
            client.get(path)
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        with capsys.disabled():  # the stream of this test ends with it, and others log later
            requestlog.configure_logging(30)
    assert [line["path"] for line in lines] == [
        "/invitations/<token>", "/join/<token>", "/password/reset/<token>", "/unsubscribe/<token>", "/about",
    ]  # fmt: skip
