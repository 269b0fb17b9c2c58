"""Spans hold in two times what the records say: any history, any day, any moment of knowing."""

from __future__ import annotations

import importlib.util
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from hub.cities.models import City
from hub.cli.commitments import commitments
from hub.commitments import queries
from hub.commitments.models import NEVER_SUPERSEDED, STATUSES, UNKNOWN, StatusSpan
from hub.commitments.service import compare_spans
from hub.commitments.spans import Said, Span, said_by_key, spans
from hub.commitments.states import StatusLine, in_force, known_by, network_states
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.paths import MIGRATIONS
from tests.commitments.factory import make_record
from tests.commitments.recorder import LINK, address, send
from tests.people.accounts import sign_in

NOON = datetime(2020, 1, 10, 12, tzinfo=UTC)
DAY = date(2020, 1, 10)

# status, first day from DAY on (None: not known), hours since the record before (a clock may be set back), and which
# of the records before it corrects
records = st.lists(
    st.tuples(
        st.sampled_from([*STATUSES[:4], "lapsed", UNKNOWN]),
        st.one_of(st.none(), st.integers(-4, 4)),
        st.sampled_from([-30, -1, 0, 0, 1, 5, 24, 48]),
        st.one_of(st.none(), st.integers(0, 7)),
    ),
    max_size=8,
)


def lines_of(history: list[tuple[str, int | None, int, int | None]]) -> list[StatusLine]:
    moment, made = NOON, []
    for number, (status, days, hours, corrects) in enumerate(history, start=1):
        moment += timedelta(hours=hours)
        effective = None if days is None else DAY + timedelta(days=days)
        replaces = corrects if corrects is not None and 0 < corrects < number else None
        made.append(
            StatusLine(number, 1, "R1", status, "", effective, effective, "", "city", "", None, moment, replaces)
        )
    return made


def spans_of(lines: list[StatusLine]) -> list[Span]:
    rows = [(e.id, 1, "R1", e.status, e.effective_from, e.recorded_at, e.replaces_id) for e in lines]
    return spans(said_by_key(rows).get((1, "R1"), []))


def held(found: list[Span], day: date, known: datetime | None) -> list[Span]:
    return [
        span
        for span in found
        if span.valid_from <= day < span.valid_to
        and (span.known_from <= known < span.known_to if known else span.known_to == NEVER_SUPERSEDED)
    ]


@settings(max_examples=80, deadline=None)
@given(records)
def test_spans_say_what_replaying_the_records_says(history: list[tuple[str, int | None, int, int | None]]) -> None:
    lines = lines_of(history)
    found = spans_of(lines)
    days = {DAY + timedelta(days=number) for number in range(-6, 8)} | {date(1, 1, 1), date(9999, 12, 30)}
    instant = timedelta(microseconds=1)
    moments: set[datetime | None] = {line.recorded_at + shift for line in lines for shift in (-instant, instant * 0)}
    for known in moments | {None, NOON - timedelta(days=90), NOON + timedelta(days=90)}:
        replayed = known_by(lines, known)
        for day in days:
            record = in_force(replayed, day)
            assert [(span.record_id, span.status) for span in held(found, day, known)] == (
                [(record.id, record.status)] if record else []
            )
    assert all(span.known_from < span.known_to and span.valid_from < span.valid_to for span in found)


def test_a_correction_is_known_from_its_own_day_and_not_before() -> None:
    first = Said(1, "operating", date(2012, 1, 1), NOON)
    mended = Said(2, "pledged", date(2013, 1, 1), NOON + timedelta(days=1), replaces_id=1)
    assert spans([first, mended]) == [
        Span(1, "operating", date(2012, 1, 1), date(9999, 12, 31), NOON, NOON + timedelta(days=1)),
        Span(2, "pledged", date(2013, 1, 1), date(9999, 12, 31), NOON + timedelta(days=1), NEVER_SUPERSEDED),
    ]


def test_a_record_moved_to_another_item_is_gone_from_the_first() -> None:
    rows = [
        (1, 1, "R1", "adopted", date(2012, 1, 1), NOON, None),
        (2, 1, "R2", "adopted", date(2012, 1, 1), NOON + timedelta(days=1), 1),
    ]
    found = said_by_key(rows)
    assert [(span.record_id, span.known_to) for span in spans(found[1, "R1"])] == [(1, NOON + timedelta(days=1))]
    assert [span.record_id for span in spans(found[1, "R2"])] == [2]


