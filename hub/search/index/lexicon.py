"""The words that documents hold as they are spelled, and which of them is nearest to a word that none holds."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.search.index.view import Snapshot
from hub.search.language.terms import fold, folded

# Of a larger lexicon the words that occur most: the others are seldom meant, and often mistakes themselves.
MOST_WORDS = 50_000
# Comparing one word with so many costs about 10 ms.
MOST_COMPARED = 50_000
MOST_NEAR = 8
SOON_READ = 20_000  # documents
_TOO_SHORT, _ONE_SLIP = 4, 6
_HANGUL_ONE_SLIP = 8
_FIRST_JAMO, _LAST_JAMO = "\u1100", "\u11ff"

_Shelf = tuple[str, int]  # the first letter and the length of the forms on it


@dataclass
class Budget:
    """How many more words may be compared for one question."""

    left: int = MOST_COMPARED


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by the form in which they are compared: without accents, Hangul letter by letter."""

    forms: dict[_Shelf, list[str]] = field(default_factory=dict)
    words: dict[_Shelf, list[tuple[str, int]]] = field(default_factory=dict)  # as spelled; how many documents hold it

    @classmethod
    def read(cls, searcher: tantivy.Searcher) -> Lexicon:
        """Read the lexicon of one state of the index."""
        return cls.of(searcher.terms_with_prefix("words", "", limit=MOST_WORDS))

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int]]) -> Lexicon:
        """Give the lexicon of words in lower case with how often they occur, the most frequent first."""
        made, known = cls(), set[str]()
        for word, count in counted:
            form = word if word.isascii() else unicodedata.normalize("NFD", fold(word))
            if form and form not in known:
                known.add(form)
                shelf = (form[0], len(form))
                made.forms.setdefault(shelf, []).append(form)
                made.words.setdefault(shelf, []).append((word, count))
        return made

    def near(self, word: str, budget: Budget) -> list[tuple[str, int]]:
        """Give words with the slips by which they differ, the nearest first and of equals the most frequent, at most 8.

        Words with the same first letter are looked through before all others: it is seldom the one that is wrong.
        """
        form = unicodedata.normalize("NFD", folded(word))
        slips = slips_allowed(form)
        if not slips:
            return []
        lengths = range(len(form) - slips, len(form) + slips + 1)
        alike = [(form[0], length) for length in lengths]
        others = [shelf for shelf in self.forms if shelf[1] in lengths and shelf[0] != form[0]]
        return self._on(alike, form, slips, budget) or self._on(others, form, slips, budget)

    def _on(self, shelves: Iterable[_Shelf], form: str, slips: int, budget: Budget) -> list[tuple[str, int]]:
        found: list[tuple[int, int, str]] = []
        for shelf in shelves:
            forms = self.forms.get(shelf, ())
            if len(forms) > budget.left:
                break
            budget.left -= len(forms)
            for _, distance, at in process.extract_iter(form, forms, scorer=OSA.distance, score_cutoff=slips):
                word, count = self.words[shelf][at]
                found.append((int(distance), -count, word))
        return [(word, distance) for distance, _, word in sorted(found)[:MOST_NEAR]]


class KeptLexicon:
    """The lexicon of an index, read again only when one in a hundred of its documents may have changed.

    That of a large index takes a fifth of a second: it is read beside, and until then the one before has to do.
    """

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._held: tuple[object, Lexicon] = (None, Lexicon())

    def at(self, snapshot: Snapshot) -> Lexicon:
        """Give the lexicon of this state of the index, or of one shortly before; a word in it may be gone by now."""
        step = max(1, snapshot.searcher.num_docs // 100)
        stamp = (snapshot.version, snapshot.place.position // step)
        if self._held[0] == stamp:
            return self._held[1]
        if snapshot.searcher.num_docs < SOON_READ:
            with self._reading:
                if self._held[0] != stamp:
                    self._held = (stamp, Lexicon.read(snapshot.searcher))
        elif self._reading.acquire(blocking=False):
            threading.Thread(target=self._read, args=(stamp, snapshot), daemon=True).start()
        return self._held[1]

    def _read(self, stamp: object, snapshot: Snapshot) -> None:
        try:
            with suppress(ValueError, OSError):  # the files went; whoever searches next finds out
                self._held = (stamp, Lexicon.read(snapshot.searcher))
        finally:
            self._reading.release()


def slips_allowed(form: str) -> int:
    """Give by how many letters a word may differ and still be meant: a short one by none, a long one by two."""
    is_hangul = any(_FIRST_JAMO <= letter <= _LAST_JAMO for letter in form)
    if len(form) < _TOO_SHORT:
        return 0
    return 1 if len(form) < (_HANGUL_ONE_SLIP if is_hangul else _ONE_SLIP) else 2
