"""Counts of two facets at once, as a table has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tantivy
from tantivy import Query


@dataclass(frozen=True, slots=True)
class Crossed:
    """How many hits carry both a code of the rows and one of the columns, and how many carry each of the columns."""

    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)


def crossed(
    searcher: tantivy.Searcher,
    asked: Query,
    rows: tuple[str, Sequence[str]],
    columns: tuple[str, Sequence[str]],
    known: Mapping[str, int] | None = None,
) -> Crossed:
    """Count what matches by the codes of two facets, in one pass; codes not named are not counted.

    `known` are the counts of the columns, where they are known.
    """
    if not columns[1]:
        return Crossed()
    inner = _terms(*columns)
    wanted: dict[str, Any] = {"columns": inner} if known is None else {}
    if rows[1]:
        wanted["rows"] = {**_terms(*rows), "aggs": {"columns": inner}}
    found = searcher.aggregate(asked, wanted) if wanted else {}
    cells = {line["key"]: _counts(line["columns"]) for line in found.get("rows", {"buckets": ()})["buckets"]}
    if known is not None:
        return Crossed(cells, {code: known[code] for code in columns[1] if known.get(code)})
    return Crossed(cells, _counts(found["columns"]))


def _terms(facet: str, codes: Sequence[str]) -> dict[str, Any]:
    return {"terms": {"field": facet, "size": len(codes), "include": list(codes)}}


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {line["key"]: line["doc_count"] for line in found["buckets"]}
