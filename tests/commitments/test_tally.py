"""Counting cities by status: unknown is counted beside what is known."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.commitments.states import StatusLine
from hub.commitments.tally import counted, tallies, total

NOON = datetime(2026, 1, 1, tzinfo=UTC)


def line(city: int, item: str, status: str) -> StatusLine:
    return StatusLine(1, city, item, status, "", None, None, "unknown", "city", "", None, NOON, None)


def test_tallies_add_up_and_count_only_the_cities_named() -> None:
    lines = [line(1, "R1", "adopted"), line(2, "R1", "adopted"), line(3, "R1", "lapsed"), line(9, "R1", "reported")]
    states = {(entry.city_id, entry.item_code): entry for entry in lines}
    first, second = tallies(states, ["R1", "R2"], [1, 2, 3, 4])
    assert (first.cities, first.known, first.unknown) == (4, 3, 1)
    assert {status: number for status, number in first.statuses.items() if number} == {"adopted": 2, "lapsed": 1}
    assert (second.known, second.unknown) == (0, 4)
    assert set(first.statuses) == set(second.statuses)
    counts = total([first, second])
    assert (counts["adopted"], counts["lapsed"], counts["unknown"], counts["reported"]) == (2, 1, 5, 0)


def test_no_cities_at_all() -> None:
    (tally,) = tallies({}, ["R1"], [])
    assert (tally.cities, tally.known, tally.unknown) == (0, 0, 0)


def test_counts_make_the_same_tallies() -> None:
    (tally,) = counted({"R1": {"adopted": 2, "lapsed": 1}}, 4)
    lines = [line(1, "R1", "adopted"), line(2, "R1", "adopted"), line(3, "R1", "lapsed")]
    assert [tally] == tallies({(entry.city_id, "R1"): entry for entry in lines}, ["R1"], [1, 2, 3, 4])
