"""What the index still holds but nobody may see any more is in no hit, count, fragment or suggestion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.events import CaseArchived, CaseMoved, CasePublished, PersonTakenOut
from hub.cases.models import ARCHIVED, DRAFT, PUBLISHED, CaseStudy
from hub.cities.models import City
from hub.core import clock
from hub.core.db import transaction
from hub.core.log import record
from hub.search import queries
from hub.search.criteria import Criteria
from hub.search.follow import rebuild_from
from hub.search.index.store import Index
from hub.search.sources import load, source
from tests.cases.factory import WHEN, make_case

WORD = "quincunxial"
FOUND_BY = ("/cases/?q={0}", "/cases.json?q={0}", "/cases.csv?q={0}", "/cases.atom?q={0}", "/search?q={0}")


@pytest.fixture
def index(app: Flask, session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index of its own that holds all that can be found now and three cases more, up to the end of the log."""
    for name in ("leaves", "moves", "stays"):
        words = dict.fromkeys(("title", "summary", "action"), f"The {WORD} {name} of Zebulonka Doe")
        make_case(f"q-{name}", city="graz", country="AT", **words)
    rebuild_from(tmp_path, source())
    made = Index.open(tmp_path)
    monkeypatch.setattr(queries, "open_index", lambda _folder: made)
    for module in ("hub.search.views.blueprint", "hub.search.suggesting"):
        monkeypatch.setattr(f"{module}.open_index", lambda _folder: made)
    return made


def total(client: FlaskClient, query: str) -> int:
    return int(client.get(f"/cases.json?{query}").get_json()["total"])


def counted(client: FlaskClient, query: str, facet: str) -> dict[str, int]:
    facets = client.get(f"/cases.json?{query}").get_json()["facets"]
    return {each["code"]: each["count"] for each in facets[facet]}


def seen(client: FlaskClient, slug: str, words: str = WORD) -> list[str]:
    """The doors through which a case can be seen."""
    doors = [door for door in FOUND_BY if slug in client.get(door.format(words)).text]
    suggested = client.get(f"/search/suggest.json?q={words}").get_json()["items"]
    return doors + ["suggest" for each in suggested if slug in each["url"]]


def test_what_changed_since_the_index_was_made_is_not_shown_from_it(
    client: FlaskClient, session: Any, index: Index
) -> None:
    cases = {case.slug: case for case in session.scalars(select(CaseStudy).where(CaseStudy.slug.like("q-%")))}
    assert total(client, f"q={WORD}") == 3 == counted(client, f"q={WORD}", "city")["graz"]
    for slug in cases:
        assert len(seen(client, slug)) == len(FOUND_BY) + 1

    with transaction():
        cases["q-leaves"].state = ARCHIVED
        record(CaseArchived(cases["q-leaves"].id), by=None, now=clock.now())
    assert seen(client, "q-leaves") == []
    assert total(client, f"q={WORD}") == 2 == counted(client, f"q={WORD}", "city")["graz"]

    gwangju = session.scalars(select(City).where(City.slug == "gwangju")).one()
    with transaction():
        former = cases["q-moves"].city_id
        cases["q-moves"].city = gwangju
        record(CaseMoved(cases["q-moves"].id, former, gwangju.id), by=None, now=clock.now())
    assert counted(client, f"q={WORD}", "city") == {"graz": 1}
    assert total(client, f"q={WORD}&city=graz") == 1

    with transaction():
        stays = cases["q-stays"]
        stays.title = stays.summary = stays.action = f"The {WORD} stays of a person"
        record(PersonTakenOut(stays.id, 1, 3), by=None, now=clock.now())
    assert total(client, "q=Zebulonka") == 0
    assert seen(client, "q-stays", "Zebulonka") == []
    assert not re.search("Zebulonka Doe", "".join(client.get(door.format(WORD)).text for door in FOUND_BY))

    # And when the index has followed, all is as it is now.
    place = index.place()
    assert place is not None
    index.write(
        load({f"case:{case.id}" for case in cases.values()}),
        [f"case:{cases['q-leaves'].id}"],
        place.position + 3,
        place.log_name,
    )
    assert counted(client, f"q={WORD}", "city") == {"graz": 1, "gwangju": 1}
    assert total(client, "q=Zebulonka") == 1  # the one that was only moved
    assert seen(client, "q-stays", "Zebulonka") == []
    index.close()


def test_a_draft_is_shown_nowhere_even_if_the_index_held_it(client: FlaskClient, session: Any, index: Index) -> None:
    """No entry of the log says that anything changed: only the database knows."""
    before = client.get(f"/cases.json?q={WORD}").get_json()
    draft = make_case("q-draft", title=f"{WORD} tramways", city="gwangju", state=PUBLISHED)
    with transaction():
        record(CasePublished(draft.id), by=None, now=clock.now())
    assert seen(client, "q-draft") == []  # the index has not followed yet
    place = index.place()
    assert place is not None
    index.write(load({f"case:{draft.id}"}), [], place.position + 1, place.log_name)
    assert len(seen(client, "q-draft")) == len(FOUND_BY) + 1
    with transaction():
        session.get_one(CaseStudy, draft.id).state = DRAFT
    assert seen(client, "q-draft") == []
    assert "tramways" not in client.get(f"/cases/?q={WORD}").text
    after = client.get(f"/cases.json?q={WORD}").get_json()
    assert (after["total"], after["facets"]) == (before["total"], before["facets"])
    results = queries.find_cases(index, Criteria(q=WORD, per_page=100))
    assert results.total == len(results.cases) == 3
    assert all(case.published_at == WHEN for case in results.cases)
    index.close()
