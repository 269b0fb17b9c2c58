"""Links of evidence are asked by a job; broken is what failed on three days, while anything else could be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from hub.cities.models import City
from hub.commitments import queries
from hub.commitments.jobs import JOBS, check_evidence_links
from hub.commitments.models import Evidence
from hub.core.log import LogEntry
from hub.feeds.linkcheck import Reach, look_at
from hub.feeds.models import FeedHost
from hub.wiring import JOBS as ALL_JOBS
from hub.worker import setting_of
from tests.commitments.factory import make_record
from tests.feeds.site import Site, running_site

START = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that answers as a test says."""
    with running_site() as site:
        yield site


@pytest.fixture
def worker(app: Flask, session: Any, site: Site) -> Any:
    """Return what runs the job some days after the start; the links of the seeds are never due."""
    setting = setting_of(app.config["HUB"], "a worker")
    seeded = list(session.scalars(select(Evidence.id)))

    def run(days: float, allow: frozenset[str] = frozenset()) -> int:
        now = START + timedelta(days=days)
        session.execute(update(Evidence).where(Evidence.id.in_(seeded)).values(link_checked_at=now, link_error="-"))
        session.commit()
        done = check_evidence_links(replace(setting, fetch_allow=site.allow | allow, clock=lambda: now))
        session.expire_all()
        return done

    return run


def piece_of(session: Any, url: str, city: str = "suva") -> Evidence:
    """Put a record with one link on record and return the piece."""
    record = make_record(session, city, "R1", "operating", "2012", url=url)
    return session.get(Evidence, record.evidence[0].id)  # type: ignore[no-any-return]


def found(session: Any) -> list[tuple[int, bool]]:
    """Return what the log says of links: which piece, and whether it is broken."""
    entries = session.scalars(select(LogEntry).where(LogEntry.kind == "LinkFound").order_by(LogEntry.position))
    return [(entry.payload["evidence_id"], entry.payload["is_broken"]) for entry in entries]


def test_a_link_that_dies_and_comes_back(session: Any, site: Site, worker: Any, client: Any) -> None:
    piece, good = piece_of(session, site.url("/gone")), piece_of(session, site.url("/good"), "graz")
    site.put("/good", b"x" * 100_000)  # a large document is a document
    site.put("/gone", b"", status=404)
    assert worker(0) == 2
    assert [worker(days) for days in (0.1, 0.9)] == [0, 0], "asked again only the day after"
    assert worker(1.1) == 1
    assert (piece.link_failures, piece.link_broken_at, found(session)) == (2, None, [])
    assert worker(2.2) == 1
    assert piece.link_broken_at == START + timedelta(days=2.2)
    assert piece.version == 1, "whoever describes the piece meanwhile meets no conflict"
    assert (good.link_failures, good.link_checked_at) == (0, START)
    assert found(session) == [(piece.id, True)]
    assert [worker(days) for days in (3.5, 20)] == [0, 0]
    suva = session.scalars(select(City.id).where(City.slug == "suva")).one()
    [told] = queries.broken_links([suva])
    assert (told.city_slug, told.evidence_id, told.url, told.items) == ("suva", piece.id, site.url("/gone"), ("R1",))
    assert queries.broken_links([]) == []
    page = client.get("/cities/suva/evidence").text
    assert "Leads nowhere since May 19, 2030" in page
    assert "leads nowhere now" in client.get("/cities/suva/commitments").text
    site.put("/gone", b"back")
    assert worker(33) == 2
    assert (piece.link_broken_at, piece.link_failures, piece.link_error) == (None, 0, "")
    assert found(session) == [(piece.id, True), (piece.id, False)]
    assert queries.broken_links([suva]) == []
    assert "Leads nowhere" not in client.get("/cities/suva/evidence").text


def test_nothing_counts_while_the_network_of_the_hub_is_down(session: Any, site: Site, worker: Any) -> None:
    dead = f"127.0.0.1:{9 if site.port != 9 else 10}"  # where nobody answers
    piece = piece_of(session, f"http://{dead}/x")
    for days in (0, 1.1, 2.2):
        assert worker(days, frozenset({dead})) == 1
    assert (piece.link_failures, piece.link_checked_at) == (0, None), "no link was reached, so it is still due"
    site.put("/good", b"here")
    witness = piece_of(session, site.url("/good"), "graz")
    assert worker(3.3, frozenset({dead})) == 2  # both are due, and one answers
    assert (piece.link_failures, witness.link_checked_at) == (1, START + timedelta(days=3.3))
    for days in (4.5, 5.7):  # only the dead one is due; the other is asked as a witness
        assert worker(days, frozenset({dead})) == 1
    assert found(session) == [(piece.id, True)]


def test_what_an_answer_means(site: Site) -> None:
    reach = Reach(site.allow, "http://localhost/about", "a worker")
    for status in (401, 403, 429, 451):
        site.put("/x", b"", status=status)
        assert look_at(site.url("/x"), reach).result == "unsaid", status
    for status in (404, 410, 500, 503):
        site.put("/x", b"", status=status)
        assert look_at(site.url("/x"), reach).result == "broken", status
    site.put("/x", b"", status=302, Location="http://10.0.0.1/")
    look = look_at(site.url("/x"), reach)
    assert (look.result, look.was_reached) == ("unsaid", False)
    assert "public web addresses only" in look.error
    assert look_at("http://127.0.0.1:80/", Reach(frozenset(), "", "")).result == "unsaid"
    assert not [path for path, _headers in site.asked if path == "/"], "nothing inside was asked"


def test_a_held_host_is_left_alone_and_the_job_is_wired(session: Any, worker: Any) -> None:
    piece = piece_of(session, "https://held.example/x")
    session.add(FeedHost(pair="held.example:443", held_until=START + timedelta(hours=5)))
    session.commit()
    assert worker(0) == 0
    assert piece.link_checked_at is None
    assert ALL_JOBS["evidence links"] is JOBS["evidence links"]
    assert JOBS["evidence links"].every == timedelta(hours=1)
