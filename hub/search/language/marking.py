"""Showing where in a text the searched words are; Whoosh's fragmenter and scorer choose the part worth showing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

import whoosh.highlight
from markupsafe import Markup, escape

from hub.search.language.analysis import WORDS, Needle, split_word, terms_by_word
from hub.search.language.likely import starts
from hub.search.language.terms import GAP

_whoosh: Any = whoosh.highlight
MOST_MATCHES = 200  # in one text: what asks for every word need not have every word marked
_GENITIVE = re.compile(r"[^\W_]['’]")


@dataclass(frozen=True, slots=True)
class _Match:
    """A found needle in a text; the attributes are those that Whoosh's fragmenters and scorers read."""

    text: str
    startchar: int
    endchar: int
    boost: float = 1.0


class _Wanted:
    """Needles by what they begin with: single terms, beginnings of terms, and several terms in a row."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._singles = frozenset(needle[0] for needle in needles if len(needle) == 1 and not needle[0].endswith("*"))
        self._beginnings = tuple(needle[0][:-1] for needle in needles if len(needle) == 1 and needle[0].endswith("*"))
        self._rows: dict[str, list[Needle]] = {}
        for needle in needles:
            if len(needle) > 1:
                self._rows.setdefault(needle[0], []).append(needle)
        self._firsts = self._singles.union(self._rows)
        self.firsts = self._firsts.union(self._beginnings)

    def may_begin_at(self, terms: tuple[str, ...]) -> bool:
        """Tell, quickly, whether a word with these terms is worth a closer look; most are not."""
        if not self._firsts.isdisjoint(terms):
            return True
        return bool(self._beginnings) and any(term.startswith(self._beginnings) for term in terms)

    def is_single(self, term: str) -> bool:
        """Tell whether a term alone is one of the needles."""
        return term in self._singles or (bool(self._beginnings) and term.startswith(self._beginnings))

    def rows(self, term: str) -> Sequence[Needle]:
        """Give the needles of several terms that begin with this one."""
        return self._rows.get(term, ())


@lru_cache(maxsize=64)
def _wanted(needles: tuple[Needle, ...]) -> _Wanted:
    return _Wanted(needles)


def _matches(text: str, needles: Iterable[Needle], language: str) -> list[_Match]:
    """Give where the needles are, in their order; of very many, the first."""
    wanted = _wanted(tuple(needles))
    matches: list[_Match] = []
    for word in _likely(text, wanted.firsts):
        here = _terms(word, language)
        if not wanted.may_begin_at(here):
            continue
        for of, term in enumerate(here):
            if wanted.is_single(term):
                matches.append(_Match(term, *_span(_Place(word, of, term), language)))
            for needle in wanted.rows(term):
                places = list(islice(_from(text, word, of, language), len(needle)))
                if len(places) == len(needle) and all(
                    _fits(one, place.term) for one, place in zip(needle, places, strict=True)
                ):
                    (first, _), (_, last) = _span(places[0], language), _span(places[-1], language)
                    matches.append(_Match(" ".join(needle), first, last))
        if len(matches) >= MOST_MATCHES:
            break
    return matches


def _likely(text: str, firsts: frozenset[str]) -> Iterator[re.Match[str]]:
    """Give the words of a text that may hold one of the terms, in their order."""
    found = starts(text, firsts)
    if found is None:
        yield from WORDS.finditer(text)
        return
    for start in found:
        word = WORDS.match(text, start)
        if word is not None and not (word.group() in "sS" and _GENITIVE.match(text, max(0, start - 2))):
            yield word


def _terms(word: re.Match[str], language: str) -> tuple[str, ...]:
    return next(terms_by_word((word.group(),), language))


class _Place(NamedTuple):
    """A term in a text: its word, and which of that word's terms it is."""

    word: re.Match[str]
    of: int
    term: str


def _from(text: str, first: re.Match[str], of: int, language: str) -> Iterator[_Place]:
    """Give the terms of a text from a certain one on."""
    for word in chain((first,), WORDS.finditer(text, first.end())):
        terms = _terms(word, language)
        for which in range(of if word is first else 0, len(terms)):
            yield _Place(word, which, terms[which])


def _span(place: _Place, language: str) -> tuple[int, int]:
    _, first, last = split_word(place.word.group(), language)[place.of]
    return place.word.start() + first, place.word.start() + last


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
