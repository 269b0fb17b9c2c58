"""Shared readers: exactly once, by a lease, and past what cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hub.core import readers
from hub.core.db import db, transaction
from hub.core.errors import NotFound
from hub.core.log import LogEntry, head_position, record

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    number: int


@dataclass(frozen=True)
class Told:
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


def test_what_nobody_handles_is_stepped_over_in_one_go(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    start_at_head("mail")
    ask(*range(1, 40))
    with transaction():
        record(Told(1), by=None, now=NOW)
    ask(*range(40, 60))
    writes: list[int] = []
    really = readers.transaction
    monkeypatch.setattr(readers, "transaction", lambda: writes.append(1) or really())
    seen: list[str] = []
    handlers = {"Told": (lambda entry, now: seen.append(entry.kind),)}
    assert readers.advance("mail", handlers, "worker-1", Ticking()) == 60
    assert seen == ["Told"]
    assert readers.lag("mail") == 0
    assert len(writes) < 10


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


def test_an_entry_that_went_well_in_the_end_leaves_no_failure_behind(session: Any) -> None:
    start_at_head("mail")
    ask(1)
    attempts: list[int] = []

    def handle(entry: LogEntry, now: datetime) -> None:
        attempts.append(entry.position)
        if len(attempts) == 1:
            raise ValueError

    readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=False)
    assert db.session.scalars(select(readers.FailedEntry)).all() == []


class Mending:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False
        self.seen: list[int] = []

    def __call__(self, entry: LogEntry, now: datetime) -> None:
        self.seen.append(entry.payload["number"])
        if entry.payload["number"] == 1 and not self.is_mended:
            raise ValueError("not yet")


def park_one() -> tuple[Mending, int]:
    """Return a handler that parked an entry, and the entry's position; another entry follows it."""
    start_at_head("mail")
    ask(1, 2)
    handle = Mending()
    readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=False)
    [parked] = readers.parked_entries()
    handle.seen.clear()
    return handle, parked.position


def put_back(position: int, now: datetime = NOW) -> None:
    with transaction():
        readers.retry_parked("mail", position, now)


@pytest.mark.parametrize("patient", [True, False])
def test_a_parked_entry_is_handled_again_once_when_asked(session: Any, patient: bool) -> None:
    handle, position = park_one()
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=patient) == 0
    handle.is_mended = True
    put_back(position)
    ask(3)
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=patient) == 2
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=patient) == 0
    assert handle.seen == [1, 3]
    assert readers.lag("mail") == 0
    assert readers.parked_entries() == []


def test_an_entry_that_fails_again_is_parked_again(session: Any) -> None:
    handle, position = park_one()
    put_back(position)
    ask(3)
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking(), patient=False) == 1
    assert handle.seen == [1] * 8 + [3]
    assert [parked.position for parked in readers.parked_entries()] == [position]
    assert readers.lag("mail") == 0


def test_a_patient_reader_pauses_between_attempts_at_what_was_put_back(session: Any) -> None:
    handle, position = park_one()
    put_back(position)
    clock = Ticking()
    for _ in range(3):
        readers.advance("mail", {"Asked": (handle,)}, "worker-1", clock)
    assert handle.seen == [1]
    handle.is_mended = True
    clock.moment += timedelta(seconds=3)
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", clock) == 1
    assert handle.seen == [1, 1]


def test_who_does_not_hold_the_lease_leaves_what_was_put_back_alone(session: Any) -> None:
    handle, position = park_one()
    handle.is_mended = True
    put_back(position)
    assert readers.take_lease("mail", "worker-2", NOW)
    assert readers.advance("mail", {"Asked": (handle,)}, "worker-1", Ticking()) == 0
    assert handle.seen == []


def test_only_what_is_parked_can_be_put_back(session: Any) -> None:
    _handle, position = park_one()
    with pytest.raises(NotFound):
        put_back(position + 1)
    put_back(position)
    with pytest.raises(NotFound):
        put_back(position)
