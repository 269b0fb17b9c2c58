"""The chained log: order, tampering, erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, update

from hub.core.db import db, transaction
from hub.core.log import LogEntry, LogPersonal, entries_after, head_position, record, verify_chain

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    thing_id: int


def append(count: int, personal: dict[str, Any] | None = None) -> int:
    with transaction():
        for number in range(count):
            record(Happened(number), by=None, now=NOW, personal=personal)
    return head_position()


def test_entries_follow_each_other_without_a_gap(session: Any) -> None:
    before = head_position()
    assert append(3) == before + 3
    assert [entry.payload for entry in entries_after(before)] == [{"thing_id": 0}, {"thing_id": 1}, {"thing_id": 2}]
    assert verify_chain() == []


def test_a_rolled_back_transaction_leaves_no_entry(session: Any) -> None:
    before = head_position()

    def write_and_fail() -> None:
        with transaction():
            record(Happened(1), by=None, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert head_position() == before
    assert append(1) == before + 1  # what was recorded in vain is not carried over


def test_an_altered_entry_is_found(session: Any) -> None:
    head = append(3)
    db.session.execute(update(LogEntry).where(LogEntry.position == head - 1).values(payload={"thing_id": 99}))
    db.session.expire_all()
    assert verify_chain() == [f"entry {head - 1} was altered"]


def test_a_removed_entry_is_found(session: Any) -> None:
    head = append(3)
    db.session.execute(delete(LogEntry).where(LogEntry.position == head - 1))
    db.session.expire_all()
    assert f"entry {head - 1} is missing" in verify_chain()


def test_reordered_entries_are_found(session: Any) -> None:
    head = append(2)
    for old, new in ((head, head + 50), (head - 1, head), (head + 50, head - 1)):
        db.session.execute(update(LogEntry).where(LogEntry.position == old).values(position=new))
    db.session.expire_all()
    assert verify_chain() != []


def test_erasing_personal_values_keeps_the_chain(session: Any) -> None:
    head = append(1, personal={"address": "203.0.113.9"})
    assert verify_chain() == []
    db.session.execute(
        update(LogPersonal).where(LogPersonal.position == head).values(content={"address": "198.51.100.1"})
    )
    db.session.expire_all()
    assert verify_chain() == [f"the personal values of entry {head} were altered"]
    db.session.execute(delete(LogPersonal).where(LogPersonal.position == head))
    assert verify_chain() == []
