"""A draft that was never published can be deleted for good; a file can, for whoever takes a person out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cases.models import CaseFile, CaseRevision, CaseSource, CaseTag
from hub.core.db import db
from hub.core.files import blob_path
from hub.core.log import LogEntry, LogPersonal
from tests.cases.desk import PDF, Log, browser, fetch, hidden, picture, publish, send, start, stored, upload
from tests.cases.takingout import take
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def blob(client: FlaskClient, sha256: str) -> Path:
    """Return where a stored content lies."""
    return blob_path(client.application.config["HUB"].files_dir, sha256)


def destroy(client: FlaskClient, slug: str, file_id: int) -> Any:
    """Press the button that removes a file for good."""
    door = f"take-out/files/{file_id}"
    page = client.get(f"/cases/{slug}/take-out").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(f"/cases/{slug}/{door}", data={"csrf_token": token})


def test_a_draft_goes_with_all_that_hangs_on_it(writer: FlaskClient) -> None:
    slug = start(writer, "A plan")
    send(writer, slug, title="A plan", problem="Ask Zsófia.")
    upload(writer, slug, PDF)
    take(writer, slug, spellings="Zsófia")
    case_id, log = stored(writer, slug).id, Log(writer)
    assert f"/cases/{slug}/delete" in writer.get(f"/cases/{slug}").text
    assert f"/cases/{slug}/delete" in writer.get(f"/cases/{slug}/edit").text
    fields = hidden(writer, f"/cases/{slug}/delete")
    for _ in range(2):
        response = writer.post(f"/cases/{slug}/delete", data=fields)
        assert (response.status_code, response.location) == (303, "/desk")
    assert log.entries == [("CaseDraftDeleted", {"case_id": case_id})]
    assert writer.get(f"/cases/{slug}").status_code == 404
    assert slug not in writer.get("/desk").text
    with writer.application.app_context():
        for model in (CaseFile, CaseTag, CaseSource, CaseRevision):
            assert db.session.scalar(select(func.count()).where(model.case_id == case_id)) == 0
        parts = select(LogPersonal.part, LogPersonal.content).join(LogEntry, LogEntry.position == LogPersonal.position)
        said = {row.part: row.content for row in db.session.execute(parts.where(LogEntry.kind == "CaseDraftDeleted"))}
    assert said["values"] == {"title": "A plan"}
    assert said["changes"]["state"] == ["draft", None]


def test_what_was_published_once_is_never_deleted(writer: FlaskClient) -> None:
    slug = publish(writer)
    assert writer.get(f"/cases/{slug}/delete").status_code == 403
    fields = hidden(writer, f"/cases/{slug}/edit")
    for again in (False, True):
        if again:
            writer.post(f"/cases/{slug}/archive", data=hidden(writer, f"/cases/{slug}/archive") | {"reason": "x"})
        sent = {name: fields[name] for name in ("csrf_token", "form_key", "version")}
        assert writer.post(f"/cases/{slug}/delete", data=sent).status_code == 403
        assert "/delete" not in writer.get(f"/cases/{slug}").text
    assert stored(writer, slug).title


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"city": "gwangju", "role": "contributor"}, 403), ({"city": "graz"}, 404), ({"is_organizer": True}, 403),
        ({"city": "graz", "role": "contributor"}, 403),
    ],
)  # fmt: skip
def test_only_coordinators_of_its_city_delete(writer: FlaskClient, values: dict[str, Any], status: int) -> None:
    slug = start(writer)
    fields = hidden(writer, f"/cases/{slug}/delete")
    other = browser(writer)
    sign_in(other, "other@example.org", **values)
    assert other.get(f"/cases/{slug}/delete").status_code == status
    token = other.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert other.post(f"/cases/{slug}/delete", data=fields | {"csrf_token": token}).status_code == status
    assert stored(writer, slug)


def test_a_colleagues_save_stops_it(writer: FlaskClient) -> None:
    slug = start(writer)
    fields = hidden(writer, f"/cases/{slug}/delete")
    send(writer, slug, problem="New words")
    response = writer.post(f"/cases/{slug}/delete", data=fields)
    assert response.status_code == 409
    assert "Someone saved it meanwhile." in response.text
    assert stored(writer, slug).problem == "New words"
    for version in ("", "x", "9" * 40):
        assert writer.post(f"/cases/{slug}/delete", data=fields | {"version": version}).status_code in (400, 409)


def test_a_file_is_removed_for_good(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture(size=(31, 17)))
    [file] = stored(writer, slug).files
    public, path = browser(writer), blob(writer, file.sha256)
    given = fetch(public, slug, file.id)
    assert given.status_code == 200
    assert path.is_file()
    log, version = Log(writer), stored(writer, slug).version
    for _ in range(2):
        response = destroy(writer, slug, file.id)
        assert response.location == f"/cases/{slug}/take-out?file=gone#files"
    assert "Its content is deleted." in writer.get(response.location.split("#")[0]).text
    assert log.entries == [("CaseFileDestroyed", {"case_id": file.case_id, "file_id": file.id})]
    assert not path.exists()
    [after] = stored(writer, slug).files
    assert (after.sha256, after.removed_at is not None) == ("", True)
    assert stored(writer, slug).version == version + 1
    assert fetch(public, slug, file.id).status_code == 404
    again = public.get(f"/cases/{slug}/files/{file.id}", headers={"If-None-Match": given.headers["ETag"]})
    assert again.status_code == 404
    assert "<img" not in public.get(f"/cases/{slug}").text.split("<main")[1]


def test_a_file_that_was_taken_away_before_is_destroyed_too(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture(size=(33, 17)))
    [file] = stored(writer, slug).files
    writer.post(f"/cases/{slug}/files/{file.id}/remove", data=hidden(writer, f"/cases/{slug}/edit"))
    version = stored(writer, slug).version
    assert blob(writer, file.sha256).is_file()
    assert "No longer shown, but its content is still kept." in writer.get(f"/cases/{slug}/take-out").text
    destroy(writer, slug, file.id)
    assert not blob(writer, file.sha256).exists()
    assert stored(writer, slug).version == version
    assert "This case study has none." in writer.get(f"/cases/{slug}/take-out").text


def test_what_stands_elsewhere_too_stays_there(writer: FlaskClient) -> None:
    one, other = publish(writer), publish(writer)
    for slug in (one, other):
        upload(writer, slug, picture(size=(35, 17)))
    [file], [same] = stored(writer, one).files, stored(writer, other).files
    assert file.sha256 == same.sha256
    response = destroy(writer, one, file.id)
    assert "there it stays" in writer.get(response.location.split("#")[0]).text
    assert fetch(browser(writer), other, same.id).status_code == 200
    destroy(writer, other, same.id)
    assert not blob(writer, same.sha256).exists()


def test_only_the_files_of_the_case(writer: FlaskClient) -> None:
    one, other = publish(writer), publish(writer)
    upload(writer, one, picture())
    [file] = stored(writer, one).files
    for number in (file.id, 0, 2147483647):
        assert destroy(writer, other, number).status_code == 404
    assert destroy(writer, one, 10**12).status_code == 404
    assert blob(writer, file.sha256).is_file()
