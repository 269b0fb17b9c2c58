"""The search turned round: which of many searches find one document."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from hub.search import tree
from hub.search.asking import understand
from hub.search.criteria import Criteria
from hub.search.documents import SearchDocument
from hub.search.index.memory import MemoryIndex
from hub.vocabularies.queries import Vocabulary, vocabulary

Key = TypeVar("Key", bound=Hashable)
MOST_READINGS = 10_000


def finding(document: SearchDocument, searches: Mapping[Key, Criteria]) -> list[Key]:
    """Return the keys of those searches that find a document, as the list of cases would.

    The document stands alone in an index in memory, made once, and the words ask it what they would ask a node's index.
    Filters and years are looked up in the document itself; the same words are read and asked once, however many
    searches hold them.
    """
    words = vocabulary()
    allowed = {key: criteria for key, criteria in searches.items() if _lets_through(criteria, document)}
    if not allowed:
        return []
    index = MemoryIndex(document)
    found = {text: index.finds(_readings.tree(text, words)) for text in {each.q for each in allowed.values()}}
    return [key for key, criteria in allowed.items() if found[criteria.q]]


def _lets_through(criteria: Criteria, document: SearchDocument) -> bool:
    """Tell whether the filters and years let a document through."""
    first, last = criteria.years
    if document.year is None and (first is not None or last is not None):
        return False
    if document.year is not None and not (first or document.year) <= document.year <= (last or document.year):
        return False
    return all(not set(codes).isdisjoint(document.facets.get(name, ())) for name, codes in criteria.filters.items())


class _Readings:
    """What words ask for, kept from one document to the next while the vocabularies stay as they are."""

    def __init__(self) -> None:
        self._held: tuple[Vocabulary | None, dict[str, tree.Node | None]] = (None, {})

    def tree(self, text: str, words: Vocabulary) -> tree.Node | None:
        """Give the tree of a text; its labels are looked up in these vocabularies."""
        of, trees = self._held
        if of is not words or len(trees) >= MOST_READINGS:
            trees = {}
            self._held = (words, trees)
        if text not in trees:
            trees[text] = understand(text).tree
        return trees[text]


_readings = _Readings()
