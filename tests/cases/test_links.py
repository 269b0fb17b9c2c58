"""The addresses of documents are asked by a job; a document is gone after three days on which it was not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub.cases import linksdue, service
from hub.cases.content import put_sources
from hub.cases.models import ARCHIVED, DRAFT, CaseSource, CaseStudy
from hub.cities.models import City
from hub.core.db import transaction
from hub.core.log import LogEntry
from hub.site.linkjobs import JOBS, check_case_links
from hub.wiring import JOBS as ALL_JOBS
from hub.worker import setting_of
from tests.cases.factory import make_case
from tests.feeds.site import Site, running_site
from tests.people.accounts import sign_in

START = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that answers as a test says."""
    with running_site() as site:
        yield site


@pytest.fixture
def worker(app: Flask, session: Any, site: Site) -> Any:
    """Return what runs the job some days after the start; the documents of the seeds are never due."""
    setting = setting_of(app.config["HUB"], "a worker")
    seeded = list(session.scalars(select(CaseSource.id)))

    def run(days: float) -> int:
        now = START + timedelta(days=days)
        seen = {"link_checked_at": now, "link_error": "-"}
        session.execute(update(CaseSource).where(CaseSource.id.in_(seeded)).values(**seen))
        session.commit()
        done = check_case_links(replace(setting, fetch_allow=site.allow, clock=lambda: now))
        session.expire_all()
        return done

    return run


def found(session: Any) -> list[tuple[int, bool]]:
    """Return what the log says of documents: which, and whether it is gone."""
    entries = session.scalars(select(LogEntry).where(LogEntry.kind == "CaseLinkLooked").order_by(LogEntry.position))
    return [(entry.payload["case_source_id"], entry.payload["is_broken"]) for entry in entries]


def test_a_document_that_goes_and_comes_back(session: Any, site: Site, worker: Any, client: FlaskClient) -> None:
    gone, good = site.put("/gone?a=1&b=2", b"", status=404), site.put("/good", b"x" * 100_000)
    case = make_case("a-case", city="gwangju", sources=[(gone, "A report"), (good, "A study"), ("", "A letter")])
    [report, study, _letter] = case.sources
    assert worker(0) == 2
    assert [worker(days) for days in (0.1, 0.9)] == [0, 0], "asked again only the day after"
    assert worker(1.1) == 1
    assert (report.link_failures, report.link_broken_at, found(session)) == (2, None, [])
    assert "Not found" not in client.get("/cases/a-case").text
    assert worker(2.2) == 1
    assert (report.link_broken_at, study.link_failures) == (START + timedelta(days=2.2), 0)
    assert found(session) == [(report.id, True)]
    assert case.version == 1, "whoever writes meanwhile meets no conflict"
    page = client.get("/cases/a-case").text
    assert page.count("Not found at this address since May 19, 2030") == 1
    asked = gone.replace("&", "&amp;")
    assert f'href="https://web.archive.org/web/*/{asked}"' in page
    gwangju = session.scalars(select(City.id).where(City.slug == "gwangju")).one()
    [told] = linksdue.broken_links([gwangju])
    assert (told.city_slug, told.case_slug, told.title, told.url) == ("gwangju", "a-case", "A report", gone)
    assert linksdue.broken_links([]) == []
    assert [worker(days) for days in (3.5, 20)] == [0, 0]
    site.put("/gone?a=1&b=2", b"back")
    assert worker(33) == 2
    assert (report.link_broken_at, report.link_failures, report.link_error) == (None, 0, "")
    assert found(session) == [(report.id, True), (report.id, False)]
    assert "Not found" not in client.get("/cases/a-case").text


def test_those_who_can_mend_it_are_told(client: FlaskClient) -> None:
    sign_in(client, "writer@example.org", city="gwangju")
    with client.application.app_context():
        case = make_case("a-case", city="gwangju", sources=[("https://a.example/?a=1&b=2", "A report")])
        with transaction():
            case.sources[0].link_broken_at = START
    desk = client.get("/desk").text
    assert 'href="/cases/a-case/edit?step=evidence#source_urls"' in desk
    assert "Leads nowhere since May 17, 2030" in desk
    editor = client.get("/cases/a-case/edit?step=evidence").text
    assert "1 document was not found at its address" in editor
    assert 'href="https://web.archive.org/web/*/https://a.example/?a=1&amp;b=2"' in editor


def test_what_is_known_of_an_address_goes_with_it(session: Any) -> None:
    case = make_case("a-case", sources=[("https://a.example/", "A"), ("https://b.example/", "B")])
    with transaction():
        for day in range(service.links.FAILURES):
            service.note_failed_link(case.sources[1].id, "https://b.example/", "gone", START + timedelta(days=day))
    session.expire_all()
    since = case.sources[1].link_broken_at
    assert since is not None
    with transaction():
        put_sources(case, (("https://b.example/", "B, anew"), ("https://c.example/", "C")))
    session.expire_all()
    first, second = case.sources
    assert (first.link_broken_at, first.link_failures) == (since, 3)
    assert (second.link_broken_at, second.link_failures, second.link_checked_at) == (None, 0, None)
    with transaction():  # what was asked before the document changed says nothing about the new one
        service.note_failed_link(second.id, "https://b.example/", "gone", START)
        service.note_unsaid_link(second.id, "https://b.example/", "closed", START)
        service.note_whole_link(first.id, "https://a.example/", START)
        service.note_whole_link(second.id + 1000, "https://a.example/", START)
    session.expire_all()
    assert (second.link_failures, second.link_error, first.link_broken_at) == (0, "", since)
    with transaction():  # a person is taken out: what named her is empty
        put_sources(case, (("", "[a person, taken out]"), ("https://c.example/", "C")))
    session.expire_all()
    assert case.sources[0].link_broken_at is None


def test_only_what_is_published_is_asked(session: Any, worker: Any) -> None:
    for number, state in enumerate((DRAFT, ARCHIVED)):
        make_case(f"case-{number}", state=state, sources=[("https://a.example/", "A")])
    assert worker(0) == 0
    case = session.scalars(select(CaseStudy).where(CaseStudy.slug == "case-0")).one()
    assert case.sources[0].link_checked_at is None
    assert ALL_JOBS["case links"] is JOBS["case links"]
    assert JOBS["case links"].every == timedelta(hours=1)