def random_history(session: Any, seed: int) -> None:
    """Record for two items in turn: corrections, corrections of corrections, a clock set back, what is taken back."""
    chance, moment = random.Random(seed), NOON
    made: dict[str, list[int]] = {"R1": [], "C1.1": []}
    for _ in range(16):
        item = chance.choice(list(made))
        moment += timedelta(hours=chance.choice([-20, 0, 0, 3, 40]))
        made[item].append(
            make_record(
                session, "suva", item, chance.choice([*STATUSES[:6], "lapsed", UNKNOWN]),
                chance.choice(["", "2019", "2020-01-09", "2020-01", "2021-05-01", "about 2018"]), recorded_at=moment,
                replaces_id=chance.choice(made[item]) if made[item] and chance.random() < 0.4 else None,
            ).id
        )  # fmt: skip


def test_what_is_kept_equals_what_is_worked_out_again(app: Flask, session: Any) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    random_history(session, seed)
    kept = compare_spans()
    assert not kept
    assert kept.agreeing > 130
    runner = CliRunner()

    def run(command: str) -> str:
        return runner.invoke(commitments, [command], obj=lambda: app).output

    assert run("check").startswith(f"All {kept.agreeing} spans agree")
    with transaction():
        numbers = list(db.session.scalars(select(StatusSpan.id).order_by(StatusSpan.id).limit(3)))
        db.session.execute(delete(StatusSpan).where(StatusSpan.id == numbers[0]))
        db.session.execute(update(StatusSpan).where(StatusSpan.id == numbers[1]).values(status="withdrawn"))
    assert "2 spans are missing and 1 are wrong: run hub commitments rebuild" in run("check")
    assert run("rebuild") == f"{kept.agreeing} spans: {kept.agreeing - 2} as they were, 2 added, 1 taken out\n"
    assert not compare_spans()


def test_what_a_coordinator_records_is_in_the_spans_at_once(client: FlaskClient, session: Any) -> None:
    sign_in(client, "keeper@example.org", city="gwangju")
    assert send(client, address("gwangju", "C1.1"), **LINK).status_code == 303
    assert send(client, address("gwangju", "C1.1"), status="reported", since="2020", **LINK).status_code == 303
    assert not compare_spans()
    spans = session.scalars(select(StatusSpan).join(City).where(City.slug == "gwangju", StatusSpan.item_code == "C1.1"))
    assert sorted((span.status, span.known_to == NEVER_SUPERSEDED) for span in spans) == [
        ("operating", False), ("operating", True), ("reported", True),
    ]  # fmt: skip


def test_the_upgrade_fills_what_the_records_say(session: Any) -> None:
    random_history(session, 3)
    session.execute(delete(StatusSpan))
    assert compare_spans().missing
    spec = importlib.util.spec_from_file_location("step", MIGRATIONS / "versions" / "0007_commitments.py")
    step = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(step)  # type: ignore[union-attr]
    with Operations.context(MigrationContext.configure(session.connection())):
        step._fill_spans()
    assert not compare_spans()


def test_reads_of_the_network_say_what_the_records_say(session: Any) -> None:
    random_history(session, 5)
    today = clock.now().date()
    lines = queries.list_lines()
    by_key: dict[tuple[int, str], list[StatusLine]] = {}
    for line in lines:
        by_key.setdefault((line.city_id, line.item_code), []).append(line)
    everywhere = list(session.scalars(select(City.id)))
    items = sorted({item for _city, item in by_key})
    for day, known in (
        (today, None), (date(2019, 6, 1), None), (DAY, None), (DAY, NOON), (today, NOON + timedelta(hours=30)),
        (date(2015, 1, 1), NOON - timedelta(days=9)),
    ):  # fmt: skip
        said = network_states((line for each in by_key.values() for line in known_by(each, known)), day)
        assert queries.current_states(day, known) == said
        shown = queries.stands(everywhere, day, known, items=items)
        assert {key: stand.record_id for key, stand in shown.items()} == {key: line.id for key, line in said.items()}
        counts = queries.status_counts(day, known, items=items)
        assert sum(number for item in counts.values() for number in item.values()) == len(said)
        assert sum(queries.known_counts(day, known).values()) == len(said)
        for status in ("operating", UNKNOWN):
            there = queries.cities_at(status, day, known, items=items, among=everywhere)
            assert there == {
                city for city in everywhere if any(
                    (said[city, item].status if (city, item) in said else UNKNOWN) == status for item in items
                )
            }  # fmt: skip
    suva = session.scalars(select(City.id).where(City.slug == "suva")).one()
    steps = queries.city_histories(suva, today, known=NOON - timedelta(days=9))
    assert steps == {}
