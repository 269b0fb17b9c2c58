"""Few rows in which every two values of different columns meet at least once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

Row = tuple[Any, ...]


def all_rows(*columns: Sequence[Any]) -> list[Row]:
    """Return every combination."""
    return list(product(*columns))


def pairwise(*columns: Sequence[Any]) -> list[Row]:
    """Return rows, the same each time, so that every pair of values of two columns stands in one of them.

    Raises ValueError for a column without values.
    """
    if not all(columns):
        raise ValueError("a column has no values")
    if len(columns) == 1:
        return [(value,) for value in columns[0]]
    sizes = [range(len(column)) for column in columns]
    missing = {((a, i), (b, j)) for a, b in combinations(range(len(columns)), 2) for i in sizes[a] for j in sizes[b]}
    used = [[0] * len(column) for column in columns]
    rows = []
    while missing:
        row = dict(min(missing))
        for place in range(len(columns)):
            if place not in row:
                row[place] = max(sizes[place], key=lambda value: _worth(row, (place, value), missing, used))
        missing -= set(combinations(sorted(row.items()), 2))
        for place, value in row.items():
            used[place][value] += 1
        rows.append(tuple(columns[place][row[place]] for place in range(len(columns))))
    return rows


def _worth(row: dict[int, int], cell: tuple[int, int], missing: set[Any], used: list[list[int]]) -> tuple[int, int]:
    """Tell how many missing pairs a cell would bring; of equals, the value used least is the better one."""
    brought = sum(tuple(sorted((other, cell))) in missing for other in row.items())
    return brought, -used[cell[0]][cell[1]]
