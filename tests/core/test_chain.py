"""Noting the end of the log, erasing by an entry that says so, and looking while others write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, text, update

from hub.core import chain
from hub.core.chain import erase_personal, last_noted, note_head, verify
from hub.core.db import db, transaction
from hub.core.log import (
    CHANGES,
    ORIGIN,
    VALUES,
    LogEntry,
    LogPersonal,
    Origin,
    come_from,
    entries_after,
    head_position,
    record,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    thing_id: int
    user_id: int | None = None


def append(count: int, *, now: datetime = NOW, **more: Any) -> int:
    with transaction():
        for number in range(count):
            record(Happened(number, more.get("user_id")), by=1, now=now, personal={"name": "Ada"},
                   changes={"colour": ("grey", "red")})  # fmt: skip
    return head_position()


def parts_of(position: int) -> set[str]:
    return set(db.session.scalars(select(LogPersonal.part).where(LogPersonal.position == position)))


def test_the_end_is_noted_as_it_is(session: Any) -> None:
    with transaction():
        db.session.execute(delete(chain.LogHead))
        note_head(NOW)
    head = append(2)
    with transaction():
        note_head(NOW + timedelta(days=1))
    noted = last_noted()
    assert noted is not None
    assert (noted.position, noted.noted_at) == (head, NOW + timedelta(days=1))
    assert noted.hash == db.session.scalar(select(LogEntry.hash).where(LogEntry.position == head))
    assert verify().problems == []


def test_the_end_of_an_empty_log_is_not_noted(busy_app: Flask) -> None:
    with transaction():
        note_head(NOW)
    assert last_noted() is None
    assert verify() == chain.Verdict()


def test_erasing_needs_to_be_told_what(session: Any) -> None:
    with transaction(), pytest.raises(ValueError, match="name an account"):
        erase_personal(parts=[VALUES], reason="left", by=None, now=NOW)


def test_only_the_parts_named_of_the_person_named_go(session: Any) -> None:
    hers, his = append(1, user_id=7), append(1, user_id=8)
    with transaction():
        assert erase_personal(parts=[VALUES], about=7, reason="left", by=7, now=NOW) == 1
    assert parts_of(hers) == {CHANGES}
    assert parts_of(his) == {VALUES, CHANGES}
    entry = entries_after(his)[0]
    assert entry.kind == "PersonalValuesErased"
    assert entry.payload == {"about_id": 7, "parts": [VALUES], "up_to": his, "positions": None, "reason": "left"}
    assert entry.is_quiet


def test_what_erases_nothing_leaves_no_entry(session: Any) -> None:
    head = append(1)
    with transaction():
        assert erase_personal(parts=[VALUES], about=999, reason="left", by=None, now=NOW) == 0
        assert erase_personal(parts=[VALUES], positions=[], reason="left", by=None, now=NOW) == 0
        old = NOW - timedelta(days=9999)
        assert erase_personal(parts=[ORIGIN], before=old, reason="too_old", by=None, now=NOW) == 0
    assert head_position() == head
    assert parts_of(head) == {VALUES, CHANGES}


def test_more_entries_can_be_named_than_one_statement_takes(session: Any) -> None:
    head = append(3)
    with transaction():
        gone = erase_personal(
            parts=[VALUES], positions=range(head - 2, head + 3000), reason="taken_out", by=None, now=NOW
        )
    assert gone == 3
    assert verify().problems == []
    assert verify().erased >= 3


def test_what_is_older_than_a_day_goes_and_the_rest_stays(session: Any) -> None:
    later = datetime(2031, 1, 1, tzinfo=UTC)
    with transaction():
        come_from(Origin("web POST /x", "203.0.113.7", "r"))
    old = append(1, now=later)
    new = append(1, now=later + timedelta(days=40))
    with transaction():
        gone = erase_personal(parts=[ORIGIN], before=later + timedelta(days=30), reason="too_old", by=None, now=later)
    assert gone >= 1
    assert parts_of(old) == {VALUES, CHANGES}
    assert parts_of(new) == {VALUES, CHANGES, ORIGIN}
    assert verify().problems == []


def test_a_look_reads_the_record_and_not_what_the_session_remembers(session: Any) -> None:
    head = append(1)
    entry = db.session.get_one(LogEntry, head)
    db.session.execute(
        update(LogEntry)
        .where(LogEntry.position == head)
        .values(actor_id=99)
        .execution_options(synchronize_session=False)
    )
    assert entry.actor_id == 1
    assert verify().problems == [f"entry {head} was altered"]


def test_what_cannot_be_read_is_a_problem_and_no_fault(session: Any, engine_name: str) -> None:
    if engine_name == "postgresql":
        pytest.skip("PostgreSQL takes no JSON that is none")
    head = append(1)
    db.session.execute(text("UPDATE log_entry SET payload = 'no JSON' WHERE position = :head"), {"head": head})
    [problem] = verify().problems
    assert problem.startswith("the log cannot be read on after entry ")


def test_entries_from_before_the_sealed_parts_hold(session: Any) -> None:
    """They carry one hash for their values and say not whom these are about; those may be erased too."""
    head = append(2)
    with transaction():
        db.session.execute(delete(LogPersonal).where(LogPersonal.position == head))
        values = LogPersonal(position=head, part=VALUES, about_id=None, salt="s" * 32, content={"email": "a@b.example"})
        old = db.session.get_one(LogEntry, head)
        old.sealed = old.door = None
        old.personal_hash = values.computed_hash()
        old.hash = old.computed_hash()
        db.session.add(values)
    kept = verify()
    assert kept.problems == []
    with transaction():
        erase_personal(parts=[VALUES], positions=[head], reason="taken_out", by=None, now=NOW)
    gone = verify()
    assert gone.problems == []
    assert (gone.kept, gone.erased) == (kept.kept - 1, kept.erased + 1)


def test_a_look_holds_few_rows_at_a_time(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the log is: rows are fetched as they are looked at, and none stays in the session."""
    monkeypatch.setattr(chain, "BATCH", 10)
    append(40)
    db.session.expire_all()
    db.session.expunge_all()
    fetched: list[int] = []

    def note(_context: Any) -> None:
        fetched.append(len(list(db.session)))

    event.listen(db.session, "do_orm_execute", note)
    try:
        verdict = verify()
    finally:
        event.remove(db.session, "do_orm_execute", note)
    assert verdict.problems == []
    assert verdict.entries == db.session.scalar(select(func.count()).select_from(LogEntry))
    assert max(fetched) == 0
    assert len(list(db.session)) == 0


def test_what_is_appended_and_erased_meanwhile_is_no_problem(busy_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer appends and erases between the steps of a look."""
    append(30, user_id=7)
    real, looks = chain._check_entry, []

    def write_meanwhile(*arguments: Any) -> None:
        if not looks:
            looks.append(1)
            with busy_app.app_context():
                with transaction():
                    record(Happened(99, 7), by=1, now=NOW, personal={"name": "Eve"})
                    erase_personal(parts=[VALUES], about=7, reason="left", by=7, now=NOW)
                db.session.remove()
        real(*arguments)

    assert verify().problems == []
    db.session.rollback()
    monkeypatch.setattr(chain, "_check_entry", write_meanwhile)
    with busy_app.app_context():
        assert verify().problems == []
    monkeypatch.undo()
    after = verify()
    assert after.problems == []
    assert after.erased == 30
