"""The end of the log is noted each day and the whole of it looked through each week; organizers see how that went."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from hub.core import clock
from hub.core.chain import LogHead, last_noted
from hub.core.db import db, transaction
from hub.core.jobs import JobState, Setting, run_due
from hub.core.log import LogEntry, head_position
from hub.site.lookout import JOBS, LOOK, NOTE
from hub.wiring import JOBS as ALL_JOBS
from hub.worker import setting_of
from tests.people.accounts import sign_in

NOW = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def organizer(client: FlaskClient) -> FlaskClient:
    sign_in(client, "organizer@example.org", is_organizer=True)
    return client


def at(client: FlaskClient, now: datetime) -> Setting:
    """Return what a worker knows at a moment."""
    return replace(setting_of(client.application.config["HUB"], "a worker"), clock=lambda: now)


def work(client: FlaskClient, now: datetime = NOW) -> int:
    with client.application.app_context():
        return run_due(JOBS, at(client, now))


def section(client: FlaskClient) -> str:
    """Return what the system page says of the log."""
    page = client.get("/organizers/system").text
    return page.split('id="h-log"')[1].split("</section>")[0]


def alter(client: FlaskClient, **values: Any) -> int:
    with client.application.app_context(), transaction():
        head = head_position()
        db.session.execute(update(LogEntry).where(LogEntry.position == head).values(**values))
        return head


def test_before_the_first_look_the_page_says_so(organizer: FlaskClient) -> None:
    with organizer.application.app_context(), transaction():
        db.session.execute(delete(LogHead))
        db.session.execute(delete(JobState))
    said = section(organizer)
    assert "Nobody has looked through the log yet." in said
    assert "Its end was noted" not in said


def test_a_log_that_holds(organizer: FlaskClient) -> None:
    assert work(organizer) == 2
    with organizer.application.app_context():
        noted = last_noted()
        assert noted is not None
        last = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc()).limit(1)).one()
        assert (noted.position, noted.hash, noted.noted_at) == (last.position, last.hash, NOW)
        line = f"{last.position}:{last.hash}"
    with clock.frozen_at(NOW + timedelta(hours=2)):
        sign_in(organizer, "late@example.org", is_organizer=True)
        said = section(organizer)
    assert "The log held when it was last looked through, 2 hours ago." in said
    assert "Its end was noted 2 hours ago:" in said
    assert f'<code lang="en">{line}</code>' in said


def test_one_that_does_not_hold_is_said_there_and_among_the_jobs(organizer: FlaskClient) -> None:
    head = alter(organizer, actor_id=99)
    assert work(organizer) == 2
    with organizer.application.app_context():
        assert db.session.get_one(JobState, LOOK).succeeded_at is None
        assert db.session.get_one(JobState, NOTE).succeeded_at == NOW
    said = section(organizer)
    assert "The log did not hold at the last look." in said
    assert f"LogBroken: entry {head} was altered. Run “hub audit verify” to see all." in said
    assert "job needs a look" in organizer.get("/organizers").text


def test_noted_once_a_day_and_looked_through_once_a_week(organizer: FlaskClient) -> None:
    assert work(organizer) == 2
    assert work(organizer, NOW + timedelta(hours=23)) == 0
    assert work(organizer, NOW + timedelta(days=1)) == 1
    assert work(organizer, NOW + timedelta(days=7)) == 2
    with organizer.application.app_context():
        assert last_noted().noted_at == NOW + timedelta(days=7)  # type: ignore[union-attr]


def test_an_end_that_was_cut_off_is_missed_at_the_next_look(organizer: FlaskClient) -> None:
    assert work(organizer) == 2
    with organizer.application.app_context(), transaction():
        head = head_position()
        db.session.execute(update(LogHead).values(position=head + 5))
    work(organizer, NOW + timedelta(days=7))
    assert f"the log once reached entry {head + 5}, which is gone" in section(organizer)


def test_the_worker_does_both() -> None:
    assert set(JOBS) <= set(ALL_JOBS)
