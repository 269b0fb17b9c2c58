"""Shared readers: exactly once, by a lease, and past what cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.core import readers
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position, record

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    number: int


class Ticking:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def ask(*numbers: int) -> None:
    with transaction():
        for number in numbers:
            record(Asked(number), by=None, now=NOW)


def start_at_head(name: str) -> None:
    with transaction():
        db.session.add(readers.LogReader(name=name, position=head_position()))


def test_every_entry_is_handled_once_and_in_order(session: Any) -> None:
    start_at_head("mail")
    ask(1, 2, 3)
    seen: list[int] = []
    handlers = {"Asked": (lambda entry, now: seen.append(entry.payload["number"]),)}
    assert readers.advance("mail", handlers, "worker-1", Ticking()) == 3
    assert readers.advance("mail", handlers, "worker-1", Ticking()) == 0
    assert seen == [1, 2, 3]
    assert readers.lag("mail") == 0


def test_a_held_lease_keeps_others_out_until_it_runs_out(session: Any) -> None:
    start_at_head("mail")
    ask(1)
    clock = Ticking()
    assert readers.take_lease("mail", "worker-1", clock())
    assert readers.advance("mail", {}, "worker-2", clock) == 0
    clock.moment += readers.LEASE + timedelta(seconds=1)
    assert readers.advance("mail", {}, "worker-2", clock) == 1
    assert not readers._move("mail", head_position() + 1, "worker-1")  # the old holder cannot move it any more


def test_a_failing_entry_is_parked_after_eight_attempts_and_the_reader_goes_on(session: Any) -> None:
    start_at_head("mail")
    ask(1, 2)
    attempts: list[int] = []

    def handle(entry: LogEntry, now: datetime) -> None:
        attempts.append(entry.payload["number"])
        if entry.payload["number"] == 1:
            raise ValueError("the server said no")

    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=False) == 2
    assert attempts == [1] * 8 + [2]
    [parked] = readers.parked_entries()
    assert parked.attempts == 8
    assert parked.error == "ValueError: the server said no"


def test_a_patient_reader_waits_longer_after_each_failure(session: Any) -> None:
    start_at_head("mail")
    ask(1)
    clock, attempts = Ticking(), []

    def handle(entry: LogEntry, now: datetime) -> None:
        attempts.append(now)
        raise ValueError

    for _ in range(3):
        readers.advance("mail", {"Asked": (handle,)}, "worker-1", clock)
    assert len(attempts) == 1
    clock.moment += timedelta(seconds=3)
    readers.advance("mail", {"Asked": (handle,)}, "worker-1", clock)
    assert len(attempts) == 2


def test_the_effect_and_the_place_are_one(session: Any) -> None:
    """A handler that writes and then fails leaves nothing behind."""
    start_at_head("mail")
    ask(1)

    def handle(entry: LogEntry, now: datetime) -> None:
        db.session.add(readers.LogReader(name="half-done"))
        db.session.flush()
        raise ValueError

    readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking())
    assert db.session.get(readers.LogReader, "half-done") is None
    assert readers.lag("mail") == 1
