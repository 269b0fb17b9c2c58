"""Which of the cases found do not hold the words, but carry a tag whose label the words are."""

from __future__ import annotations

from collections.abc import Sequence

from hub.search import tree
from hub.search.asking import Asked
from hub.search.index.store import Index
from hub.search.results import Tag


def found_by_tags(index: Index, asked: Asked, keys: Sequence[str]) -> dict[int, tuple[Tag, ...]]:
    """Return by case id the tags without which a case on this page would not have been found.

    At most one question more for the words and one for each tag, of the cases of one page. Raises Unavailable.
    """
    if not asked.tags or not keys or asked.tree is None:
        return {}
    words = untagged(asked.tree)
    by_words = set(_those(index, words, keys)) if words is not None else set()
    rest = [key for key in keys if key not in by_words]
    found: dict[int, tuple[Tag, ...]] = {}
    for tag in asked.tags if rest else ():
        for key in _those(index, None, rest, tag):
            number = int(key.partition(":")[2])
            found[number] = (*found.get(number, ()), tag)
    return found


def _those(index: Index, asked: tree.Node | None, keys: Sequence[str], tag: Tag | None = None) -> tuple[str, ...]:
    filters: dict[str, Sequence[str]] = {"key": keys}
    if tag is not None:
        filters[tag[0]] = (tag[1],)
    return index.search(asked, filters=filters, limit=len(keys)).keys


def untagged(node: tree.Node) -> tree.Node | None:
    """Return a tree without the tags beside its words; None where nothing is left to ask for."""
    match node:
        case tree.Tagged():
            return None
        case tree.Or(parts):
            left = tuple(part for part in map(untagged, parts) if part is not None)
            return left[0] if len(left) == 1 else tree.Or(left) if left else None
        case tree.And(parts):
            asked = tuple(map(untagged, parts))
            kept = tuple(part for part in asked if part is not None)
            return tree.And(kept) if len(kept) == len(asked) else None
    return node
