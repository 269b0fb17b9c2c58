"""What a clock that ran ahead wrote down holds nobody up; clocks that differ a little take nothing from each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core import jobs, leases, outbox, readers
from hub.core.db import db, transaction
from hub.core.jobs import Job, JobState, Setting, run_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AHEAD = NOW + timedelta(days=40)
EVERY = timedelta(hours=6)


def setting(moment: datetime, owner: str = "me") -> Setting:
    return Setting("file:", "https://hub.example", Path(), Path(), frozenset(), ("en",), owner, lambda: moment)


def state(**values: Any) -> None:
    with transaction():
        db.session.add(JobState(name="a job", **values))


@pytest.mark.parametrize(
    ("values", "is_done"),
    [
        ({"next_at": NOW}, True),
        ({"next_at": NOW + EVERY}, False),
        ({"next_at": NOW + EVERY + leases.SKEW}, False),
        ({"next_at": AHEAD}, True),
        ({"next_at": AHEAD, "lease_owner": "gone", "lease_until": AHEAD + jobs.LEASE}, True),
        ({"next_at": NOW, "lease_owner": "other", "lease_until": NOW + jobs.LEASE}, False),
        ({"next_at": NOW, "lease_owner": "other", "lease_until": NOW + jobs.LEASE + timedelta(minutes=4)}, False),
    ],
)
def test_a_job(session: Any, values: dict[str, Any], is_done: bool) -> None:
    state(**values)
    done: list[datetime] = []
    run_due({"a job": Job(EVERY, lambda each: done.append(each.clock()))}, setting(NOW))
    assert done == ([NOW] if is_done else [])
    if is_done:
        db.session.expire_all()
        assert db.session.get_one(JobState, "a job").next_at == NOW + EVERY


def test_a_reader(session: Any) -> None:
    assert readers.take_lease("test", "gone", AHEAD)
    assert readers.take_lease("test", "me", NOW)
    assert not readers.take_lease("test", "other", NOW)
    assert not readers.take_lease("test", "other", NOW - timedelta(minutes=4)), "its clock is only a little behind"


def test_mail(session: Any, tmp_path: Path) -> None:
    with transaction():
        outbox.queue_mail(key="a", to="a@example.org", subject="Later", text="Later", html="", now=AHEAD)
        outbox.queue_mail(
            key="b", to="a@example.org", subject="Soon", text="Soon", html="", now=NOW + outbox.LONGEST_PAUSE
        )
    assert outbox.is_mail_due(NOW)
    assert outbox.deliver_due("file:", "https://hub.example", tmp_path, "me", lambda: NOW) == 1
    assert not outbox.is_mail_due(NOW)
