"""An earlier version is brought back as a new one, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseProposal, CaseStudy
from hub.cities.models import City
from hub.core.db import db, transaction
from tests.cases.desk import Log, browser, hidden_in, publish, revisions, send, stored
from tests.cases.factory import make_case, revise
from tests.people.accounts import sign_in


@pytest.fixture
def coordinator(client: FlaskClient) -> FlaskClient:
    """A browser of a coordinator of Gwangju."""
    sign_in(client, "c@example.org", city="gwangju", name="Ahn One")
    return client


def bring_back(client: FlaskClient, slug: str, number: int, fields: Any = None, **values: Any) -> Any:
    """Open the page that brings a version back, and send its form."""
    fields = fields or hidden_in(client.get(f"/cases/{slug}/restore?version={number}").text)
    return client.post(f"/cases/{slug}/restore", data=fields | {"change_note": "It was better."} | values)


def test_a_version_is_brought_back_as_the_newest(coordinator: FlaskClient) -> None:
    slug = publish(coordinator, consent_note="In the safe")
    first = revisions(coordinator, slug)[0]
    change = {"change_note": "Why", "consent_note": "In another safe"}
    send(coordinator, slug, title="Another title", problem="Other words.", clauses=["GP5.1"], results="", none_yet="y",
         source_urls=["https://example.org/other"], source_titles=["Another"], started="2001", **change)  # fmt: skip
    page = coordinator.get(f"/cases/{slug}/restore?version={first.number}").text
    assert page.count("<h1") == 1
    assert "<del>Other</del>" in page or "<del>Other words.</del>" in page
    assert "Brought back what version 2 said." in page
    log = Log(coordinator)
    fields = hidden_in(page)
    response = bring_back(coordinator, slug, first.number, fields)
    assert (response.status_code, response.location) == (303, f"/cases/{slug}")
    assert bring_back(coordinator, slug, first.number, fields).status_code == 303  # the same form sent twice
    assert log.kinds == ["CaseRevised"]
    newest = revisions(coordinator, slug)[-1]
    assert newest.content == first.content
    assert (newest.restored_from, newest.change_note, newest.number) == (first.number, "It was better.", 4)
    assert stored(coordinator, slug).consent_note == "In another safe"  # what is private is in no version
    history = browser(coordinator).get(f"/cases/{slug}/history").text
    assert "Brings back version 2" in history
    assert bring_back(coordinator, slug, first.number).status_code == 400  # it says so already
    assert [each.number for each in revisions(coordinator, slug)] == [2, 3, 4]


def test_someone_saved_meanwhile(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    send(coordinator, slug, title="Another title", change_note="Why")
    fields = hidden_in(coordinator.get(f"/cases/{slug}/restore?version=2").text)
    send(coordinator, slug, title="A third title", change_note="Why")
    response = bring_back(coordinator, slug, 2, fields, change_note="My words")
    assert response.status_code == 409
    assert "My words" in response.text
    assert "third" in response.text
    assert len(revisions(coordinator, slug)) == 3
    assert bring_back(coordinator, slug, 2, hidden_in(response.text)).status_code == 303
    assert stored(coordinator, slug).title == "A fair for neighbours"


def test_what_a_version_was_not_asked_for_stays(session: Any, coordinator: FlaskClient) -> None:
    case_id = make_case("told", city="gwangju", is_compiled=True, confidence="partial", years_text="2001-").id
    with transaction():  # as versions were before the template grew
        early = revisions(coordinator, "told")[0]
        content = {name: early.content[name] for name in ("title", "summary", "problem", "action", "tags", "sources")}
        db.session.merge(early).content = content
    revise(case_id, title="Another", failures="The tent.", stage="running", essential="Music.")
    assert bring_back(coordinator, "told", 1).status_code == 303
    case = stored(coordinator, "told")
    assert (case.title, case.failures, case.stage, case.essential) == ("A case", "The tent.", "running", "Music.")
    assert (case.is_compiled, case.confidence) == (False, None)  # from now on it is the city's word
    assert "years_text" in revisions(coordinator, "told")[-1].content


def test_where_somebody_else_reads_first_it_becomes_a_proposal(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    send(coordinator, slug, title="Another title", change_note="Why")
    contributor = browser(coordinator)
    sign_in(contributor, "k@example.org", city="gwangju", role="contributor")
    log = Log(coordinator)
    assert "Propose to bring it back" in contributor.get(f"/cases/{slug}/restore?version=2").text
    assert bring_back(contributor, slug, 2).status_code == 303
    with coordinator.application.app_context(), transaction():
        db.session.scalars(select(City).where(City.slug == "gwangju")).one().has_second_reader = True
    assert bring_back(coordinator, slug, 2).status_code == 303
    assert log.kinds == ["CaseProposed", "CaseProposed"]
    with coordinator.application.app_context():
        proposals = db.session.scalars(select(CaseProposal).order_by(CaseProposal.id)).all()
        assert [each.content["title"] for each in proposals] == ["A fair for neighbours"] * 2
        assert db.session.scalars(select(CaseStudy.title).where(CaseStudy.slug == slug)).one() == "Another title"


def test_what_cannot_be_brought_back_is_refused(coordinator: FlaskClient) -> None:
    slug = publish(coordinator)
    send(coordinator, slug, title="Another title", change_note="Why")
    stranger, organizer = browser(coordinator), browser(coordinator)
    sign_in(stranger, "s@example.org", city="graz")
    sign_in(organizer, "o@example.org", is_organizer=True)
    path = f"/cases/{slug}/restore?version=2"
    assert (stranger.get(path).status_code, organizer.get(path).status_code) == (403, 403)
    assert browser(coordinator).get(path).status_code == 401
    for query, status in (("", 200), ("?version=x", 400), ("?version=99", 404)):
        assert coordinator.get(f"/cases/{slug}/restore{query}").status_code == status
    fields = hidden_in(coordinator.get(path).text)
    assert bring_back(coordinator, slug, 2, fields, change_note="").status_code == 400
    assert bring_back(coordinator, slug, 2, fields | {"version": "x"}).status_code == 400
    assert bring_back(coordinator, slug, 2, fields | {"number": "x"}).status_code == 400
    assert bring_back(coordinator, slug, 2, fields | {"number": "99"}).status_code == 404
    assert bring_back(coordinator, slug, 2, fields, strange="x").status_code == 400
    assert len(revisions(coordinator, slug)) == 2
