"""How quick the search is: whole pages of a real node, the index alone, and plain SQLite FTS5 beside, as it grows.

    python -m bench.search [--keep-index] [CASES ...]        (1,000 and 10,000; with HUB_DRILL=full 100,000 too)

Every page is made anew (none is kept in memory) by one `hub serve` on a made-up network (bench.network). Prints p50
and p95 of each class, on the clock and on the processor of the web process; then what the worst questions, an update
and a rebuild take, and what grows with the network. Ends with 1 where a question is not answered, takes more than 200
ms of the processor, or is counted otherwise by FTS5.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

from bench._asking import Pairs, classes, hostile, warm_up
from bench._fts import Fts
from bench._updates import measure_updates
from bench._web import Took, Web, rebuild, serving
from bench.network import ensure
from hub.search.asking import understand
from hub.search.criteria import Criteria
from hub.search.facets import FACET_NAMES
from hub.search.index.store import Index
from hub.search.index.view import ANY_YEARS
from hub.search.sources import everything
from tests.nodes import app_of, inside

FTS_TIMES = 10  # questions of a class that FTS5 is asked: it takes long
MOST_CPU = 200  # ms of the processor that any question may take
MOST_APART = 0.003  # of the total, between the index and FTS5
NOT_OF_FTS = {"label", "map", "matrix"}  # FTS5 knows no labels, and the views are counts of another kind
COUNTED_OTHERWISE = {"prefix"}  # the index searches the commonest words with a beginning, FTS5 all of them


@dataclass
class Row:
    """All that was measured of one class of questions."""

    pages: list[Took] = field(default_factory=list)
    index: list[float] = field(default_factory=list)  # ms on the processor
    fts: list[float] = field(default_factory=list)
    apart: float = 0.0  # the largest difference of a total between the index and FTS5, as a part of it


def p50_p95(values: list[float]) -> tuple[float, float]:
    """Return the middle and the nearest rank of 95 %."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def cpu_taken(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the ms that this process was on the processor, and what the work gave."""
    before = time.process_time()
    given = work()
    return (time.process_time() - before) * 1000, given


def ask_index(index: Index, criteria: Criteria) -> int:
    """Ask the index as the page does; returns the total."""
    return index.search(
        understand(criteria.q).tree, kinds=("case",), filters=criteria.filters, years=criteria.years,
        facets=FACET_NAMES, sort=criteria.sort, offset=criteria.offset, limit=criteria.per_page,
    ).total  # fmt: skip


def ask_fts(fts: Fts, criteria: Criteria) -> int:
    """Ask FTS5 the same; returns the total."""
    taken = {facet: codes for facet, codes in criteria.filters.items() if codes}
    return fts.ask(understand(criteria.q).tree, taken, FACET_NAMES, criteria.offset, criteria.per_page)


def measure_class(web: Web, index: Index, fts: Fts, name: str, questions: list[Pairs]) -> Row:
    """Ask all questions of a class in each of the three ways."""
    row = Row()
    for number, pairs in enumerate(questions):
        data: dict[str, object] = {}
        for key, value in pairs:
            data[key] = [value] if key in FACET_NAMES else value
        criteria = Criteria.build(data)
        status, _, took = web.ask(f"/cases/?{urlencode(pairs)}")
        if status != 200:
            raise SystemExit(f"/cases/?{urlencode(pairs)} answers {status}")
        alone, total = cpu_taken(partial(ask_index, index, criteria))
        beside, other = 0.0, total
        if name not in NOT_OF_FTS and number < FTS_TIMES:
            beside, other = cpu_taken(partial(ask_fts, fts, criteria))
        row.pages.append(took)
        row.index.append(alone)
        row.fts += [beside] * (number < FTS_TIMES)
        if criteria.years == ANY_YEARS:  # FTS5 is not told of years
            row.apart = max(row.apart, abs(total - other) / max(total, other, 1))
    return row


def print_row(name: str, row: Row) -> None:
    """Print one line of the table."""
    numbers = [*p50_p95([took.wall for took in row.pages]), *p50_p95([took.cpu for took in row.pages])]
    numbers += p50_p95(row.index)
    beside = "       -       -" if name in NOT_OF_FTS else "".join(f"{value:8.1f}" for value in p50_p95(row.fts))
    print(f"  {name:11}" + "".join(f"{value:8.1f}" for value in numbers) + beside, flush=True)


