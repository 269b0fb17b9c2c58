"""What is said about a file: asked for when it comes, mended later, by one person at a time."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core.db import db
from hub.core.log import CHANGES, LogPersonal
from tests.cases.desk import PDF, Log, browser, hidden, picture, publish, revisions, start, stored, upload
from tests.people.accounts import sign_in

SAID: dict[str, str] = {
    "file_title": "A street", "file_owner": "Ana", "file_source": "https://example.org/a", "file_licence": "permission",
    "file_alt": "A long table", "file_people": "consented", "file_note": "In the safe of the office",
}  # fmt: skip
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def describe(client: FlaskClient, slug: str, file_id: int, fields: Any = None, **values: str) -> Any:
    """Open what is said about a file, change it and send it."""
    path = f"/cases/{slug}/files/{file_id}/edit"
    return client.post(path, data=(fields or hidden(client, path)) | SAID | values)


def logged(client: FlaskClient) -> Any:
    """Return what changed by the newest entry."""
    with client.application.app_context():
        newest = select(LogPersonal.content).where(LogPersonal.part == CHANGES)
        return db.session.scalars(newest.order_by(LogPersonal.position.desc())).first()


def test_a_picture_is_described_anew(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    page = writer.get(f"/cases/{slug}/files/{file.id}/edit").text
    assert "Describe this picture" in page
    assert 'value="A street full of tables"' in page
    assert "Tables from one end to the other" in page
    assert f'href="/cases/{slug}/files/{file.id}/edit"' in writer.get(f"/cases/{slug}/edit?step=all").text
    log = Log(writer)
    response = describe(writer, slug, file.id)
    assert (response.status_code, response.location.split("?")[0].split("#")[0]) == (303, f"/cases/{slug}/edit")
    assert log.entries == [("CaseRevised", {"case_id": file.case_id, "is_substantial": False})]
    before, after = logged(writer)["files"]
    assert before[0][2:] == ["A street full of tables", "City archive", "cc-by-4.0", "City archive",
                             "Tables from one end to the other", "nobody"]  # fmt: skip
    assert after[0][2:] == ["A street", "Ana", "permission", "https://example.org/a", "A long table", "consented"]
    assert [each.number for each in revisions(writer, slug)] == [2, 3, 4]
    public = browser(writer)
    html = public.get(f"/cases/{slug}").text
    assert 'alt="A long table"' in html
    assert 'href="https://example.org/a"' in html
    for suffix in ("", ".json", ".md", "/history", "/history?version=4"):
        assert "In the safe of the office" not in public.get(f"/cases/{slug}{suffix}").text
    assert "In the safe of the office" in writer.get(f"/cases/{slug}/files/{file.id}/edit").text
    assert describe(writer, slug, file.id).status_code == 303, "the same once more"
    assert describe(writer, slug, file.id, file_note="With the mayor").status_code == 303
    assert log.kinds == ["CaseRevised", "CaseRevised"]
    assert len(revisions(writer, slug)) == 3, "what only the city sees makes no version"
    assert "safe" not in str(logged(writer))


def test_two_who_describe_at_once_lose_nothing(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    path = f"/cases/{slug}/files/{file.id}/edit"
    old = hidden(writer, path)
    assert describe(writer, slug, file.id, old, file_title="Theirs", file_people="nobody").status_code == 303
    log = Log(writer)
    response = describe(writer, slug, file.id, old | {"form_key": "0" * 32}, file_title="Mine")
    assert response.status_code == 409
    assert "Theirs" in response.text
    assert 'value="Mine"' in response.text
    assert "Nobody at risk can be recognised" in response.text
    assert log.kinds == []
    fields = {"csrf_token": old["csrf_token"]}
    fields["stamp"] = response.text.split('name="stamp" value="')[1].split('"')[0]
    assert describe(writer, slug, file.id, fields, file_title="Mine").status_code == 303
    assert stored(writer, slug).files[0].title == "Mine"
    assert log.kinds == ["CaseDraftSaved"]


def test_what_is_needed_is_asked_for_by_name(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture())
    upload(writer, slug, PDF, "a.pdf", file_alt="", file_people="", file_note="dropped")
    image, document = stored(writer, slug).files
    assert (document.alt, document.people, document.consent_note) == ("", "", "")
    for values, field in (
        ({"file_title": ""}, "file_title"), ({"file_owner": ""}, "file_owner"), ({"file_source": ""}, "file_source"),
        ({"file_licence": "mine"}, "file_licence"), ({"file_alt": ""}, "file_alt"), ({"file_note": ""}, "file_note"),
        ({"file_people": "all"}, "file_people"), ({"file_people": ""}, "file_people"), ({"stamp": ""}, None),
        ({"file_alt": "x" * 501}, "file_alt"), ({"file_source": "a\x00b"}, "file_source"), ({"odd": "y"}, ""),
        ({"csrf_token": "old"}, ""),
    ):  # fmt: skip
        response = describe(writer, slug, image.id, **values)
        assert response.status_code == (409 if field is None else 400), values
        assert not field or f'href="#{field}"' in response.text, values
        assert 'value="A street"' in response.text or "file_title" in values
    page = writer.get(f"/cases/{slug}/files/{document.id}/edit").text
    assert "Describe this document" in page
    assert "People in the picture" not in page
    assert describe(writer, slug, document.id).status_code == 303
    document = stored(writer, slug).files[1]
    assert (document.owner, document.alt, document.people, document.consent_note) == ("Ana", "", "", "")


def test_what_is_said_stays_text(writer: FlaskClient) -> None:
    evil = {name: EVIL for name in SAID if name not in ("file_licence", "file_people")}
    slug = publish(writer)
    assert upload(writer, slug, picture(), "<script>alert(1)</script>.jpg", **evil).status_code == 303
    [file] = stored(writer, slug).files
    assert "<" not in file.name
    assert describe(writer, slug, file.id, **evil).status_code == 303
    assert describe(writer, slug, file.id, file_source="javascript:alert(1)").status_code == 303
    for path in ("", "/edit?step=all", f"/files/{file.id}/edit", "/history", "/take-out"):
        html = writer.get(f"/cases/{slug}{path}").text
        assert "<script>alert" not in html, path
        assert 'href="javascript' not in html, path


def test_a_file_is_described_by_those_who_write_its_case(writer: FlaskClient) -> None:
    one, other = start(writer), start(writer)
    upload(writer, one, picture())
    [file] = stored(writer, one).files
    assert writer.get(f"/cases/{other}/files/{file.id}/edit").status_code == 404
    stranger = browser(writer)
    sign_in(stranger, "graz@example.org", city="graz")
    assert stranger.get(f"/cases/{one}/files/{file.id}/edit").status_code == 404
    assert browser(writer).get(f"/cases/{one}/files/{file.id}/edit").status_code in (302, 303, 401)
    writer.post(f"/cases/{one}/files/{file.id}/remove", data=hidden(writer, f"/cases/{one}/edit"))
    assert writer.get(f"/cases/{one}/files/{file.id}/edit").status_code == 404
