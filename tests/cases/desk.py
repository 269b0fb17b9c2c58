"""Writing cases as a browser does: open the form, fill it, send it."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import unquote

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cases.models import CaseRevision, CaseStudy
from hub.core.db import db
from hub.core.log import LogEntry, head_position

WHOLE: dict[str, Any] = {
    "title": "A fair for neighbours", "summary": "Neighbours meet once a month.", "language": "en", "started": "2019",
    "ended": "", "is_ongoing": "y", "clauses": ["GP3.1", "GP8.2"], "types": ["participation"], "groups": ["youth"],
    "problem": "Nobody knew the others.", "action": "The city closed a street.", "results": "The city says 400 came.",
    "lessons": "Rain needs a tent.", "lead_office": "Office of neighbourhoods", "contact_role": "Its coordinator",
    "stage": "running", "participation": "Neighbours planned it.", "cost_band": "under-10k",
    "evidence_type": "monitoring", "open_answers": ["failures", "conditions"], "people_check": "nobody",
    "source_titles": ["A report"], "source_urls": ["https://example.org/report"],
}  # fmt: skip


def browser(client: FlaskClient) -> FlaskClient:
    """Return another browser at the same hub."""
    other = client.application.test_client()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return other


def hidden(client: FlaskClient, path: str, button: str = "") -> dict[str, str]:
    """Open a page and return the hidden fields of its forms; with `button` of the one that is sent to path/button."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    html = response.text
    if button:
        html = html.split(f'action="{path}/{button}"')[1].split("</form>")[0]
    return hidden_in(html)


def hidden_in(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def start(client: FlaskClient, title: str = "A fair for neighbours", **values: Any) -> str:
    """Begin a draft and return its slug."""
    response = client.post(
        "/cases/new", data=hidden(client, "/cases/new") | {"title": title, "language": "en"} | values
    )
    assert response.status_code == 303, response.text
    found = re.fullmatch(r"/cases/(.+)/edit", response.location)
    assert found
    return unquote(found[1])


def send(
    client: FlaskClient, slug: str, do: str = "save", fields: dict[str, str] | None = None, **values: Any
) -> TestResponse:
    """Fill the editor of a case and send it."""
    fields = fields or hidden(client, f"/cases/{slug}/edit")
    return client.post(f"/cases/{slug}/edit", data=fields | WHOLE | {"do": do} | values)


def publish(client: FlaskClient, **values: Any) -> str:
    """Begin a draft, fill it, publish it, and return its slug."""
    slug = start(client)
    response = send(client, slug, "publish", **values)
    assert response.status_code == 303, response.text
    return slug


def stored(client: FlaskClient, slug: str) -> CaseStudy:
    """Return a case as it is stored now."""
    with client.application.app_context():
        db.session.expire_all()
        case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
        _ = case.tags, case.sources, case.files, case.city
        db.session.expunge(case)
        return case


def revisions(client: FlaskClient, slug: str) -> list[CaseRevision]:
    """Return the versions of a case, oldest first."""
    with client.application.app_context():
        query = select(CaseRevision).join(CaseStudy, CaseStudy.id == CaseRevision.case_id)
        found = list(db.session.scalars(query.where(CaseStudy.slug == slug).order_by(CaseRevision.number)))
        db.session.expunge_all()
        return found


class Log:
    """What the log says since a moment."""

    def __init__(self, client: FlaskClient) -> None:
        self.app = client.application
        with self.app.app_context():
            self.start = head_position()

    @property
    def entries(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and payload of each entry about cases."""
        with self.app.app_context():
            query = select(LogEntry).where(LogEntry.position > self.start).order_by(LogEntry.position)
            return [(each.kind, each.payload) for each in db.session.scalars(query) if each.kind.startswith("Case")]

    @property
    def kinds(self) -> list[str]:
        """The kinds alone."""
        return [kind for kind, _payload in self.entries]


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **values: Any) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 40, 20)).save(out, kind, **values)
    return out.getvalue()


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def upload(
    client: FlaskClient, slug: str, content: bytes, name: str = "photo.jpg", beside: dict[str, Any] | None = None,
    **values: Any,
) -> TestResponse:  # fmt: skip
    """Send a file to a case; `beside` is the text that stands in the editor at that moment."""
    fields = hidden(client, f"/cases/{slug}/edit")
    given = {
        "file_title": "A street full of tables", "file_owner": "City archive", "file_source": "City archive",
        "file_licence": "cc-by-4.0", "file_alt": "Tables from one end to the other", "file_people": "nobody",
        "file": (io.BytesIO(content), name),
    }  # fmt: skip
    data = fields | (beside or {}) | given | values
    response = client.post(f"/cases/{slug}/files", data=data, content_type="multipart/form-data")
    response.request.environ["wsgi.input"].close()  # a large one is a file of the test client
    return response


def fetch(client: FlaskClient, slug: str, file_id: int | str) -> TestResponse:
    """Get a file of a case, whole."""
    return client.get(f"/cases/{slug}/files/{file_id}", buffered=True)
