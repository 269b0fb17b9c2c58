"""Counting cities by status: unknown is counted beside what is known."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.commitments.matrix import Cell, _runs
from hub.commitments.states import StatusLine
from hub.commitments.tally import tallies, total

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


def test_neighbouring_unknown_cells_are_joined() -> None:
    cell = Cell("adopted", "Adopted", "2001", "R1", "Charter")
    assert _runs([None, None, cell, None, cell, cell]) == [2, cell, 1, cell, cell]
    assert _runs([]) == []
