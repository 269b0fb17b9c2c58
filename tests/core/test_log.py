"""The chained log: order, tampering, erasure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, update

from hub.core.chain import erase_personal, verify
from hub.core.db import db, transaction
from hub.core.log import (
    CHANGES,
    LONGEST,
    LogEntry,
    LogPersonal,
    differing,
    entries_after,
    head_position,
    plain,
    record,
    state_of,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    thing_id: int


def verify_chain() -> list[str]:
    return verify().problems


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


def test_altered_personal_values_are_found(session: Any) -> None:
    head = append(1, personal={"address": "203.0.113.9"})
    assert verify_chain() == []
    db.session.execute(
        update(LogPersonal).where(LogPersonal.position == head).values(content={"address": "198.51.100.1"})
    )
    db.session.expire_all()
    assert verify_chain() == [f"the values of entry {head} were altered"]


def test_values_that_vanish_without_a_word_are_found(session: Any) -> None:
    head = append(1, personal={"address": "203.0.113.9"})
    db.session.execute(delete(LogPersonal).where(LogPersonal.position == head))
    assert verify_chain() == [f"the values of entry {head} are gone, and no entry says why"]


def test_erasing_by_an_entry_keeps_the_chain(session: Any) -> None:
    head = append(2, personal={"address": "203.0.113.9"})
    with transaction():
        assert erase_personal(parts=["values"], positions=[head], reason="taken_out", by=None, now=NOW) == 1
    verdict = verify()
    assert verdict.problems == []
    assert verdict.erased == 1
    assert entries_after(head)[0].payload["positions"] == [head]


def changes_of(position: int) -> dict[str, Any]:
    return db.session.get_one(LogPersonal, (position, CHANGES)).content


def test_before_and_after_are_kept_as_json(session: Any) -> None:
    moment = datetime(2026, 5, 17, 18, 30, tzinfo=timezone(timedelta(hours=9)))
    with transaction():
        record(
            Happened(1), by=None, now=NOW,
            changes={
                "day": (None, date(2026, 5, 17)), "at": (moment, None), "codes": ([], ["GP1"]), "same": (1, 1),
                "texts": ({"en": "a"}, {"en": "b", "ko": ("c",)}), "is_on": (False, True),
            },
        )  # fmt: skip
    assert changes_of(head_position()) == {
        "day": [None, "2026-05-17"],
        "at": ["2026-05-17T09:30:00+00:00", None],
        "codes": [[], ["GP1"]],
        "texts": [{"en": "a"}, {"en": "b", "ko": ["c"]}],
        "is_on": [False, True],
    }
    assert verify_chain() == []


def test_a_change_that_changes_nothing_is_not_kept(session: Any) -> None:
    with transaction():
        record(Happened(1), by=None, now=NOW, changes={"same": ("a", "a")})
    assert db.session.get(LogPersonal, (head_position(), CHANGES)) is None


def test_a_text_is_kept_whole_up_to_4000_characters_and_longer_ones_say_how_long(session: Any) -> None:
    assert plain("가" * LONGEST) == "가" * LONGEST
    assert plain("가" * 5000) == "가" * LONGEST + "… (5000)"
    assert plain(plain("가" * 5000)) == plain("가" * 5000), "what was cut once is not cut again"
    assert plain(["b" * 5000]) == ["b" * LONGEST + "… (5000)"]


def test_texts_that_differ_beyond_the_cut_show_where(session: Any) -> None:
    start = "a" * 6000
    with transaction():
        record(Happened(1), by=None, now=NOW, changes={"text": (f"{start} was grey", f"{start} is red")})
    before, after = changes_of(head_position())["text"]
    assert before.endswith("a was grey")
    assert after.endswith("a is red")
    assert before.startswith("…a")
    with transaction():
        record(Happened(1), by=None, now=NOW, changes={"text": (start, start[:-1])})
    before, after = changes_of(head_position())["text"]
    assert (len(before), len(after)) == (201 + 1, 201)


def test_states_are_compared_field_by_field() -> None:
    before = state_of(Happened(1), ("thing_id",))
    assert differing(before, {"thing_id": 2, "more": None, "also": 0}) == {"thing_id": (1, 2), "also": (None, 0)}
    assert differing({}, before) == {"thing_id": (None, 1)}
    assert differing(before, {}) == {"thing_id": (1, None)}
    assert differing(before, before) == {}
