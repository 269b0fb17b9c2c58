"""The log keeps what a case was before every change and what it is after, in one entry each."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cases.states import MOST, changed
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import CHANGES, LogEntry, LogPersonal, head_position
from hub.core.paths import SEEDS
from hub.site import seeding
from tests.cases.desk import PDF, hidden, publish, send, start, stored, upload
from tests.people.accounts import sign_in


class Entries:
    """The entries about cases since a moment, each with its kind and what changed."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        with client.application.app_context():
            self.start = head_position()

    def one(self, kind: str) -> dict[str, Any]:
        """Return what changed in the only entry since the last look."""
        with self.client.application.app_context():
            part = (LogPersonal.position == LogEntry.position) & (LogPersonal.part == CHANGES)
            query = select(LogEntry, LogPersonal.content).outerjoin(LogPersonal, part)
            query = query.where(LogEntry.position > self.start, LogEntry.kind.like("Case%")).order_by(LogEntry.position)
            [(entry, content)] = db.session.execute(query).all()
            assert entry.kind == kind
            self.start = entry.position
            return dict(content)


@pytest.fixture
def writer(client: FlaskClient) -> FlaskClient:
    """A coordinator of Gwangju."""
    sign_in(client, "writer@example.org", city="gwangju")
    return client


def test_every_step_of_a_case_is_kept(writer: FlaskClient) -> None:
    entries = Entries(writer)
    slug = start(writer, "First title")
    city = stored(writer, slug).city_id
    begun = entries.one("CaseStarted")
    assert begun["title"] == [None, "First title"]
    assert begun["state"] == [None, "draft"]
    assert begun["version"] == [None, 1]
    assert begun["city"] == [None, city]
    assert "problem" not in begun
    send(writer, slug, title="Second title", problem="It was bad.")
    saved = entries.one("CaseDraftSaved")
    assert saved["title"] == ["First title", "Second title"]
    assert saved["problem"] == ["", "It was bad."]
    assert saved["version"] == [1, 2]
    assert saved["sources"] == [[], [["https://example.org/report", "A report"]]]
    assert "state" not in saved
    upload(writer, slug, PDF, "plan.pdf", file_title="The plan")
    [file] = stored(writer, slug).files
    put = [["plan.pdf", file.sha256, "The plan", "City archive", "cc-by-4.0", "City archive", "", ""]]
    assert entries.one("CaseFileAdded") == {"files": [[], put], "version": [2, 3]}
    send(writer, slug, "publish", title="Second title", problem="It was bad.")
    opened = entries.one("CasePublished")
    assert opened["state"] == ["draft", "published"]
    assert opened["version"] == [3, 4]
    send(writer, slug, title="Second title", problem="It was worse.", change_note="Why")
    assert entries.one("CaseRevised") == {"problem": ["It was bad.", "It was worse."], "version": [4, 5]}
    fields = hidden(writer, f"/cases/{slug}/edit")
    writer.post(f"/cases/{slug}/files/{file.id}/remove", data=fields)
    assert entries.one("CaseFileRemoved") == {"files": [put, []], "version": [5, 6]}
    writer.post(f"/cases/{slug}/archive", data=hidden(writer, f"/cases/{slug}/archive") | {"reason": "Over"})
    assert entries.one("CaseArchived") == {"state": ["published", "archived"], "version": [6, 7]}
    writer.post(f"/cases/{slug}/publish", data=hidden(writer, f"/cases/{slug}", "publish"))
    assert entries.one("CasePublished") == {"state": ["archived", "published"], "version": [7, 8]}


def test_taking_over_and_seeding_are_kept_too(client: FlaskClient) -> None:
    sign_in(client, "graz@example.org", city="graz")
    slug = "graz-advisory-council"
    with client.application.app_context():
        with transaction():
            case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
            case.seed_digest, case.lessons = "another", "Not as in the file"
        entries = Entries(client)
        seeding.load_all(SEEDS, clock.now())
    loaded = entries.one("CaseRevised")
    assert loaded["lessons"][0] == "Not as in the file"
    assert loaded["lessons"][1] == stored(client, slug).lessons
    client.post(f"/cases/{slug}/confirm", data=hidden(client, f"/cases/{slug}", "confirm"))
    assert entries.one("CaseTakenOver")["is_compiled"] == [True, False]


def test_nothing_changed_leaves_no_entry(writer: FlaskClient) -> None:
    slug = publish(writer)
    entries = Entries(writer)
    send(writer, slug, change_note="Nothing, really")
    with pytest.raises(ValueError, match="not enough values"):
        entries.one("CaseRevised")


def test_drafts_change_no_public_page(writer: FlaskClient) -> None:
    slug = start(writer)
    send(writer, slug)
    publish(writer)
    with writer.application.app_context():
        newest = select(LogEntry.kind, LogEntry.is_quiet).where(LogEntry.kind.like("Case%"))
        said = {row.kind: row.is_quiet for row in db.session.execute(newest.order_by(LogEntry.position))}
    assert [said[kind] for kind in ("CaseStarted", "CaseDraftSaved", "CasePublished")] == [True, True, False]


def test_long_texts_are_cut_and_their_difference_is_never_lost() -> None:
    whole, long = "a" * MOST, "b" * (MOST + 1)
    assert changed({"x": ""}, {"x": whole})["x"] == ("", whole)
    assert changed({"x": whole}, {"x": long})["x"] == (whole, f"{'b' * MOST}… ({MOST + 1})")
    before, after = "a" * 10_000 + "old", "a" * 10_000 + "new"
    old, new = changed({"x": before}, {"x": after})["x"]
    assert (old, new) == (f"…{'a' * 200}old… (10003)", f"…{'a' * 200}new… (10003)")
    assert max(len(old), len(new)) < MOST


def test_long_lists_are_cut_to_what_differs() -> None:
    many = [[f"https://example.org/{number}", "A title of some length"] for number in range(100)]
    assert changed({"x": many}, {"x": [*many, ["u", "t"]]})["x"] == ([], [["u", "t"]])
    old, new = changed({"x": many}, {"x": many[::-1]})["x"]
    assert old != new
    other = [[url, title * 100] for url, title in many]
    old, new = changed({"x": many}, {"x": other})["x"]
    assert old != new
    assert len(new) < MOST + 20
