"""The whole node is killed while eight people write: nothing acknowledged is lost, nobody is told twice."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from hub.cases.models import CaseRevision, CaseStudy
from hub.cities.models import City
from hub.commitments.models import StatusRecord
from hub.core.chain import verify
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.core.readers import parked_entries
from hub.follows.models import Notification
from hub.people.models import Invitation, User
from tests.conftest import FULL
from tests.hands import Hands, form_to
from tests.nodes import HUB, Node, app_of, environment_of, inside, load_demo, wait_until_healthy
from tests.people.accounts import sign_in
from tests.servers import free_port

ROUNDS = 100 if FULL else 3
WRITERS = 8
CITIES = ("gwangju", "utrecht", "rosario")
ITEMS = ("C1.1", "C2.1", "C3.1", "C4.1", "C5.1")
WHOLE = {
    "problem": "No buses at night.", "action": "The city pays for them.", "none_yet": "y", "clauses": ["GP8.2"],
    "main_principle": "GP8", "types": ["indicators_and_monitoring"], "groups": ["all_inhabitants"], "started": "2020",
    "lead_office": "Transport office", "contact_role": "Its coordinator", "stage": "running",
    "evidence_type": "none_yet", "people_check": "nobody",
    "open_answers": ["participation", "cost_band", "failures", "conditions", "lessons"],
}  # fmt: skip


@dataclass
class Acknowledged:
    """What the hub said it had done, by what each write is known by."""

    drafts: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)

    @property
    def number(self) -> int:
        """How many writes were acknowledged."""
        return len(self.drafts) + len(self.published) + len(self.notes) + len(self.invited)

    def wait_for(self, number: int, *, published: int = 0) -> None:
        """Wait until so many writes were acknowledged, and so many of all of them published something."""
        deadline = time.monotonic() + 120
        while self.number < number or len(self.published) < published:
            assert time.monotonic() < deadline, f"{self.number} of {number} writes were acknowledged"
            time.sleep(0.005)


def write_until_killed(hands: Hands, city: str, marks: Iterator[int], said: Acknowledged) -> None:
    """Write one thing after another until nobody answers."""
    try:
        while True:
            mark = f"mark{next(marks)}x"
            new = {"title": f"Night buses {mark}", "summary": "Buses run all night.", "language": "en"}
            begun = hands.fill("/cases/new", "/cases/new", new)
            assert begun.status_code == 303, begun.text
            edit = begun.headers["Location"]
            slug = edit.split("/")[2]
            said.drafts.add(slug)
            done = hands.fill(f"{edit}?step=all", f"/cases/{slug}/edit", WHOLE | {"do": "publish"})
            assert done.status_code == 303, done.text
            said.published.add(slug)
            record = f"/cities/{city}/commitments/{random.choice(ITEMS)}/record"
            status = {"status": "adopted", "since": "2020", "precision": "year", "note": mark, "no_evidence": "y"}
            answer = hands.fill(record, record, status)
            assert answer.status_code in (303, 409), answer.text  # two writers of one city may meet on one item
            if answer.status_code == 303:
                said.notes.add(mark)
            people = f"/cities/{city}/people"
            answer = hands.fill(people, people, {"email": f"{mark}@example.org", "role": "contributor"})
            assert answer.status_code in (303, 429), answer.text
            if answer.status_code == 303:
                said.invited.add(f"{mark}@example.org")
    except requests.RequestException:
        return


def cookies_of_coordinators(app: Flask) -> dict[str, str]:
    """Make a coordinator in every city, signed in."""
    cookies = {}
    for city in CITIES:
        client = app.test_client()
        sign_in(client, f"writer-{city}@example.org", city=city)
        cookie = client.get_cookie("session", domain="localhost")
        assert cookie
        cookies[city] = cookie.value
    return cookies


def follow_all(app: Flask) -> int:
    """Let one person follow every city, and return who."""
    client = app.test_client()
    who = sign_in(client, "reader@example.org", city="graz")
    for city in CITIES:
        page = client.get(f"/cities/{city}").text
        form = form_to(page, "/follow")
        assert client.post("/follow", data=dict(form.fields)).status_code == 303
    return who


def test_nothing_acknowledged_is_lost_when_everything_is_killed(
    tmp_path: Path, engine_name: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if engine_name == "postgresql":
        settings = {
            "DATABASE_URL": request.getfixturevalue("postgres").create_database(),
            "SECRET_KEY": "k3y-" * 10 + "abcdefgh",
        }
    port = free_port()
    environment = environment_of(tmp_path, port, **settings)
    base_url = f"http://localhost:{port}"
    load_demo(environment)
    app = app_of(environment)
    reader, cookies = follow_all(app), cookies_of_coordinators(app)
    said, marks = Acknowledged(), count(1)
    for number in range(ROUNDS):
        is_last = number == ROUNDS - 1
        with (tmp_path / "serve.log").open("ab") as log:
            server = subprocess.Popen(
                [*HUB, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until_healthy(base_url, server)
            writers = []
            for writer_number in range(WRITERS):
                city = CITIES[writer_number % len(CITIES)]
                hands = Hands(base_url)
                hands.keep("session", cookies[city])
                writers.append(threading.Thread(target=write_until_killed, args=(hands, city, marks, said)))
            for writer in writers:
                writer.start()
            said.wait_for(said.number + random.randint(1, 3 * WRITERS), published=is_last)
            time.sleep(random.uniform(0, 0.1))
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        for writer in writers:
            writer.join(60)
            assert not writer.is_alive()
    node = Node(base_url, environment, 0)
    node.run("worker", "--once")
    assert "agrees" in node.run("search", "check")
    assert "holds" in node.run("audit", "verify")
    with inside(app):
        look_for(said, reader)
    look_at_mail(said, tmp_path / "var" / "mail", environment)


def look_for(said: Acknowledged, reader: int) -> None:
    """Compare what was acknowledged with what is on record."""
    assert said.published, "nobody got to write anything"
    states = {row.slug: row.state for row in db.session.execute(select(CaseStudy.slug, CaseStudy.state))}
    assert said.drafts - states.keys() == set()
    assert {slug for slug in said.published if states[slug] != "published"} == set()
    notes = set(db.session.scalars(select(StatusRecord.note)))
    assert said.notes - notes == set()
    assert said.invited - set(db.session.scalars(select(Invitation.email))) == set()
    assert verify().problems == []
    assert parked_entries() == []
    # Whoever follows the cities was told once of everything that is on record, acknowledged or not.
    ours = select(City.id).where(City.slug.in_(CITIES))
    written = select(User.id).where(User.email.like("writer-%"))
    cases = select(CaseStudy.id).where(CaseStudy.city_id.in_(ours), CaseStudy.created_by.in_(written))
    published = set(db.session.scalars(cases.where(CaseStudy.state == "published")))
    recorded = set(db.session.scalars(select(StatusRecord.id).where(StatusRecord.recorded_by.in_(written))))
    told = Counter(
        tuple(row)
        for row in db.session.execute(
            select(Notification.event, Notification.subject_id).where(Notification.user_id == reader)
        )
    )
    expected = [("CasePublished", each) for each in published] + [("StatusRecorded", each) for each in recorded]
    assert told == Counter(expected)
    # Each write left one entry, and each published case one version.
    started = db.session.scalar(select(func.count()).where(LogEntry.kind == "CaseStarted"))
    assert started == db.session.scalar(select(func.count()).select_from(cases.subquery()))
    versions = db.session.execute(
        select(CaseRevision.case_id, func.count().label("number"))
        .where(CaseRevision.case_id.in_(cases))
        .group_by(CaseRevision.case_id)
    )
    assert {row.case_id: row.number for row in versions} == dict.fromkeys(published, 1)
    assert db.session.scalar(select(func.count()).where(OutgoingMail.sent_at.is_(None))) == 0


def look_at_mail(said: Acknowledged, folder: Path, environment: dict[str, str]) -> None:
    """Every invitation lies in the sink once, under one Message-ID."""
    recipients = Counter(
        found[1]
        for path in folder.glob("*.eml")
        if (found := re.search(r"^To: (\S+@example\.org)", path.read_text(), re.M))
    )
    assert said.invited - recipients.keys() == set()
    assert {address: number for address, number in recipients.items() if number != 1} == {}
