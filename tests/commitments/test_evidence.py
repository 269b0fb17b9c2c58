"""Evidence: links, uploaded files, what is not public, what is used again."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.commitments.models import Evidence
from hub.commitments.service.evidence import About, check_link, read_about
from hub.core.db import db
from hub.core.errors import Invalid
from tests.commitments.recorder import (
    LINK,
    PDF,
    address,
    another,
    hidden_of,
    newest,
    open_form,
    png,
    records,
    send,
    upload,
)
from tests.people.accounts import sign_in


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """The browser of a coordinator of Gwangju."""
    sign_in(client, "coordinator@example.org", city="gwangju")
    return client


def test_an_uploaded_file_is_evidence(coordinator: FlaskClient) -> None:
    assert upload(coordinator, file_title="Decision of the council").status_code == 303
    piece = newest(coordinator)
    assert (piece.url, piece.name, piece.mime, piece.size) == ("", "decision.pdf", "application/pdf", len(PDF))
    path = f"/evidence/{piece.id}"
    visitor = another(coordinator)
    answer = visitor.get(path, buffered=True)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for page in ("/commitments/C2.5", "/cities/gwangju/commitments", "/cities/gwangju"):
        assert f'<a href="{path}">Decision of the council</a>' in visitor.get(page).text, page
    items = visitor.get("/commitments/C2.5.json").json["items"]
    (gwangju,) = [item for item in items if item["city"]["slug"] == "gwangju"]
    assert gwangju["evidence"] == [
        {"type": "council_decision", "url": f"http://localhost{path}", "title": "Decision of the council"}
    ]
    assert gwangju["evidence_not_public"] == 0
    assert f"http://localhost{path}" in visitor.get("/cities/gwangju/commitments.csv").text


def test_a_picture_is_drawn_anew_and_shown_in_place(coordinator: FlaskClient) -> None:
    assert upload(coordinator, png(), "board.pdf").status_code == 303
    piece = newest(coordinator)
    assert (piece.name, piece.mime) == ("board.png", "image/png")
    answer = coordinator.get(f"/evidence/{piece.id}", buffered=True)
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_several_files_and_a_link_at_once(coordinator: FlaskClient) -> None:
    files = [(io.BytesIO(PDF), "one.pdf"), (io.BytesIO(PDF + b"2"), "two.pdf")]
    answer = send(coordinator, address(), files=files, file_kind="ordinance", file_title="Ordinance", **LINK)
    assert answer.status_code == 303
    with coordinator.application.app_context():
        made = db.session.merge(records(coordinator)[-1])
        assert [(piece.kind, piece.title) for piece in made.evidence] == [
            ("council_decision", "Decision 12"),
            ("ordinance", "Ordinance (one.pdf)"),
            ("ordinance", "Ordinance (two.pdf)"),
        ]


def test_files_that_are_not_what_they_say(coordinator: FlaskClient) -> None:
    for content, name in [
        (b"", "empty.pdf"), (b"MZ\x90\x00", "program.pdf"), (b"<svg onload=alert(1)>", "picture.svg"),
        (b"\x89PNG\r\n\x1a\n broken", "broken.png"), (b"<html><script>1</script>", "page.html"),
        (b"PK\x03\x04", "a\x00b.pdf"),
    ]:  # fmt: skip
        answer = upload(coordinator, content, name, note="Typed", file_title="Kept <title>", file_issuer="Council")
        assert answer.status_code == 400, name
        assert '<a href="#files">' in answer.text
        assert "Typed" in answer.text
        assert "Kept &lt;title&gt;" in answer.text
        assert 'value="Council"' in answer.text
        assert "Choose your files again" in answer.text
    assert len(records(coordinator)) == 1


def test_no_more_than_twenty_files(coordinator: FlaskClient) -> None:
    files = [(io.BytesIO(PDF + str(number).encode()), f"{number}.pdf") for number in range(21)]
    answer = send(coordinator, address(), files=files, file_kind="ordinance")
    assert answer.status_code == 400
    assert "Choose at most 20 files." in answer.text
    files = [(io.BytesIO(PDF), "one.pdf"), (io.BytesIO(b"no"), "two.pdf")]
    assert "File 2: This is no PDF" in send(coordinator, address(), files=files, file_kind="ordinance").text
    assert len(records(coordinator)) == 1


def test_a_file_lost_with_a_conflict_is_asked_for_again(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    send(coordinator, address(), no_evidence="y")
    before = newest(coordinator).id
    given = {"file_kind": "ordinance", "files": (io.BytesIO(PDF), "one.pdf")}
    answer = send(coordinator, address(), fields, **given)
    assert answer.status_code == 409
    assert "Choose your files again" in answer.text
    assert newest(coordinator).id == before


def test_evidence_that_is_not_public(coordinator: FlaskClient) -> None:
    assert upload(coordinator, is_public=None, file_title="Internal paper").status_code == 303
    path = f"/evidence/{newest(coordinator).id}"
    missing = "/evidence/2147483647"
    for browser in (
        another(coordinator),
        another(coordinator, "graz@example.org", city="graz"),
        another(coordinator, "nobody@example.org"),
    ):
        answer, gone = browser.get(path, buffered=True), browser.get(missing)
        assert (answer.status_code, gone.status_code) == (404, 404)
        assert dict(answer.headers).keys() == dict(gone.headers).keys()
        assert answer.headers["Cache-Control"] == gone.headers["Cache-Control"]
        strip = (path, missing)
        assert answer.text.replace(strip[0], "")[:200] == gone.text.replace(strip[1], "")[:200]
        for page in ("/commitments/C2.5", "/cities/gwangju/commitments", "/cities/gwangju", "/commitments/C2.5.json",
                     "/cities/gwangju/commitments.csv", "/commitments.csv"):  # fmt: skip
            text = browser.get(page).text
            assert "Internal paper" not in text
            assert path not in text
        assert "1 piece not public" in browser.get("/commitments/C2.5").text
        assert "1 piece not public" in browser.get("/cities/gwangju/commitments").text
    visitor = another(coordinator)
    items = visitor.get("/commitments/C2.5.json").json["items"]
    assert [item["evidence_not_public"] for item in items if item["city"]["slug"] == "gwangju"] == [1]
    rows = csv.DictReader(io.StringIO(visitor.get("/cities/gwangju/commitments.csv").text.removeprefix("\ufeff")))
    assert [row["evidence_not_public"] for row in rows if row["item"] == "C2.5"] == ["1"]
    for browser in (
        coordinator,
        another(coordinator, "contributor@example.org", city="gwangju", role="contributor"),
        another(coordinator, "organizer@example.org", is_organizer=True),
    ):
        answer = browser.get(path, buffered=True)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "Internal paper" in browser.get("/cities/gwangju/commitments").text
        assert "Internal paper" in browser.get("/commitments/C2.5").text


def test_a_link_is_no_file(coordinator: FlaskClient) -> None:
    send(coordinator, address(), **LINK)
    for path in (f"/evidence/{newest(coordinator).id}", "/evidence/0", "/evidence/x", f"/evidence/{'9' * 30}"):
        assert coordinator.get(path).status_code == 404, path


def test_evidence_on_record_is_used_again(coordinator: FlaskClient) -> None:
    send(coordinator, address(), **LINK)
    piece = newest(coordinator).id
    page = coordinator.get(address(code="C1.1")).text
    assert "On record for C2.5." in page
    assert send(coordinator, address(code="C1.1"), used=[str(piece)]).status_code == 303
    assert newest(coordinator).id == piece
    assert "https://example.org/decision.pdf" in coordinator.get("/commitments/C1.1").text
    made = records(coordinator, code="C1.1")[0].id
    corrected = coordinator.get(f"{address(code='C1.1')}?corrects={made}").text
    assert f'value="{piece}" checked' in corrected


def test_evidence_of_another_city_is_refused(coordinator: FlaskClient) -> None:
    with coordinator.application.app_context():
        city_id = records(coordinator, "berlin", "C4.1")[0].city_id
        foreign = db.session.scalars(select(Evidence.id).where(Evidence.city_id == city_id)).first()
    for value in (foreign, 2147483647, 10**30, "x", "-1", "1;2"):
        answer = send(coordinator, address(), used=[str(value)], note="Typed")
        assert answer.status_code == 400, value
        assert '<a href="#used">' in answer.text
        assert "Typed" in answer.text
    assert len(records(coordinator)) == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"link_url": "javascript:alert(1)"}, "link_url"),
    ({"link_url": "/evidence/1"}, "link_url"),
    ({"link_url": "https://[::1"}, "link_url"),
    ({"link_url": "https://exa mple.org"}, "link_url"),
    ({"link_url": "https://example.org/" + "a" * 2000}, "link_url"),
    ({"link_url": ""}, "link_url"),
    ({"link_url": "http://10.1.2.3:8080/x"}, "link_url"),
    ({"link_url": "https://intranet/x"}, "link_url"),
    ({"link_kind": ""}, "link_kind"),
    ({"link_kind": "magic"}, "link_kind"),
    ({"link_title": "a" * 301}, "link_title"),
    ({"link_issuer": "a" * 201}, "link_issuer"),
    ({"link_issuer": "a\x00b"}, "link_issuer"),
    ({"link_issued": "2030"}, "link_issued"),
    ({"link_language": "xx"}, "link_language"),
    ({"link_expires": "2024-02-30"}, "link_expires"),
    ({"link_issued": "2024", "link_expires": "2023-12-31"}, "link_expires"),
    ({"status": None}, "status"),
    ({"status": "unknown", "note": ""}, "note"),
    ({"status": "x' OR 1=1"}, "status"),
    ({"precision": "century"}, "precision"),
    ({"precision": "day", "since": "2024-02-30"}, "since"),
    ({"since": "1066"}, "since"),
    ({"since": "9999"}, "since"),
    ({"since": "20\x0013"}, "since"),
    ({"precision": "range", "since": "2010", "until": "2007"}, "until"),
    ({"until": "2015"}, "until"),
    ({"note": "a" * 4001}, "note"),
    ({"note": "a\x00b"}, "note"),
    ({"note": "\x1b[31m"}, "note"),
    ({"legal_reason": "A reason where none belongs"}, "legal_reason"),
    ({"legal_reason": "a" * 2001}, "legal_reason"),
    ({"link_title": "a\x07b"}, "link_title"),
]


def test_what_cannot_be_is_named_and_kept(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    for values, field in WRONG:
        given = {"note": "Typed before", **LINK} | values
        answer = send(coordinator, address(), fields, **given)
        assert answer.status_code == 400, values
        assert f'<a href="#{field}">' in answer.text, values
        assert "Typed before" in answer.text or "note" in values
        assert hidden_of(answer.text)["form_key"]
    assert len(records(coordinator)) == 1


def test_addresses_that_lead_inside_or_nowhere() -> None:
    for url in (
        "http://127.0.0.1/x", "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/x",
        "http://[fe80::1]:443/", "http://192.168.0.9:8443/", "https://localhost/x", "https://files.city.local./x",
        "http://127.1/x",
        "http://0x7f.1/x",
        "http://2130706433/x",
        "https://someone:secret@example.org/x", "https://example.org:99999/x", "ftp://example.org/x", "https://", "",
        "https://example.org/a\tb", "//example.org/x", "https://exa\\mple.org/",
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            check_link("link_url", url)
        assert refused.value.field == "link_url", url
    for url in (
        "https://www.gwangju.go.kr:8443/x?y=1#z",
        "http://[2a00:1450:4001:81b::200e]/",
        "https://광주.한국/조례",
    ):
        check_link("link_url", url)


def test_what_is_said_of_a_document() -> None:
    today = date(2026, 6, 1)
    for about, field in (
        (About(issued="May 2024"), "issued"), (About(issued="2024-02-30"), "issued"), (About(issued="2027"), "issued"),
        (About(expires="2024"), "expires"), (About(expires="9999-01-01"), "expires"),
        (About(language="<b>"), "language"), (About(expires="20240101ab"), "expires"),
        (About(expires="2024-W01-1"), "expires"), (About(issued="2024", expires="2023-12-31"), "expires"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read_about(about, today, "file_")
        assert refused.value.field == f"file_{field}", about
    known = read_about(About("Council", "2007..2010", "pt-BR", "2031-01-01"), today)
    assert (known["issued_text"], known["issued_on"], known["expires_on"]) == (
        "2007..2010", date(2007, 1, 1), date(2031, 1, 1),
    )  # fmt: skip
    assert read_about(About(), today) == {
        "issuer": "", "issued_text": "", "issued_on": None, "language": None, "expires_on": None,
    }  # fmt: skip


def test_too_much_at_once(coordinator: FlaskClient) -> None:
    fields = open_form(coordinator, address())
    much = urlencode({**fields, "status": "lapsed", "note": "a" * 1_100_000})
    answer = coordinator.post(address(), data=much, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    repeated = send(coordinator, address(), fields, status=["lapsed", "operating"], no_evidence="y")
    assert repeated.status_code == 400
    assert '<a href="#status">' in repeated.text
    assert len(records(coordinator)) == 1
    assert coordinator.post(address(), data=b"\xff\xfe", content_type="multipart/form-data").status_code == 400
    assert coordinator.post(address(), json={"status": "operating"}).status_code == 400
