"""Reminders: each stage once, to the coordinators of the city alone, and none where nothing is due."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from hub.cities.models import SUSPENDED, City
from hub.commitments.duejobs import make_reminders
from hub.commitments.models import CityPlan, CommitmentReminder, Evidence, PlanAction
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.jobs import Setting
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.follows.jobs import send_digests
from hub.wiring import JOBS
from tests.cities.factory import make_city
from tests.commitments.factory import make_record
from tests.follows.acts import city_id, read_on, start_reader, told
from tests.people.accounts import make_user, sign_in

DUE = date(2030, 6, 1)  # two years after it was said
SAID = datetime(2028, 6, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def long_before() -> Iterator[None]:
    """The clock long before anything of these tests is due."""
    with clock.frozen_at(at(-120)):
        yield


def at(days: int) -> datetime:
    """The morning so many days after the day that is due."""
    return datetime(DUE.year, DUE.month, DUE.day, 7, tzinfo=UTC) + timedelta(days=days)


def setting(now: datetime) -> Setting:
    return Setting(
        mail_url="file:", base_url="http://localhost", data_dir=Path("."), files_dir=Path("."), fetch_allow=frozenset(),
        languages=("en", "ko", "es", "fr"), owner="tests", clock=lambda: now,
    )  # fmt: skip


def run(days: int) -> int:
    return make_reminders(setting(at(days)))


def made() -> list[tuple[str, int, date, int]]:
    """What was made, in order."""
    db.session.rollback()
    kept = db.session.scalars(select(CommitmentReminder).order_by(CommitmentReminder.id))
    return [(each.subject_kind, each.subject_id, each.due_on, each.stage) for each in kept]


def coordinated(client: FlaskClient, slug: str = "suva") -> int:
    """Give a city a coordinator; one without is left alone, for there is nobody to remind."""
    return make_user(client, f"coordinator@{slug}.example.org", city=slug)


def suspend(slug: str = "suva", state: str = SUSPENDED) -> None:
    with transaction():
        db.session.execute(update(City).where(City.slug == slug).values(membership=state))


def make_action(city: str, due_on: date, **more: Any) -> int:
    with transaction():
        now = clock.now()
        plan = CityPlan(city_id=city_id(city), title="Plan", added_at=now, updated_at=now)
        db.session.add(plan)
        db.session.flush()
        action = PlanAction(plan_id=plan.id, position=1, text="Train every officer", due_on=due_on, **more)
        db.session.add(action)
        db.session.flush()
        return action.id


def test_each_stage_is_made_once_and_anew_when_the_day_moves(client: FlaskClient, session: Any) -> None:
    coordinated(client)
    link = "https://example.org/one"
    said = make_record(session, "suva", "C4.1", "operating", "2028", url=link, recorded_at=SAID).id
    make_record(session, "suva", "C4.2", "withdrawn", "2028", url=link, recorded_at=SAID)  # never said anew
    make_record(session, "suva", "R2", "operating", "2028", url=link, recorded_at=SAID)  # has no cycle
    make_record(session, "utrecht", "C4.1", "operating", "2028", url=link, recorded_at=SAID)  # nobody to remind
    assert run(-91) == 0
    for days, stage in ((-90, -90), (-60, -90), (-30, -30), (29, -30), (30, 30), (90, 90), (364, 90)):
        run(days)
        assert made()[-1] == ("status", said, DUE, stage)
    assert [stage for *_rest, stage in made()] == [-90, -30, 30, 90]
    entries = session.scalars(select(LogEntry).where(LogEntry.kind == "CommitmentDue").order_by(LogEntry.position))
    assert [entry.payload["stage"] for entry in entries] == [-90, -30, 30, 90]
    assert run(400) == 0

    with transaction():  # new evidence: it speaks of a later day now
        session.execute(update(Evidence).where(Evidence.url == link).values(issued_on=date(2030, 9, 1)))
    assert run(365) == 0
    assert run(365 + 365 + 92 - 20) == 1  # a pause: the one ninety days before is not made up for
    assert made()[-1] == ("status", said, date(2032, 9, 1), -30)


def test_actions_of_plans_are_due_too_and_suspended_cities_are_left_alone(client: FlaskClient, session: Any) -> None:
    coordinated(client)
    late = make_action("suva", DUE)
    make_action("suva", DUE, state="complete")
    make_action("suva", DUE, removed_at=clock.now())
    make_action("utrecht", DUE)
    assert run(-10) == 1
    assert made() == [("action", late, DUE, -30)]
    with transaction():
        session.execute(update(PlanAction).values(due_on=DUE + timedelta(days=300)))
    assert run(0) == 0
    suspend()
    assert run(300) == 0
    suspend(state="member")
    assert run(300) == 1
    assert "commitment reminders" in JOBS


def test_coordinators_are_told_here_and_by_mail_though_they_follow_nothing(client: FlaskClient, session: Any) -> None:
    start_reader()
    other = make_user(client, "other@example.org", city="utrecht")
    writer = make_user(client, "writer@example.org", city="suva", role="contributor")
    with clock.frozen_at(at(-30)):
        me = sign_in(client, "me@example.org", city="suva")
    make_record(session, "suva", "C4.1", "operating", "2028", url="https://example.org/one", recorded_at=SAID)
    make_action("suva", DUE + timedelta(days=60))
    with clock.frozen_at(at(-30)):
        assert run(-30) == 2
        read_on()
        assert [notice.event for notice in told(me)] == ["CommitmentDue", "CommitmentDue"]
        assert told(other) == told(writer) == []
        assert send_digests(setting(at(-29))) == 1  # what she saw on the page would not be mailed
        page = client.get("/notifications").text
        assert "is to be said anew by June 1, 2030" in page
        assert "An action of your plan is due on July 31, 2030: <a" in page
        assert 'href="/cities/suva/plan"' in page
        assert 'href="/cities/suva/commitments/C4.1/record"' in page
        assert "because you coordinate" in page
        desk = client.get("/desk").text
        assert "Fresh until June 1, 2030" in desk
        assert "Train every officer" in desk
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("digest:"))).one()
    assert "is to be said anew by June 1, 2030" in mail.text
    suspend()
    assert run(30) == 0


def test_two_workers_at_one_moment_make_each_reminder_once(busy_app: Flask) -> None:
    make_city(db.session, "suva", "Suva")
    coordinated(busy_app.test_client())
    for number in range(5):
        make_action("suva", DUE + timedelta(days=number))
    start, totals = threading.Barrier(2), []

    def work() -> None:
        with busy_app.app_context():
            start.wait()
            totals.append(run(0))
            db.session.remove()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(totals) == 5
    assert len(made()) == 5
    assert db.session.scalar(select(func.count()).where(LogEntry.kind == "CommitmentDue")) == 5