def measure_hostile(web: Web) -> int:
    """Ask the worst questions three times each and print those that took most; returns how many are too much."""
    found = []
    for name, address in hostile().items():
        # The quickest of three: what the machine did meanwhile is not the question's doing. Each asks for another
        # first year, or its counts would be known from before.
        answers = [web.ask(f"{address}{'&' if '?' in address else '?'}year_from={year}") for year in (1001, 1002, 1003)]
        found.append((min(took.cpu for _, _, took in answers), name, {status for status, _, _ in answers}))
    found.sort(reverse=True, key=lambda each: each[0])
    print(f"  the worst of {len(found)} hostile questions, ms on the processor (goal {MOST_CPU}):")
    for cpu, name, statuses in found[:8]:
        print(f"    {cpu:6.0f}  {name} ({', '.join(map(str, sorted(statuses)))})")
    failed = [f"{name} answers {statuses}" for _, name, statuses in found if any(status >= 500 for status in statuses)]
    failed += [f"{name} takes {cpu:.0f} ms" for cpu, name, _ in found if cpu > MOST_CPU]
    for line in failed:
        print(f"  FAILED: {line}")
    return len(failed)


def measure(count: int, *, keep_index: bool) -> tuple[dict[str, Row], int]:
    """Measure one size of network, print its table, and return the rows and how many musts were missed."""
    network = ensure(count)
    print(f"== {count:,} cases, {'index kept' if keep_index else rebuild(network)}", flush=True)
    rows: dict[str, Row] = {}
    with serving(network) as web, inside(app_of(network.environment)):
        fts = Fts(network.folder / "fts5.sqlite")
        if not fts.is_whole():
            seconds, _ = cpu_taken(lambda: fts.fill(each for each in everything() if each.kind == "case"))
            print(f"  FTS5 filled in {seconds / 1000:.0f} s on the processor, with the reading of the rows")
        print(f"  FTS5: {fts.bytes() / 1e6:.0f} MB")
        print(f"  {'ms':11}{'page':>8}{'p95':>8}{'CPU':>8}{'p95':>8}{'index':>8}{'p95':>8}{'FTS5':>8}{'p95':>8}")
        index = Index.open(network.index_dir())
        measure_class(web, index, fts, "label", warm_up())
        for name, questions in classes().items():
            rows[name] = measure_class(web, index, fts, name, questions)
            print_row(name, rows[name])
        failed = measure_hostile(web)
        held, own = web.memory()
        print(f"  the web process: {held:.0f} MB, {own:.0f} MB of them its own")
        with serving(network) as second:
            measure_updates([web.port, second.port])
    apart = {name: row.apart for name, row in rows.items() if row.apart > MOST_APART and name not in COUNTED_OTHERWISE}
    for name, part in apart.items():
        print(f"  FAILED: {name}: a total of FTS5 is {part:.1%} apart")
    return rows, failed + len(apart)


def main(*counts: int, keep_index: bool = False) -> int:
    """Print the tables; returns how many musts were missed."""
    counts = counts or ((1_000, 10_000, 100_000) if os.environ.get("HUB_DRILL") == "full" else (1_000, 10_000))
    measured = [(count, *measure(count, keep_index=keep_index)) for count in sorted(counts)]
    if len(measured) > 1:
        print("== growth: p50 on the processor, page / index / FTS5, with all cases to with the fewest")
        for name, least in measured[0][1].items():
            most = measured[-1][1][name]
            ratios = [
                p50_p95(more)[0] / max(p50_p95(less)[0], 0.01)
                for more, less in (
                    ([took.cpu for took in most.pages], [took.cpu for took in least.pages]),
                    (most.index, least.index),
                    (most.fts, least.fts),
                )
            ]
            print(f"  {name:11}" + "".join(f"{ratio:8.1f}" for ratio in ratios))
    return sum(failed for _, _, failed in measured)


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each != "--keep-index"]
    sys.exit(min(main(*map(int, given), keep_index=len(given) < len(sys.argv) - 1), 1))
