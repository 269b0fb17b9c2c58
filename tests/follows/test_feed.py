"""The feed of a thing carries what its followers are told, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub.cases.events import CaseArchived, CaseRevised, CaseTakenOver
from hub.cases.models import ARCHIVED, DRAFT, CaseRevision, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record
from tests.follows.acts import FOLLOWABLE, publish, record_status


def titles(client: FlaskClient, kind: str, key: str) -> list[str]:
    parsed: Any = feedparser.parse(client.get(f"/follow.atom?kind={kind}&id={key}").data)
    assert not parsed.bozo
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries) <= 50
    return [entry.title for entry in parsed.entries]


@pytest.mark.parametrize("kind", FOLLOWABLE)
def test_a_feed_for_each_kind_is_public_and_may_be_kept(client: FlaskClient, kind: str) -> None:
    response = client.get(f"/follow.atom?kind={kind}&id={FOLLOWABLE[kind]}")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.content_type.startswith("application/atom+xml")
    assert titles(client, kind, FOLLOWABLE[kind])


def test_a_publication_and_a_status_stand_in_the_feeds_they_reach(client: FlaskClient) -> None:
    with client.application.app_context():
        publish("new-here", title="New & here", items=("C4.1",))
        record_status("gwangju", "C4.2")
    for kind, key in (("city", "gwangju"), ("principle", "GP8"), ("principle", "GP8.2"), ("commitment", "C4.1")):
        assert "Gwangju published “New & here”" in titles(client, kind, key)
    assert not any(
        "New & here" in title for title in titles(client, "city", "utrecht") + titles(client, "principle", "GP9")
    )
    assert titles(client, "city", "gwangju")[0].startswith("On record of Gwangju: C4.2")
    assert titles(client, "commitment", "C4.2")[0].startswith("On record of Gwangju: C4.2")


def test_the_feed_of_a_case_brings_its_revisions_that_matter(client: FlaskClient) -> None:
    now = clock.now()
    with client.application.app_context():
        case_id = publish("new-here", title="New here")
        with transaction():
            for number, is_substantial in ((2, False), (3, True)):
                at = now + timedelta(hours=number)
                db.session.add(
                    CaseRevision(
                        case_id=case_id, number=number, content={}, change_note=f"Note {number}",
                        is_substantial=is_substantial, recorded_at=at,
                    )
                )  # fmt: skip
                record(CaseRevised(case_id, is_substantial=is_substantial), by=None, now=at)
            record(CaseRevised(case_id + 1), by=None, now=now)
            record(CaseTakenOver(case_id), by=None, now=now)
    assert titles(client, "case", "new-here") == ["“New here” was revised", "Gwangju published “New here”"]
    body = client.get("/follow.atom?kind=case&id=new-here").text
    assert "Note 3" in body
    assert "Note 2" not in body
    with client.application.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=ARCHIVED))
        record(CaseArchived(case_id), by=None, now=now + timedelta(hours=4))
    assert titles(client, "case", "new-here")[0] == "“New here” was archived"
    assert "New here" not in client.get("/follow.atom?kind=city&id=gwangju").text
    with client.application.app_context(), transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.id == case_id).values(state=DRAFT))
    assert client.get("/follow.atom?kind=case&id=new-here").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("kind=search&id=q%3Drights", 400),
        ("kind=news&id=all", 400),
        ("kind=city", 400),
        ("kind=city&id=%00", 400),
        ("kind=city&id=%FF", 400),
        ("kind=city&id=atlantis", 404),
        ("kind=principle&id=GP99", 404),
        ("kind=case&id=x", 404),
        ("kind=principle&id=DT-UN", 200),
    ],
)
def test_what_has_no_feed_is_said_as_a_problem(client: FlaskClient, query: str, status: int) -> None:
    response = client.get(f"/follow.atom?{query}")
    assert response.status_code == status
    if status != 200:
        assert response.content_type.startswith("application/problem+json")
