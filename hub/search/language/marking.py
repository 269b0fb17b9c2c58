"""Showing where in a text the searched words are; Whoosh's fragmenter and scorer choose the part worth showing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import whoosh.highlight
from markupsafe import Markup, escape

from hub.search.language.analysis import WORDS, Needle, split_word, terms_by_word
from hub.search.language.terms import GAP

_whoosh: Any = whoosh.highlight


@dataclass(frozen=True, slots=True)
class _Match:
    """A found needle in a text; the attributes are those that Whoosh's fragmenters and scorers read."""

    text: str
    startchar: int
    endchar: int
    boost: float = 1.0


class _Wanted:
    """Needles by what they begin with."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._exact: dict[str, list[Needle]] = {}
        self._begun: list[Needle] = []
        for needle in needles:
            if len(needle) == 1 and needle[0].endswith("*"):
                self._begun.append(needle)
            else:
                self._exact.setdefault(needle[0], []).append(needle)
        self._firsts = frozenset(self._exact)
        self._beginnings = tuple(needle[0][:-1] for needle in self._begun)

    def may_begin_at(self, terms: tuple[str, ...]) -> bool:
        """Tell, quickly, whether a word with these terms is worth a closer look; most are not."""
        if not self._firsts.isdisjoint(terms):
            return True
        return bool(self._begun) and any(term.startswith(self._beginnings) for term in terms)

    def beginning_with(self, term: str) -> list[Needle]:
        """Give the needles whose first term may be this one."""
        return [*self._exact.get(term, ()), *self._begun]


def _matches(text: str, needles: Iterable[Needle], language: str) -> list[_Match]:
    wanted = _Wanted(needles)
    words = list(WORDS.finditer(text))
    terms = list(terms_by_word([word.group() for word in words], language))
    matches = []
    for at, here in enumerate(terms):
        if not wanted.may_begin_at(here):
            continue
        for of, term in enumerate(here):
            for needle in wanted.beginning_with(term):
                places = list(islice(_from(terms, at, of), len(needle)))
                found = [terms[word][which] for word, which in places]
                if len(found) == len(needle) and all(map(_fits, needle, found)):
                    (word, which), (last_word, last_which) = places[0], places[-1]
                    start, _ = _span(words[word], which, language)
                    _, end = _span(words[last_word], last_which, language)
                    matches.append(_Match(" ".join(needle), start, end))
    return matches


def _from(terms: list[tuple[str, ...]], at: int, of: int) -> Iterator[tuple[int, int]]:
    """Give where each term from a certain one on is: its word, and which of that word's terms it is."""
    for word in range(at, len(terms)):
        for term in range(of if word == at else 0, len(terms[word])):
            yield word, term


def _span(word: re.Match[str], of: int, language: str) -> tuple[int, int]:
    _, first, last = split_word(word.group(), language)[of]
    return word.start() + first, word.start() + last


def _fits(wanted: str, term: str) -> bool:
    return wanted in (term, GAP) or (wanted[-1] == "*" and term.startswith(wanted[:-1]))


def highlight(text: str, needles: Iterable[Needle], language: str) -> Markup:
    """Give a text as HTML, escaped, with what was searched inside <mark>."""
    return _marked(text, 0, len(text), _matches(text, needles, language))


def _marked(text: str, start: int, end: int, matches: list[_Match]) -> Markup:
    parts: list[Markup] = []
    at = start
    for first, last in _merged(matches):
        first, last = max(first, start), min(last, end)
        if first < last:
            parts += escape(text[at:first]), Markup("<mark>{}</mark>").format(text[first:last])
            at = last
    return Markup("").join([*parts, escape(text[at:end])])


def _merged(matches: list[_Match]) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for first, last in sorted((m.startchar, m.endchar) for m in matches):
        if current and first <= current[1]:
            current = current[0], max(current[1], last)
        else:
            if current:
                yield current
            current = first, last
    if current:
        yield current


def fragment(text: str, needles: Iterable[Needle], language: str, limit: int = 240) -> Markup:
    """Give the most telling part of a text, about limit characters, marked; its beginning when nothing is found."""
    matches = _matches(text, needles, language)
    cut = _whoosh.PinpointFragmenter(maxchars=limit * 2 // 3, surround=limit // 4, charlimit=None)
    score = _whoosh.BasicFragmentScorer()
    best = max(cut.fragment_matches(text, matches), key=lambda part: (score(part), -part.startchar), default=None)
    if best is None:
        start, end = 0, limit
    else:
        first, last = best.matches[0].startchar, max(m.endchar for m in best.matches)
        start = max(0, first - max(0, limit - (last - first)) // 3)
        end = max(last, start + limit)
    if end < len(text):
        end = max(text.rfind(" ", start, end + 1), last if best else 0) if " " in text[start:end] else end
    if start > 0:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    before, after = "… " if start > 0 else "", " …" if end < len(text) else ""
    return escape(before) + _marked(text, start, end, matches) + escape(after)
