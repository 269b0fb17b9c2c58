"""Pictures and documents of a case, as they come in and go out."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from hub.core.uploads import MAX_BYTES, MAX_FILES
from tests.cases.desk import (
    PDF,
    WHOLE,
    Log,
    browser,
    fetch,
    hidden,
    picture,
    publish,
    revisions,
    send,
    start,
    stored,
    upload,
)
from tests.people.accounts import sign_in


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def png_claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG whose head says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_picture_comes_in_and_is_shown(writer: FlaskClient) -> None:
    slug = publish(writer)
    log = Log(writer)
    response = upload(writer, slug, picture(), "street.jpg")
    assert response.status_code == 303
    assert response.location == f"/cases/{slug}/edit?step=evidence#files"
    case = stored(writer, slug)
    [file] = case.files
    assert log.entries == [("CaseFileAdded", {"case_id": case.id, "file_id": file.id, "has_consent": True})]
    public = browser(writer)
    html = public.get(f"/cases/{slug}").text
    assert (
        f'<img src="/cases/{slug}/files/{file.id}" alt="Tables from one end to the other" width="60" height="40"'
        in html
    )
    assert "City archive, CC BY 4.0" in html
    assert 'loading="lazy"' in html
    given = fetch(public, slug, file.id)
    assert given.content_type == "image/jpeg"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in given.headers.get("Content-Disposition", "")
    assert Image.open(io.BytesIO(given.data)).size == (60, 40)
    assert [each.number for each in revisions(writer, slug)] == [2, 3]
    assert "A street full of tables, City archive, CC BY 4.0" in public.get(f"/cases/{slug}/history").text
    assert "A street full of tables" in public.get(f"/cases/{slug}/history?version=3").text
    assert public.get(f"/cases/{slug}.json").json["files"][0]["url"].endswith(f"/cases/{slug}/files/{file.id}")


def test_hidden_data_of_a_picture_is_gone(writer: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    exif[0x0112] = 6  # turned: width and height change places
    slug = start(writer)
    upload(writer, slug, picture(exif=exif.tobytes()) + b"trailing secret")
    [file] = stored(writer, slug).files
    given = fetch(writer, slug, file.id)
    assert b"secret" not in given.data
    assert not Image.open(io.BytesIO(given.data)).getexif()
    assert (file.width, file.height) == (40, 60)


def test_a_document_is_a_download(writer: FlaskClient) -> None:
    slug = publish(writer)
    assert upload(writer, slug, PDF, "../../Bericht <1>.pdf", file_title="The report").status_code == 303
    [file] = stored(writer, slug).files
    given = fetch(browser(writer), slug, file.id)
    assert given.content_type == "application/pdf"
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert "/" not in given.headers["Content-Disposition"].split("filename")[1]
    assert given.data == PDF
    html = browser(writer).get(f"/cases/{slug}").text
    assert "The report" in html
    assert "<img" not in html


JPEG_OF_HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WRONG = {
    "html named jpg": (JPEG_OF_HTML, "x.jpg"),
    "svg": (SVG, "x.svg"),
    "svg named png": (SVG, "x.png"),
    "gif": (picture("GIF"), "x.gif"),
    "gif named jpg": (picture("GIF"), "x.jpg"),
    "truncated": (picture(size=(900, 900))[:600], "x.jpg"),
    "bomb": (png_claiming(8200, 5000), "x.png"),
    "greater bomb": (png_claiming(60000, 60000), "x.png"),
    "empty": (b"", "x.jpg"),
    "too large": (b"%PDF-" + b"0" * MAX_BYTES, "x.pdf"),
    "zip": (b"PK\x03\x04" + b"0" * 100, "x.docx"),
}


def test_what_cannot_be_taken_is_refused_by_name(writer: FlaskClient) -> None:
    slug = start(writer)
    log = Log(writer)
    for name, (content, filename) in WRONG.items():
        response = upload(writer, slug, content, filename, beside=WHOLE | {"problem": "Typed beside the file."})
        assert response.status_code == 400, name
        assert '<a href="#file">File</a>' in response.text, name
        assert "Typed beside the file." in response.text
        assert 'value="City archive"' in response.text
    assert stored(writer, slug).files == []
    assert log.kinds == []


def test_a_picture_that_is_also_something_else_is_drawn_anew(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture() + b"<script>alert(1)</script>PK\x03\x04", "both.html")
    [file] = stored(writer, slug).files
    assert file.name == "both.jpg"
    assert b"script" not in fetch(writer, slug, file.id).data


def test_title_owner_licence_and_consent_are_asked_for(writer: FlaskClient) -> None:
    slug = start(writer)
    for values, field in (
        ({"file_title": ""}, "file_title"), ({"file_owner": ""}, "file_owner"), ({"file_people": ""}, "file_people"),
        ({"file_source": ""}, "file_source"), ({"file_alt": ""}, "file_alt"), ({"file_people": "all"}, "file_people"),
        ({"file_people": "consented"}, "file_note"), ({"file_consent": "y"}, ""),
        ({"file_licence": "mine"}, "file_licence"), ({"file": ""}, "file"), ({"file_title": "x" * 301}, "file_title"),
        ({"file_title": "a\x00b"}, "file_title"), ({"csrf_token": "old"}, ""),
    ):  # fmt: skip
        response = upload(writer, slug, picture(), **values)
        assert response.status_code == 400, values
        assert not field or f'href="#{field}"' in response.text
        assert "open for too long" in response.text or "csrf_token" not in values
    assert stored(writer, slug).files == []


def test_the_text_beside_a_file_is_never_lost(writer: FlaskClient) -> None:
    slug = start(writer)
    before = stored(writer, slug).version
    response = upload(writer, slug, picture(), beside=WHOLE | {"problem": "Not saved yet."})
    assert response.status_code == 200
    assert "Not saved yet." in response.text
    assert "Your text below is not saved yet." in response.text
    assert f'name="version" value="{before + 1}"' in response.text
    case = stored(writer, slug)
    assert (case.problem, len(case.files)) == ("", 1)
    fields = hidden(writer, f"/cases/{slug}/edit") | WHOLE | {"problem": "Still not saved."}
    response = writer.post(f"/cases/{slug}/files/{case.files[0].id}/remove", data=fields)
    assert response.status_code == 200
    assert "Still not saved." in response.text
    assert stored(writer, slug).files[0].removed_at


def test_an_older_text_beside_a_file_stays_old(writer: FlaskClient) -> None:
    slug = start(writer)
    fields = hidden(writer, f"/cases/{slug}/edit")
    send(writer, slug, problem="Saved meanwhile.")
    response = upload(writer, slug, picture(), beside=WHOLE | {"version": fields["version"]})
    assert f'name="version" value="{fields["version"]}"' in response.text


def test_sent_twice_comes_in_once(writer: FlaskClient) -> None:
    slug = start(writer)
    fields = hidden(writer, f"/cases/{slug}/edit")
    log = Log(writer)
    for _ in range(2):
        assert upload(writer, slug, picture(), beside=fields).status_code == 303
    assert upload(writer, slug, picture(size=(20, 20)), beside=fields).status_code == 303
    assert log.kinds == ["CaseFileAdded", "CaseFileAdded"]


def test_the_twenty_first_is_one_too_many(writer: FlaskClient) -> None:
    slug = start(writer)
    for number in range(MAX_FILES):
        assert upload(writer, slug, PDF, file_title=f"Report {number}").status_code == 303
    response = upload(writer, slug, PDF, file_title="One more")
    assert response.status_code == 400
    assert "at most 20 files" in response.text
    first = stored(writer, slug).files[0].id
    fields = hidden(writer, f"/cases/{slug}/edit")
    assert writer.post(f"/cases/{slug}/files/{first}/remove", data=fields).status_code == 303
    assert upload(writer, slug, PDF, file_title="One more").status_code == 303


def test_a_removed_file_is_gone_and_the_history_names_it(writer: FlaskClient) -> None:
    slug = publish(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    log = Log(writer)
    for _ in range(2):
        fields = hidden(writer, f"/cases/{slug}/edit")
        assert writer.post(f"/cases/{slug}/files/{file.id}/remove", data=fields).status_code == 303
    assert log.entries == [("CaseFileRemoved", {"case_id": file.case_id, "file_id": file.id})]
    public = browser(writer)
    assert fetch(public, slug, file.id).status_code == 404
    assert "<img" not in public.get(f"/cases/{slug}").text
    assert "<del>A street full of tables" in public.get(f"/cases/{slug}/history").text


def test_a_file_belongs_to_its_case(writer: FlaskClient) -> None:
    one, other = publish(writer), publish(writer)
    upload(writer, one, picture())
    [file] = stored(writer, one).files
    fields = hidden(writer, f"/cases/{other}/edit")
    assert fetch(writer, other, file.id).status_code == 404
    assert writer.post(f"/cases/{other}/files/{file.id}/remove", data=fields).status_code == 404
    for number in ("0", "99999999", "2147483648", "9" * 40, "-1", "x"):
        assert fetch(writer, one, number).status_code == 404
    assert stored(writer, one).files[0].removed_at is None


def test_files_of_a_draft_are_for_its_city(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    mine = fetch(writer, slug, file.id)
    assert mine.status_code == 200
    assert mine.headers["Cache-Control"] == "no-store"
    others: list[dict[str, Any]] = [{"city": "graz"}, {"is_organizer": True}]
    for number, values in enumerate(others):
        other = browser(writer)
        sign_in(other, f"other{number}@example.org", **values)
        assert fetch(other, slug, file.id).status_code == 404
    assert fetch(browser(writer), slug, file.id).status_code == 404


def test_removing_needs_a_token_and_keeps_the_text(writer: FlaskClient) -> None:
    slug = start(writer)
    upload(writer, slug, picture())
    [file] = stored(writer, slug).files
    for data in ({}, {"csrf_token": "old"}, WHOLE | {"csrf_token": "old", "problem": "Typed beside it."}):
        response = writer.post(f"/cases/{slug}/files/{file.id}/remove", data=data)
        assert response.status_code == 400
        assert "open for too long" in response.text
        assert "Typed beside it." in response.text or "problem" not in data
    assert stored(writer, slug).files[0].removed_at is None
