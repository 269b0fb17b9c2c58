"""Which status is in force on a day: the rule, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

import pytest

from hub.commitments.effective import effective_span
from hub.commitments.states import (
    AGAIN,
    BACK,
    EARLIER,
    LATER,
    MET,
    NOW,
    REPLACED,
    STOP,
    StatusLine,
    has_reversal,
    history,
    in_force,
    known_by,
    network_states,
    status_on,
    takes_effect,
)

RECORDED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def line(
    number: int,
    status: str,
    effective: str = "",
    *,
    recorded: datetime = RECORDED,
    replaces: int | None = None,
    city: int = 1,
    item: str = "R2",
) -> StatusLine:
    first, last = effective_span(effective)
    return StatusLine(
        number, city, item, status, effective, first, last, "", "third_party", "", None, recorded, replaces
    )


@pytest.mark.parametrize(
    ("effective", "first_day"),
    [
        ("2008-10-10", date(2008, 10, 10)),
        ("2001-06", date(2001, 6, 1)),
        ("2013", date(2013, 1, 1)),
        ("2007..2010", date(2007, 1, 1)),
        ("2007-03..2010-06", date(2007, 3, 1)),
        ("about 2016", date(2016, 1, 1)),
        ("", date(2026, 11, 22)),
    ],
)
def test_a_record_counts_from_the_first_day_it_can_mean(effective: str, first_day: date) -> None:
    record = line(1, "adopted", effective)
    assert takes_effect(record) == first_day
    assert status_on([record], first_day) == "adopted"
    assert status_on([record], first_day - timedelta(days=1)) == "unknown"


def test_an_undated_record_counts_from_its_day_in_utc() -> None:
    seoul = timezone(timedelta(hours=9))
    record = line(1, "operating", recorded=datetime(2026, 11, 23, 3, 0, tzinfo=seoul))
    assert takes_effect(record) == date(2026, 11, 22)
    assert status_on([record], date(2026, 11, 21)) == "unknown"
    assert status_on([record], date(2026, 11, 22)) == "operating"


LAPSED_AND_BACK = (
    line(1, "operating", "2012"),
    line(2, "lapsed", "2018-05"),
    line(3, "adopted", "2018-10-01"),
)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(1948, 1, 1), "unknown"),
        (date(2011, 12, 31), "unknown"),
        (date(2012, 1, 1), "operating"),
        (date(2018, 4, 30), "operating"),
        (date(2018, 5, 1), "lapsed"),
        (date(2018, 9, 30), "lapsed"),
        (date(2018, 10, 1), "adopted"),
        (date(2026, 11, 22), "adopted"),
    ],
)
def test_lapsed_then_taken_up_again(day: date, status: str) -> None:
    for order in permutations(LAPSED_AND_BACK):
        assert status_on(order, day) == status


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([line(1, "adopted", "2013"), line(2, "operating", "2013")], "operating"),
        ([line(2, "adopted", "2013"), line(1, "operating", "2013")], "adopted"),
        ([line(1, "adopted", "2013-06"), line(2, "pledged", "2013")], "adopted"),
        ([line(1, "adopted", "2007..2010"), line(2, "pledged", "2008")], "pledged"),
        ([line(1, "lapsed", "2019"), line(2, "operating")], "operating"),
        ([line(1, "operating"), line(2, "lapsed", "2019")], "operating"),
        ([line(1, "operating"), line(2, "lapsed", "2026-11-23")], "operating"),
        ([line(1, "operating"), line(2, "lapsed", "2026-11-22")], "lapsed"),
        ([], "unknown"),
    ],
)
def test_the_last_to_take_effect_wins_and_ties_go_to_the_higher_id(records: list[StatusLine], status: str) -> None:
    for order in permutations(records):
        assert status_on(order, date(2026, 11, 22)) == status


def test_a_replaced_record_counts_on_no_day() -> None:
    records = [
        line(1, "operating", "2012"),
        line(2, "adopted", "2015", replaces=1),
        line(3, "pledged", "2015", replaces=2),
    ]
    assert status_on(records, date(2013, 6, 1)) == "unknown"
    assert status_on(records, date(2020, 1, 1)) == "pledged"


def test_a_correction_that_is_not_yet_in_effect_still_takes_the_old_one_out() -> None:
    records = [line(1, "operating", "2012"), line(2, "operating", "2030", replaces=1)]
    assert in_force(records, date(2026, 1, 1)) is None


def test_what_was_said_can_be_taken_back() -> None:
    records = [line(1, "operating", "2012"), line(2, "unknown", "2015"), line(3, "adopted", "2018")]
    assert [status_on(records, date(year, 6, 1)) for year in (2014, 2016, 2019)] == ["operating", "unknown", "adopted"]
    assert in_force(records, date(2016, 6, 1)) is None
    assert [step.place for step in history(records, date(2016, 6, 1))] == [EARLIER, NOW, LATER]
    assert not has_reversal(history(records, date(2019, 1, 1)))


def test_what_was_known_at_a_moment_follows_the_order_of_recording() -> None:
    hour = timedelta(hours=1)
    records = [
        line(1, "pledged", "2012"),
        line(2, "adopted", "2013", recorded=RECORDED + 5 * hour, replaces=1),
        line(3, "operating", "2014", recorded=RECORDED + hour),  # by a clock that was set back
    ]
    for order in permutations(records):
        known = {hours: [each.id for each in known_by(order, RECORDED + hours * hour)] for hours in (-1, 0, 2, 5)}
        assert known == {-1: [], 0: [1], 2: [1], 5: [1, 2, 3]}
        assert [each.id for each in known_by(order, None)] == [1, 2, 3]


def test_the_network_keeps_cities_and_items_apart() -> None:
    records = [
        line(1, "adopted", "2001", city=1, item="R1"),
        line(2, "lapsed", "2002", city=1, item="R2"),
        line(3, "operating", "2003", city=2, item="R1"),
        line(4, "reported", "2005", city=2, item="R1"),
    ]
    states = network_states(records, date(2004, 1, 1))
    assert {key: record.status for key, record in states.items()} == {
        (1, "R1"): "adopted",
        (1, "R2"): "lapsed",
        (2, "R1"): "operating",
    }


def test_history_says_where_each_record_stands_and_what_turn_it_was() -> None:
    records = [
        line(7, "reported", "2030"),
        *LAPSED_AND_BACK,
        line(4, "pledged", "2011"),
        line(5, "adopted", "2011", replaces=4),
        line(6, "pledged", "2020"),
    ]
    steps = history(records, date(2026, 11, 22))
    assert [(step.record.id, step.place, step.turn) for step in steps] == [
        (4, REPLACED, ""),
        (5, EARLIER, ""),
        (1, EARLIER, ""),
        (2, EARLIER, STOP),
        (3, EARLIER, AGAIN),
        (6, NOW, BACK),
        (7, LATER, ""),
    ]
    assert has_reversal(steps)


@pytest.mark.parametrize(
    ("statuses", "turns"),
    [
        (["lapsed"], [STOP]),
        (["withdrawn", "lapsed"], [STOP, ""]),
        (["adopted", "operating"], ["", ""]),
        (["reported", "operating"], ["", BACK]),
        (["operating", "outside_competence", "adopted"], ["", "", ""]),
        (["withdrawn", "pledged", "adopted"], [STOP, AGAIN, ""]),
    ],
)
def test_turns(statuses: list[str], turns: list[str]) -> None:
    records = [line(number, status, str(2000 + number)) for number, status in enumerate(statuses, start=1)]
    assert [step.turn for step in history(records, date(2026, 1, 1))] == turns


def test_a_reversal_still_to_come_is_not_one_yet() -> None:
    steps = history([line(1, "operating", "2012"), line(2, "lapsed", "2020")], date(2019, 12, 31))
    assert [step.place for step in steps] == [NOW, LATER]
    assert not has_reversal(steps)


def test_met_begins_where_something_was_decided() -> None:
    assert MET == ("adopted", "resourced", "operating", "reported")
