"""Versions side by side, one version whole, and how it is cited."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from hub.cases.models import CaseRevision
from hub.core.db import db, transaction
from hub.people.models import User
from tests.cases.desk import browser, publish, send
from tests.cases.factory import make_case, revise
from tests.people.accounts import make_user, sign_in


def test_any_two_versions_are_compared_word_by_word(session: Any, client: FlaskClient) -> None:
    case_id = make_case("told", summary="The old council meets.").id
    revise(case_id, summary="The new council meets.", started=2001)
    revise(case_id, summary="The new council decides.", started=None)
    page = client.get("/cases/told/history?from=1&to=3")
    assert page.status_code == 200
    html = page.text
    assert html.count("<h1") == 1
    assert "What changed between version 1 and version 3" in html
    assert "The <del>old</del> <ins>new</ins> council <del>meets.</del> <ins>decides.</ins>" in html
    assert "2001" not in html.split('<div class="flow mt">')[1].split("</main>")[0]  # came and went in between
    turned = client.get("/cases/told/history?from=3&to=1").text  # in whatever order
    assert turned.split("<main")[1].split("</main>")[0] == html.split("<main")[1].split("</main>")[0]
    assert "version 2 and version 3" in client.get("/cases/told/history?to=3").text
    assert "version 2 and version 3" in client.get("/cases/told/history?from=2").text
    assert 'name="from"' in client.get("/cases/told/history").text
    for query, status in (("from=1&to=9", 404), ("from=2&to=2", 400), ("to=1", 400), ("from=x", 400), ("to=0", 400)):
        assert client.get(f"/cases/told/history?{query}").status_code == status, query
    make_case("single")
    assert client.get("/cases/single/history?from=1").status_code == 400
    assert 'name="from"' not in client.get("/cases/single/history").text


def test_a_version_is_cited_by_its_own_title_number_and_address(session: Any, client: FlaskClient) -> None:
    case_id = make_case("told", title="First title").id
    revise(case_id, title="Second title")
    url = "http://localhost/cases/told/history?version=1"
    html = client.get("/cases/told/history?version=1").text
    assert "First title." in html
    assert "version 1, March 4, 2026" in html
    assert "/cases/told/history?version=1" in html.split('class="cite"')[1]
    assert 'href="/cases/told.bib?version=1"' in html
    bib, ris = client.get("/cases/told.bib?version=1").text, client.get("/cases/told.ris?version=1").text
    assert "title = {{First title}}" in bib
    assert "version = {1}" in bib
    assert "/cases/told/history?version=1}" in bib
    assert "TI  - First title" in ris
    assert "ET  - 1" in ris
    assert "Second title" in client.get("/cases/told.bib").text
    said = client.get("/cases/told.json?version=1").json
    assert said is not None
    assert (said["version"], said["is_newest"], said["said"]["title"]) == (1, False, "First title")
    assert said["url"].endswith(url.removeprefix("http://localhost"))
    assert said["author"] is None
    for path, status in (
        ("told.json?version=9", 404), ("told.bib?version=x", 400), ("told.pdf?version=1", 400),
        ("told.md?version=1", 400),
    ):  # fmt: skip
        assert client.get(f"/cases/{path}").status_code == status, path


def test_a_version_shows_every_part_in_the_order_of_the_page(client: FlaskClient) -> None:
    sign_in(client, "c@example.org", city="gwangju")
    slug = publish(
        client, failures="The first tent blew away.", essential="The street must be closed.",
        partner_name=["A school"], partner_role=["Lends tables"], partner_url=["https://example.org/school"],
        indicator_name=["Visitors"], indicator_unit=["people"], indicator_baseline=["0"], indicator_value=["400"],
        indicator_date=["2024"], indicator_source=["The city"], open_answers=["conditions"],
    )  # fmt: skip
    reader = browser(client)
    html = reader.get(f"/cases/{slug}/history?version=2").text
    order = ["Nobody knew the others.", "The city closed a street.", "Neighbours planned it.", "A school",
             "The city says 400 came.", "Visitors", "The first tent blew away.", "Not yet known.", "Rain needs a tent.",
             "The street must be closed.", "A report"]  # fmt: skip
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert "Office of neighbourhoods" in html
    assert "Running" in html
    send(client, slug, title="Another", change_note="Why")
    old = reader.get(f"/cases/{slug}/history?version=2").text
    assert "This is an older version" in old
    assert "Bring this version back" not in old
    assert "Bring this version back" in client.get(f"/cases/{slug}/history?version=2").text


@pytest.mark.parametrize(("is_withheld", "words"), [(False, "by A reader"), (True, "by a colleague")])
def test_who_read_a_version_second_is_named_as_she_allows(
    session: Any, client: FlaskClient, is_withheld: bool, words: str
) -> None:
    case = make_case("told")
    reader_id = make_user(client, "r@example.org", city="graz", name="A reader")
    with transaction():
        revision = db.session.query(CaseRevision).filter_by(case_id=case.id).one()
        revision.reviewed_by = reader_id
        db.session.get_one(User, reader_id).is_name_withheld = is_withheld
    for path in ("history", "history?version=1"):
        assert f"Read before publishing {words}" in client.get(f"/cases/told/{path}").text
    said = client.get("/cases/told.json?version=1").json
    assert said is not None
    assert said["read_by"] == (None if is_withheld else "A reader")
