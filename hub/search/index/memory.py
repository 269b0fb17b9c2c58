"""An index in memory that holds one document: to ask which of many questions find it, without a node's index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import tantivy

from hub.search import tree
from hub.search.documents import SearchDocument
from hub.search.facets import FACET_NAMES
from hub.search.index.schema import document, place, register, schema
from hub.search.index.view import ANY_YEARS, Place, Snapshot, View
from hub.search.language.analysis import Needle
from hub.search.language.spelled import beginnings
from hub.search.language.terms import GAP
from hub.search.query import build

HEAP = 15_000_000  # bytes, the least that a writer of tantivy works with
_MOST_TERMS = 1 << 20


class Answer(IntEnum):
    """What can be said of a question without asking the index; of several parts the least or the greatest holds."""

    NO = 0
    PERHAPS = 1
    YES = 2


class MemoryIndex:
    """An index that stands on no disk and never changes; it answers by the same query as a node's index."""

    def __init__(self, given: SearchDocument) -> None:
        index = tantivy.Index(schema())
        register(index)
        writer = index.writer(HEAP, 1)
        writer.add_document(document(given))
        writer.add_document(place("memory", 0))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        self._kind = given.kind
        self._snapshot = Snapshot(Path(), (), index, searcher, Place("memory", 0))
        self._quick = QuickClauses(given, _terms(searcher, "text"), _terms(searcher, "title"))

    def finds(self, query: tree.Node | None) -> bool:
        """Tell whether the document matches the tree."""
        answer = Answer.YES if query is None else build(query, self._quick)
        return self._asked(query) if answer == Answer.PERHAPS else answer == Answer.YES

    def _asked(self, query: tree.Node | None) -> bool:
        total, _keys, _scores = View(self._snapshot, query, (self._kind,), {}, ANY_YEARS, ()).page("newest", 0, 1)
        return total > 0


def _terms(searcher: tantivy.Searcher, field: str) -> frozenset[str]:
    return frozenset(term for term, _ in searcher.terms_with_prefix(field, "", limit=_MOST_TERMS))


class QuickClauses:
    """Answers by the terms of the one document, without their places: single words, beginnings and codes for certain.

    Most of many questions end here, twenty times as fast as in the index; phrases and ranges are asked there.
    """

    def __init__(self, given: SearchDocument, text: frozenset[str], title: frozenset[str]) -> None:
        self._given, self._text, self._title = given, text, title

    def sequences(self, needles: Sequence[Needle], *, in_title: bool) -> Answer:
        """One of the sequences of terms stands in the text."""
        held = self._title if in_title else self._text
        found = [terms for needle in needles if held.issuperset(terms := [term for term in needle if term != GAP])]
        if any(len(terms) == 1 for terms in found):
            return Answer.YES
        return Answer.PERHAPS if found else Answer.NO

    def beginning(self, prefix: str, before: Needle, *, in_title: bool) -> Answer:
        """A term with this beginning stands in the text, right after the terms before it."""
        if before or in_title or not prefix:
            return Answer.PERHAPS
        # A stem may be shorter than the beginning. A node's index knows such words from the titles of other cases.
        at = bisect_left(self._words, prefix)
        return Answer.YES if at < len(self._words) and self._words[at].startswith(prefix) else Answer.PERHAPS

    @cached_property
    def _words(self) -> list[str]:
        """The terms of the text, and its words as they are spelled, in order."""
        texts = (f"{each.title}\n{each.summary}\n{each.body}" for each in self._given.texts)
        return sorted({*self._text, *(word for text in texts for word in beginnings(text))})

    def codes(self, facet: str, codes: Sequence[str]) -> Answer:
        """One of the codes is among those of the facet."""
        if facet not in FACET_NAMES:
            return Answer.PERHAPS
        return Answer.NO if set(codes).isdisjoint(self._given.facets.get(facet, ())) else Answer.YES

    def codes_beginning(self, facet: str, prefixes: Sequence[str]) -> Answer:
        """A code of the facet begins with one of these."""
        return Answer.PERHAPS

    def written_in(self, languages: Sequence[str]) -> Answer:
        """The text was written in one of the languages."""
        return Answer.PERHAPS

    def years(self, low: int | None, high: int | None) -> Answer:
        """The year lies between the two."""
        return Answer.PERHAPS

    def above(self, part: Answer) -> Answer:
        """The part holds; its rank does not matter where nothing else is found."""
        return part

    def every(self, parts: Sequence[Answer], none_of: Sequence[Answer] = ()) -> Answer:
        """All parts hold and none of the others."""
        return min([*parts, *(Answer(Answer.YES - part) for part in none_of)], default=Answer.YES)

    def some(self, parts: Sequence[Answer]) -> Answer:
        """At least one part holds."""
        return max(parts, default=Answer.NO)
