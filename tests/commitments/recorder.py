"""Recording a status through the page, as a coordinator does."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cities.models import City
from hub.commitments.models import Evidence, StatusRecord
from hub.core.db import db
from hub.core.log import LogEntry
from tests.people.accounts import sign_in

PDF = b"%PDF-1.4\n%a council decision\n%%EOF\n"
LINK = {"link_url": "https://example.org/decision.pdf", "link_title": "Decision 12", "link_kind": "council_decision"}


def png() -> bytes:
    """Return a small picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return drawn.getvalue()


def address(city: str = "gwangju", code: str = "C2.5") -> str:
    """Return where a status is recorded."""
    return f"/cities/{city}/commitments/{code}/record"


def hidden_of(html: str) -> dict[str, str]:
    """Return the hidden fields of the form on a page."""
    form = html[html.index('<form class="recording"') :]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name in ("csrf_token", "form_key", "after")}


def open_form(client: FlaskClient, path: str) -> dict[str, str]:
    """Open the page and return the hidden fields of its form."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return hidden_of(answer.text)


def send(client: FlaskClient, path: str, fields: dict[str, Any] | None = None, **values: Any) -> TestResponse:
    """Open the form, unless the hidden fields of one are given, fill it and send it."""
    if fields is None:
        fields = open_form(client, path)
    given = {"status": "operating", "precision": "year", "since": "2013", "is_public": "y"} | fields | values
    wanted = {name: value for name, value in given.items() if value is not None}
    return client.post(path, data=wanted, content_type="multipart/form-data")


def records(client: FlaskClient, city: str = "gwangju", code: str = "C2.5") -> list[StatusRecord]:
    """Return the records of an item in a city, by id."""
    with client.application.app_context():
        found = select(StatusRecord).join(City).where(City.slug == city, StatusRecord.item_code == code)
        return list(db.session.scalars(found.order_by(StatusRecord.id)))


def entries(client: FlaskClient) -> list[LogEntry]:
    """Return the log, the newest entry first."""
    with client.application.app_context():
        return list(db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc())))


def another(client: FlaskClient, email: str = "", **values: Any) -> FlaskClient:
    """Return another browser, signed in where an address is given."""
    browser = client.application.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    if email:
        sign_in(browser, email, **values)
    return browser


def upload(client: FlaskClient, content: bytes = PDF, name: str = "decision.pdf", **values: Any) -> Any:
    """Record a status with a file."""
    given = {"file_kind": "council_decision", "files": (io.BytesIO(content), name)}
    return send(client, address(), **(given | values))


def newest(client: FlaskClient) -> Evidence:
    """Return the evidence that came last."""
    with client.application.app_context():
        return db.session.scalars(select(Evidence).order_by(Evidence.id.desc())).first()  # type: ignore[return-value]
