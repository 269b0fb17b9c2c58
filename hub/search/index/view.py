"""One unchanging state of the index, and one question asked of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, Self

import tantivy
from tantivy import Order, Query

from hub.search import tree
from hub.search.index.clauses import Begun, TantivyClauses
from hub.search.index.crossing import Crossed, crossed
from hub.search.index.schema import PLACE, SET_JOINT, SETS
from hub.search.query import build

Filters = Mapping[str, Sequence[str]]
Years = tuple[int | None, int | None]
ANY_YEARS: Years = (None, None)

# tantivy refuses to give back more than 65,000 codes at once; far above those of any facet.
_MOST_CODES = 60_000
# From so many hits on whole sets of codes are counted, unless the sets themselves are more than these.
MANY_HITS = 10_000
_MOST_SETS = 5_000
_MOST_COUNTED = 100  # answers that are kept as long as the state they were counted in: some 40 KB each
_ORDERS = {
    "newest": ("by_date", Order.Desc),
    "confirmed": ("by_confirmed", Order.Desc),
    "oldest": ("by_date", Order.Asc),
    "title": ("by_title", Order.Asc),
    "city": ("by_city", Order.Asc),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Up to which entry of which log an index knows."""

    log_name: str
    position: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the index; threads share it, and it stays as it is whatever is written meanwhile."""

    version: Path
    stamp: tuple[tuple[int, ...], ...]
    index: tantivy.Index
    searcher: tantivy.Searcher
    place: Place
    counted: dict[Any, dict[str, dict[str, int]]] = field(default_factory=dict)
    begun: Begun = field(default_factory=dict)
    too_varied: set[str] = field(default_factory=set)  # facets whose sets of codes are too many to be counted

    @classmethod
    def take(cls, version: Path, stamp: tuple[tuple[int, ...], ...], last: "Snapshot | None") -> Self:
        """Open the newest state; raises ValueError or OSError when the files cannot be read."""
        if last and last.version == version:
            index = last.index
            index.reload()
        else:
            index = tantivy.Index.open(str(version))
            index.config_reader("manual")
        searcher = index.searcher()
        found = searcher.search(Query.term_query(index.schema, "key", PLACE, "basic"), limit=1).hits
        if not found:
            raise ValueError("The index does not say up to where it knows.")
        place = searcher.doc(found[0][1])
        log_name, position = place.get_first("log_name"), place.get_first("position")
        return cls(version, stamp, index, searcher, Place(str(log_name), int(position or 0)))


class View:
    """A question asked of one snapshot: its hits and its counts always agree."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: tree.Node | None,
        kinds: Sequence[str],
        filters: Filters,
        years: Years,
        hidden: Collection[str],
    ) -> None:
        self._searcher, self._counted, self._query = snapshot.searcher, snapshot.counted, query
        self._too_varied, self._total = snapshot.too_varied, 0
        self._make = TantivyClauses(snapshot.index.schema, snapshot.searcher, snapshot.begun)
        self._asked = [] if query is None else [build(query, self._make)]
        self._kinds, self._filters, self._years, self._hidden = kinds, filters, years, hidden

    def _whole(self, but: str = "") -> Query:
        """Give the query with every filter but the one of the facet that is being counted."""
        filters = {name: codes for name, codes in self._filters.items() if name != but}
        kinds = () if but == "kind" else self._kinds
        must, never = self._make.selection(kinds, filters, self._years, self._hidden)
        return self._make.every([*self._asked, *must], never)

    def page(self, sort: str, offset: int, limit: int) -> tuple[int, tuple[str, ...], tuple[float, ...]]:
        """Give the total, and the keys and scores of one page (a score of 0 where something else gives the order)."""
        field, order = _ORDERS.get(sort, (None, Order.Desc))
        # The engine makes room for all hits up to the page, and panics when asked for none.
        beyond = limit < 1 or offset >= self._searcher.num_docs
        offset, limit = (0, 1) if beyond else (offset, min(limit, self._searcher.num_docs))
        found = self._searcher.search(self._whole(), limit=limit, offset=offset, order_by_field=field, order=order)
        hits = [] if beyond else found.hits
        keys = tuple(str(self._searcher.doc(address).get_first("key")) for _, address in hits)
        self._total = total = int(found.count)  # type: ignore[attr-defined]
        return total, keys, tuple(0.0 if field else float(score) for score, _ in hits)

    def counts(self, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Give the counts of each facet, each without the facet's own selection; the next page asks for the same."""
        names, filters = tuple(facets), tuple((name, tuple(codes)) for name, codes in self._filters.items() if codes)
        asked = (self._query, tuple(self._kinds), filters, self._years, frozenset(self._hidden), names)
        if asked not in self._counted:
            if len(self._counted) >= _MOST_COUNTED:
                self._counted.clear()
            self._counted[asked] = self._all_counts(names)
        return {name: dict(counts) for name, counts in self._counted[asked].items()}

    def _all_counts(self, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
        selected = {name for name, codes in self._filters.items() if codes} | ({"kind"} if self._kinds else set())
        counts: dict[str, dict[str, int]] = {}
        for group in (tuple(n for n in names if n not in selected), *((n,) for n in names if n in selected)):
            if group:
                counts |= self._count(group)
        return {name: counts[name] for name in names}

    def _count(self, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
        fields = {name: name for name in names}
        # Without its own selection a facet is counted over more than was found.
        if self._total >= (MANY_HITS // 10 if names[0] in self._filters else MANY_HITS):
            fields |= {name: SETS[name] for name in names if name in SETS and name not in self._too_varied}
        query = self._whole(but=names[0])
        found = self._terms_of(query, fields)
        varied = {name: name for name in names if fields[name] != name and found[name]["sum_other_doc_count"]}
        if varied:
            self._too_varied.update(varied)
            found |= self._terms_of(query, varied)
        return {
            name: _unpacked(lines) if fields[name] != name and name not in varied else lines
            for name, lines in ((name, _lines(found[name])) for name in names)
        }

    def _terms_of(self, query: Query, fields: Mapping[str, str]) -> dict[str, Any]:
        return self._searcher.aggregate(
            query,
            {
                name: {"terms": {"field": field, "size": _MOST_CODES if field == name else _MOST_SETS}}
                for name, field in fields.items()
            },
        )

    def crossed(
        self,
        rows: tuple[str, Sequence[str]],
        columns: tuple[str, Sequence[str]],
        known: Mapping[str, int] | None = None,
    ) -> Crossed:
        """Give the counts of two facets at once, for the codes named of each; `known` as for `crossed`."""
        return crossed(self._searcher, self._whole(), rows, columns, known)

    def ids(self) -> list[int]:
        """Give the ids of all hits."""
        most = max(1, self._searcher.num_docs)
        found = self._searcher.search(self._whole(), limit=most, order_by_field="id", order=Order.Asc)
        return [int(number) for number, _ in found.hits]


def _lines(found: dict[str, Any]) -> dict[str, int]:
    """Give the counts by code; each code is one text in memory, however many answers are kept."""
    return {intern(line["key"]): line["doc_count"] for line in found["buckets"]}


def _unpacked(sets: Mapping[str, int]) -> dict[str, int]:
    """Give how often each code is carried, from how often each set of codes is."""
    counts: dict[str, int] = {}
    for codes, number in sets.items():
        for code in _codes_of(codes):
            counts[code] = counts.get(code, 0) + number
    return counts


@lru_cache(maxsize=_MOST_SETS)
def _codes_of(codes: str) -> tuple[str, ...]:
    return tuple(map(intern, codes.split(SET_JOINT)))
