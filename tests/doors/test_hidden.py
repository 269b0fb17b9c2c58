"""What is not public is in no page, list, feed, count or search of those it is not for."""

from __future__ import annotations

import json

from flask import Flask

from hub.cases.models import DRAFT
from hub.commitments.models import Evidence, StatusRecord
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.files import store_blob
from hub.search import sources
from tests.cases.factory import make_case
from tests.commitments.factory import make_record
from tests.doors.doors import addresses
from tests.doors.reading import reading_client
from tests.people.accounts import sign_in

WORD = "Quincunxial"
COUNTED = ("/cases.json", "/cities.json", "/cities/gwangju.json", "/search?q=quincunxial", "/cases.json?q=quincunxial")


def hide_things(app: Flask) -> int:
    """Make a draft and a piece of evidence of Gwangju that are not public; return the id of the draft."""
    with app.app_context():
        words = dict.fromkeys(("title", "summary", "problem", "action", "results", "lessons"), f"{WORD} words")
        draft = make_case("quincunxial-draft", state=DRAFT, city="gwangju", country="KR", published_at=None, **words)
        record = make_record(db.session, "gwangju", "C4.1", "operating", "2021", recorded_at=clock.now())
        with transaction():
            piece = Evidence(
                city_id=record.city_id, kind="report", url="", title=f"{WORD} paper", name="quincunxial.pdf", size=10,
                sha256=store_blob(app.config["HUB"].files_dir, b"%PDF-1.4 hidden"), mime="application/pdf",
                is_public=False, recorded_at=clock.now(),
            )  # fmt: skip
            db.session.get_one(StatusRecord, record.id).evidence.append(piece)
        return draft.id


def test_what_is_not_public_is_found_nowhere_by_others(app: Flask) -> None:
    readers = {"anonymous": reading_client(app), "neighbour": reading_client(app), "organizer": reading_client(app)}
    sign_in(readers["neighbour"], "neighbour@example.org", city="graz")
    sign_in(readers["organizer"], "organizer@example.org", is_organizer=True)
    before = {path: totals(readers["anonymous"].get(path).text) for path in COUNTED}
    draft_id = hide_things(app)
    writer = reading_client(app)
    sign_in(writer, "writer@example.org", city="gwangju")
    assert WORD in writer.get("/cases/quincunxial-draft").text, "it is there for its own city"
    assert WORD in writer.get("/cities/gwangju/commitments").text
    seen = 0
    for name, reader in readers.items():
        for path in [*addresses(app), *COUNTED]:
            text = reader.get(path).data.decode("utf-8", "replace")
            if name == "organizer":  # organizers check evidence, but read no drafts
                text = text.replace(f"{WORD} paper", "")
            assert WORD not in text, f"{name}: {path}"
            seen += 1
    assert seen > 150
    assert {path: totals(readers["anonymous"].get(path).text) for path in COUNTED} == before
    with app.app_context():
        assert list(sources._of_kind("case", [draft_id])) == []


def totals(text: str) -> list[object]:
    """Return the numbers that a list gives: in all, and beside each filter."""
    if not text.startswith("{"):
        return ["quincunxial-draft" in text]
    found = json.loads(text)
    return [found.get("total"), found.get("facets"), found.get("cases"), found.get("case_count")]
