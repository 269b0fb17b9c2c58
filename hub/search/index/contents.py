"""What the index holds, key by key, with the digest of each document: to compare it with the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tantivy import Occur, Query

from hub.search.index.schema import PLACE
from hub.search.index.view import Snapshot

_KEYS_AT_ONCE = 1000


def digests(snapshot: Snapshot, keys: Collection[str] | None = None) -> dict[str, int]:
    """Give the digest of each document, or of those with the keys; -1 for a key that stands in the index twice."""
    held: dict[str, int] = {}
    for kind in _kinds(snapshot):
        for number, digest in _of_kind(snapshot, kind, keys):
            key = f"{kind}:{number}"
            held[key] = -1 if key in held else digest
    return held


def _kinds(snapshot: Snapshot) -> list[str]:
    asked = {"kinds": {"terms": {"field": "kind", "size": 1000}}}
    found = snapshot.searcher.aggregate(Query.all_query(), asked)
    return [line["key"] for line in found["kinds"]["buckets"]]


def _of_kind(snapshot: Snapshot, kind: str, keys: Collection[str] | None) -> Iterator[tuple[int, int]]:
    searcher, schema = snapshot.searcher, snapshot.index.schema
    of_kind = (Occur.Must, Query.term_query(schema, "kind", kind, "basic"))
    no_place = (Occur.MustNot, Query.term_query(schema, "key", PLACE, "basic"))
    parts: list[list[str]] = [[]]
    if keys is not None:
        wanted = sorted(key for key in keys if key.startswith(f"{kind}:"))
        parts = [wanted[start : start + _KEYS_AT_ONCE] for start in range(0, len(wanted), _KEYS_AT_ONCE)]
    for part in parts:
        clauses = [of_kind, no_place]
        if part:
            clauses.append((Occur.Must, Query.term_set_query(schema, "key", part)))
        query = Query.const_score_query(Query.boolean_query(clauses), 0.0)
        addresses = [address for _, address in searcher.search(query, limit=max(1, searcher.num_docs)).hits]
        numbers = searcher.fast_field_values("id", addresses)
        for number, digest in zip(numbers, searcher.fast_field_values("digest", addresses), strict=True):
            yield int(number or 0), int(digest or 0)
