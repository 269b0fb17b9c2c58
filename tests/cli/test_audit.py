"""`hub audit`: every kind of tampering is found by the command, what was erased rightly is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, insert, select, update

from hub.cli.audit import audit
from hub.core.chain import LogHead, erase_personal, note_head
from hub.core.db import db, transaction
from hub.core.log import CHANGES, ORIGIN, VALUES, LogEntry, LogPersonal, Origin, come_from, head_position, record
from hub.core.readers import LogReader

NOW = datetime(2030, 5, 17, 9, 30, tzinfo=UTC)
SIX = 6


@dataclass(frozen=True)
class BridgePainted:
    """An event that no room knows."""

    bridge_id: int
    user_id: int | None = None


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(audit, arguments, obj=lambda: app, catch_exceptions=False)
    return result.exit_code, result.output


def write_six(now: datetime = NOW) -> int:
    """Append six entries with all their sealed parts, each about somebody, and return the number of the last."""
    with transaction():
        come_from(Origin("web POST /bridges", "203.0.113.7", "request-1"))
        for number in range(SIX):
            record(
                BridgePainted(number, user_id=100 + number), by=7, now=now + timedelta(seconds=number),
                personal={"name": f"Ada {number}"}, changes={"colour": ("grey", "red")},
            )  # fmt: skip
    return head_position()


def alter(at: int, /, **values: Any) -> None:
    db.session.execute(update(LogEntry).where(LogEntry.position == at).values(**values))


def alter_part(at: int, which: str, /, **values: Any) -> None:
    db.session.execute(
        update(LogPersonal).where(LogPersonal.position == at, LogPersonal.part == which).values(**values)
    )


def remove(position: int) -> None:
    db.session.execute(delete(LogPersonal).where(LogPersonal.position == position))
    db.session.execute(delete(LogEntry).where(LogEntry.position == position))


def renumber(old: int, new: int) -> None:
    """Give an entry another number, with its sealed parts."""
    parts = LogPersonal.__table__
    columns = [column for column in parts.columns if column.name != "position"]
    kept = db.session.execute(select(*columns).where(LogPersonal.position == old)).mappings().all()
    db.session.execute(delete(LogPersonal).where(LogPersonal.position == old))
    alter(old, position=new)
    for row in kept:
        db.session.execute(insert(parts).values(position=new, **row))


def insert_after(position: int) -> None:
    """Push all later entries on by one and write a made-up one between."""
    for old in range(head_position(), position, -1):
        renumber(old, old + 1)
    before = db.session.execute(select(LogEntry.hash).where(LogEntry.position == position)).scalar_one()
    made_up = LogEntry(
        position=position + 1, kind="BridgePainted", payload={"bridge_id": 99}, actor_id=7, recorded_at=NOW,
        previous_hash=before, is_quiet=False,
    )  # fmt: skip
    made_up.hash = made_up.computed_hash()
    db.session.add(made_up)
    db.session.flush()


def swap(one: int, other: int) -> None:
    spare = head_position() + 1000
    for old, new in ((one, spare), (other, one), (spare, other)):
        renumber(old, new)


def rehash(first: int, last: int) -> None:
    """Make the chain whole again from one entry to another, as who knows how it is made can."""
    previous = db.session.execute(select(LogEntry.hash).where(LogEntry.position == first - 1)).scalar_one()
    for position in range(first, last + 1):
        entry = db.session.scalars(
            select(LogEntry).where(LogEntry.position == position).execution_options(populate_existing=True)
        ).one()
        entry.previous_hash = previous
        entry.hash = previous = entry.computed_hash()
        db.session.flush()


def alter_and_rehash(position: int, last: int) -> None:
    alter(position, payload={"bridge_id": 99, "user_id": None})
    rehash(position, last)


def reseal(position: int) -> None:
    """Alter a value and write its new hash into the entry too."""
    alter_part(position, VALUES, content={"name": "Eve"})
    part = db.session.get_one(LogPersonal, (position, VALUES), populate_existing=True)
    sealed = db.session.execute(select(LogEntry.sealed).where(LogEntry.position == position)).scalar_one()
    alter(position, sealed=[[VALUES, part.about_id, part.computed_hash()], *sealed[1:]])


def drop_part(position: int, part: str) -> None:
    db.session.execute(delete(LogPersonal).where(LogPersonal.position == position, LogPersonal.part == part))


def put_part(position: int) -> None:
    with_hash = {"position": position, "part": "more", "about_id": None, "salt": "0" * 32, "content": {"name": "Eve"}}
    db.session.execute(insert(LogPersonal.__table__).values(**with_hash))


def move_part(position: int) -> None:
    drop_part(position + 1, VALUES)
    alter_part(position, VALUES, position=position + 1)


TAMPERINGS: dict[str, tuple[Callable[[int], object], str]] = {
    "payload": (lambda at: alter(at, payload={"bridge_id": 99, "user_id": 102}), "entry {at} was altered"),
    "kind": (lambda at: alter(at, kind="BridgeMoved"), "entry {at} was altered"),
    "actor": (lambda at: alter(at, actor_id=8), "entry {at} was altered"),
    "no actor": (lambda at: alter(at, actor_id=None), "entry {at} was altered"),
    "moment": (lambda at: alter(at, recorded_at=NOW + timedelta(days=1)), "entry {at} was altered"),
    "door": (lambda at: alter(at, door="cli people invite"), "entry {at} was altered"),
    "no door": (lambda at: alter(at, door=None), "entry {at} was altered"),
    "sealed list": (lambda at: alter(at, sealed=[]), "entry {at} was altered"),
    "no sealed list": (lambda at: alter(at, sealed=None), "entry {at} was altered"),
    "odd sealed list": (lambda at: alter(at, sealed=[["values"], 5]), "entry {at} was altered"),
    "door and sealed list gone": (lambda at: alter(at, sealed=None, door=None), "entry {at} was altered"),
    "hash": (lambda at: alter(at, hash="f" * 64), "entry {at} was altered"),
    "link": (lambda at: alter(at, previous_hash="f" * 64), "entry {at} does not follow the entry before it"),
    "removed in the middle": (remove, "entry {at} is missing"),
    "several removed": (lambda at: [remove(each) for each in (at, at + 1)], "entries {at} to {next} are missing"),
    "first removed": (lambda at: remove(1), "entry 1 is missing"),
    "inserted": (lambda at: insert_after(at), "entry {after_next} does not follow the entry before it"),
    "inserted at the front": (lambda at: renumber(at, 0), "entry 0 stands where none can be"),
    "swapped": (lambda at: swap(at, at + 1), "entry {at} was altered"),
    "rehashed alone": (lambda at: alter_and_rehash(at, at), "entry {next} does not follow the entry before it"),
    "values altered": (lambda at: alter_part(at, VALUES, content={"name": "Eve"}), "the values of entry {at} were alt"),
    "before and after altered": (
        lambda at: alter_part(at, CHANGES, content={"colour": ["red", "grey"]}), "the changes of entry {at} were alt",
    ),
    "origin altered": (
        lambda at: alter_part(at, ORIGIN, content={"address": "::1"}), "the origin of entry {at} were alt",
    ),
    "salt altered": (lambda at: alter_part(at, VALUES, salt="0" * 32), "the values of entry {at} were altered"),
    "values resealed": (reseal, "entry {at} was altered"),
    "values moved": (move_part, "the values of entry {next} were altered"),
    "values moved away": (move_part, "the values of entry {at} are gone, and no entry says why"),
    "given to someone else": (
        lambda at: alter_part(at, VALUES, about_id=5), "the values of entry {at} were given to someone else",
    ),
    "given to nobody": (
        lambda at: alter_part(at, VALUES, about_id=None), "the values of entry {at} were given to someone else",
    ),
    "deleted without a word": (lambda at: drop_part(at, CHANGES), "the changes of entry {at} are gone, and no entry"),
    "put there later": (put_part, "the more of entry {at} were put there later"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(app: Flask, name: str) -> None:
    with app.app_context():
        head = write_six()
    assert run(app, "verify")[0] == 0
    at = head - 3
    tamper, words = TAMPERINGS[name]
    with app.app_context(), transaction():
        tamper(at)
    status, said = run(app, "verify")
    assert status == 1
    expected = words.format(at=at, next=at + 1, after_next=at + 2)
    assert any(line.removeprefix("Error: ").startswith(expected) for line in said.splitlines()), said


def test_a_removed_end_is_found_by_a_noted_one(app: Flask) -> None:
    with app.app_context():
        head = write_six()
        with transaction():
            note_head(NOW)
        with transaction():
            remove(head)
    assert run(app, "verify") == (1, f"Error: the log once reached entry {head}, which is gone\n")


def test_a_removed_end_is_found_by_a_readers_place(app: Flask) -> None:
    with app.app_context():
        head = write_six()
        with transaction():
            db.session.execute(delete(LogReader))
            db.session.add(LogReader(name="notifications", position=head))
        with transaction():
            remove(head)
    assert run(app, "verify") == (1, f"Error: the reader “notifications” has been at entry {head}, which is gone\n")


def test_a_removed_end_is_found_by_a_line_kept_elsewhere(app: Flask) -> None:
    with app.app_context():
        head = write_six()
    status, line = run(app, "head")
    assert status == 0
    assert re.fullmatch(rf"{head}:[0-9a-f]{{64}}\n", line)
    assert run(app, "verify", "--head", line.strip())[0] == 0
    with app.app_context(), transaction():
        remove(head)
    assert run(app, "verify")[0] == 0, "nothing in the record itself can tell"
    status, said = run(app, "verify", "--head", line.strip())
    assert status == 1
    assert f"the log once reached entry {head}, which is gone" in said


def test_an_emptied_log_is_found(app: Flask) -> None:
    with app.app_context():
        write_six()
        with transaction():
            note_head(NOW)
        with transaction():
            db.session.execute(delete(LogPersonal))
            db.session.execute(delete(LogEntry))
    assert run(app, "verify")[0] == 1
    assert run(app, "head") == (1, "Error: the log is empty\n")


@pytest.mark.parametrize("offset", [0, 3])
def test_a_tail_written_anew_is_found_by_noted_ends(app: Flask, offset: int) -> None:
    """The last entry alone, or several: the chain holds again, and only what was noted before knows better."""
    with app.app_context():
        head = write_six()
        with transaction():
            note_head(NOW)
        outside = run(app, "head")[1].strip()
        with transaction():
            alter_and_rehash(head - offset, head)
    expected = f"entry {head} is another one than was noted"
    assert run(app, "verify") == (1, f"Error: {expected}\n")
    with app.app_context(), transaction():
        db.session.execute(delete(LogHead))
    assert run(app, "verify")[0] == 0
    assert run(app, "verify", "--head", outside) == (1, f"Error: {expected}\n")


def test_an_end_noted_anew_does_not_hide_the_old_one(app: Flask) -> None:
    with app.app_context():
        head = write_six()
        with transaction():
            note_head(NOW)
            alter_and_rehash(head, head)
            note_head(NOW)
    assert run(app, "verify") == (1, f"Error: entry {head} is another one than was noted\n")


@pytest.mark.parametrize(
    ("named", "gone"),
    [
        ({"about": 103}, 2),
        ({"positions": [-1, -2, -3]}, 6),
        ({"before": NOW + timedelta(seconds=1, milliseconds=500)}, None),
    ],
)
def test_what_an_entry_erased_is_said_and_the_log_holds(app: Flask, named: dict[str, Any], gone: int | None) -> None:
    with app.app_context():
        head = write_six()
        if "positions" in named:
            named = {"positions": [head + 1 + each for each in named["positions"]]}
        with transaction():
            erased = erase_personal(parts=(VALUES, CHANGES), reason="left", by=7, now=NOW, **named)
    assert erased == gone or (gone is None and erased >= 4)
    status, said = run(app, "verify")
    assert status == 0, said
    assert f"{erased} erased by entries that say so" in said


def test_an_entry_that_erased_covers_nothing_more_than_it_says(app: Flask) -> None:
    with app.app_context():
        head = write_six()
        with transaction():
            erase_personal(parts=(VALUES,), about=103, reason="left", by=7, now=NOW)
        with transaction():
            drop_part(head - 2, CHANGES)  # of the same person, another part
            drop_part(head - 3, VALUES)  # the same part, of another person
            write_later = head + 1  # the entry that says it has an origin of its own
            drop_part(write_later, ORIGIN)
    status, said = run(app, "verify")
    assert status == 1
    gone = sorted(re.findall(r"the (\w+) of entry (\d+) are gone, and no entry says why", said))
    assert gone == sorted([("changes", str(head - 2)), ("values", str(head - 3)), ("origin", str(head + 1))])


def test_values_erased_before_they_were_written_are_not_covered(app: Flask) -> None:
    with app.app_context():
        write_six()
        with transaction():
            erase_personal(parts=(VALUES,), about=103, reason="left", by=7, now=NOW)
        head = write_six()
        with transaction():
            drop_part(head - 2, VALUES)  # again of person 103
    assert run(app, "verify") == (1, f"Error: the values of entry {head - 2} are gone, and no entry says why\n")


def test_fifty_problems_are_named_and_more_are_counted(app: Flask) -> None:
    with app.app_context():
        for _again in range(12):
            head = write_six()
        with transaction():
            db.session.execute(update(LogEntry).where(LogEntry.position > head - 60).values(actor_id=1))
    status, said = run(app, "verify")
    assert status == 1
    lines = said.splitlines()
    assert len(lines) == 51
    assert lines[-1] == "… and 10 more"


@pytest.mark.parametrize("line", ["", "5", "5:abc", f"0:{'a' * 64}", f"-1:{'a' * 64}", f"5:{'G' * 64}"])
def test_a_line_that_no_end_was_noted_as_is_refused(app: Flask, line: str) -> None:
    status, said = run(app, "verify", "--head", line)
    assert status == 2
    assert "NUMBER:HASH" in said


def test_it_says_how_far_it_has_come(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.core.chain.STEP", 100)
    with app.app_context():
        head = write_six()
    status, said = run(app, "verify")
    assert status == 0
    assert f"100 of {head} entries\n" in said


def test_it_holds_on_a_record_of_its_own_where_commits_are_real(busy_app: Flask) -> None:
    """What one process wrote and another tampered with, on either engine."""
    write_six()
    db.session.remove()
    assert run(busy_app, "verify") == (
        0,
        "The log holds: 6 entries, each in place and unaltered.\n"
        "Personal values: 18 kept, 0 erased by entries that say so.\n",
    )
    with db.engine.begin() as other:
        other.execute(update(LogEntry.__table__).where(LogEntry.position == 4).values(actor_id=8))
    assert run(busy_app, "verify") == (1, "Error: entry 4 was altered\n")
