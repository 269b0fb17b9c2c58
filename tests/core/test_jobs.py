"""Jobs are done when due, by one worker at a time, and one that fails stops no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.core import jobs, once
from hub.core.db import db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def setting(moment: datetime, owner: str = "worker-1") -> jobs.Setting:
    return jobs.Setting(
        mail_url="file:", base_url="http://localhost", data_dir=Path("x"), files_dir=Path("x"),
        fetch_allow=frozenset(), languages=("en",), owner=owner, clock=lambda: moment,
    )  # fmt: skip


def test_a_job_is_done_when_it_is_due(session: Any) -> None:
    done: list[str] = []
    work = {"test": jobs.Job(HOUR, lambda given: done.append(given.owner))}
    assert jobs.run_due(work, setting(NOW)) == 1
    assert jobs.run_due(work, setting(NOW + HOUR / 2)) == 0
    assert jobs.run_due(work, setting(NOW + HOUR, "worker-2")) == 1
    assert done == ["worker-1", "worker-2"]


def test_only_one_worker_does_it_and_another_when_that_one_died(session: Any) -> None:
    done: list[str] = []

    def die(_setting: jobs.Setting) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs.run_due({"test": jobs.Job(HOUR, die)}, setting(NOW))
    work = {"test": jobs.Job(HOUR, lambda given: done.append(given.owner))}
    assert jobs.run_due(work, setting(NOW + jobs.LEASE / 2, "worker-2")) == 0
    assert jobs.run_due(work, setting(NOW + jobs.LEASE * 2, "worker-2")) == 1
    assert done == ["worker-2"]


def test_a_failing_job_is_noted_and_the_next_one_is_done(session: Any) -> None:
    done: list[int] = []
    work = {"bad": jobs.Job(HOUR, lambda _given: 1 // 0), "good": jobs.Job(HOUR, lambda _given: done.append(1))}
    assert jobs.run_due(work, setting(NOW)) == 2
    assert done == [1]
    db.session.rollback()
    bad, good = db.session.get_one(jobs.JobState, "bad"), db.session.get_one(jobs.JobState, "good")
    assert "ZeroDivisionError" in bad.error
    assert bad.succeeded_at is None
    assert (good.error, good.succeeded_at) == ("", NOW)
    assert jobs.run_due({"bad": replace(work["bad"], run=lambda _given: None)}, setting(NOW + HOUR)) == 1
    db.session.rollback()
    assert db.session.get_one(jobs.JobState, "bad").error == ""


def test_a_form_sent_twice_is_carried_out_once(session: Any) -> None:
    done: list[int] = []

    def work() -> str:
        done.append(1)
        return f"/cases/{len(done)}"

    assert once.carry_out("key", work, NOW) == "/cases/1"
    assert once.carry_out("key", work, NOW) == "/cases/1"
    assert once.carry_out("other", work, NOW) == "/cases/2"
    assert len(done) == 2


def test_a_form_that_failed_can_be_sent_again(session: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        once.carry_out("key", lambda: str(1 // 0), NOW)
    assert once.carry_out("key", lambda: "/done", NOW) == "/done"


def test_of_two_sent_at_one_moment_one_thing_comes(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    once.carry_out("key", lambda: "/theirs", NOW)
    really_get, looks = db.session.get, []

    def get_before_the_other_committed(*arguments: Any) -> Any:
        looks.append(arguments)
        return None if len(looks) == 1 else really_get(*arguments)

    monkeypatch.setattr(db.session, "get", get_before_the_other_committed)
    assert once.carry_out("key", lambda: "/ours", NOW) == "/theirs"
    assert len(looks) == 2


def test_old_forms_are_forgotten(session: Any) -> None:
    once.carry_out("old", lambda: "/a", NOW)
    once.carry_out("new", lambda: "/b", NOW + timedelta(days=3))
    once.forget_old(NOW + timedelta(days=3))
    assert db.session.get(once.Submission, "old") is None
    assert db.session.get(once.Submission, "new") is not None
