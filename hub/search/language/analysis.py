"""Texts and words into index terms, language by language; stop words are Whoosh's, stems are Snowball's.

Words are cut by one regular expression rather than by Whoosh's tokenizer: the same terms in half the time (decision 1).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from whoosh.lang.stopwords import stoplists

from hub.search.language.terms import GAP, PARTICLE, STEMMERS, WORD, fold, folded, normal, split

# Terms that stand one after another, "_" for any one word between; a last one that ends in "*" is a beginning.
Needle = tuple[str, ...]

# "Estado de derecho" is the rule of law, not an auxiliary verb.
_KEPT = frozenset({"estado", "estados"})
_STOPS = {language: frozenset(map(folded, stoplists[language])) - _KEPT for language in STEMMERS}
# The article before a French vowel and the English genitive are no words of their own: l'égalité, women's.
_ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"])
WORDS = re.compile(rf"{WORD}(?:['’](?:[sS]\b|(?=[^\W_])))?")
_MOST_WORDS = 1 << 15
_APOSTROPHE = re.compile("['’]")


@lru_cache(maxsize=1 << 12)
def split_word(word: str, language: str) -> tuple[tuple[str, int, int], ...]:
    """Give the terms of a word as written, each with the part of the word it stands for (from, to)."""
    bare, *after = _APOSTROPHE.split(word)
    if after == [""] and bare.lower() in _ELIDED:
        return ()
    text = normal(bare)
    if fold(text) in _STOPS.get(language, ()):
        return ((GAP, 0, len(bare)),)
    found = split(text, language)
    if len(text) == len(bare):
        return found
    # Composing letters moves the offsets.
    return tuple((term, 0, len(bare)) for term, _, _ in found)


class _Terms(dict[str, tuple[str, ...]]):
    """The terms of each word met lately in one language; a plain dict answers faster than a cached function."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _MOST_WORDS:
            self.clear()
        terms = tuple(term for term, _, _ in split_word(word, self.language))
        self[word] = terms
        return terms


_CACHES = {language: _Terms(language) for language in (*STEMMERS, "")}


def terms_by_word(words: Iterable[str], language: str) -> Iterator[tuple[str, ...]]:
    """Give the terms of each word; an unknown language is not stemmed."""
    return map(_CACHES.get(language, _CACHES[""]).__getitem__, words)


def analyse(text: str, language: str) -> list[str]:
    """Give the terms of a text in order, with "_" where a stop word stood; an unknown language is not stemmed."""
    return list(chain.from_iterable(terms_by_word(WORDS.findall(text), language)))


def query_terms(text: str) -> tuple[Needle, ...]:
    """Give what a word or phrase may look like in the index: one sequence of terms per language, without doubles.

    A Hangul word is a sequence of pairs, without the particle at its end too. Gaps at either end go; a stop word gives
    its form in other languages.
    """
    variants: dict[Needle, None] = {}
    bare = PARTICLE.sub("", unicodedata.normalize("NFKC", text))
    for form, language in (*((text, language) for language in (*STEMMERS, "")), (bare, "")):
        terms = analyse(form, language)
        while terms and terms[0] == GAP:
            terms.pop(0)
        while terms and terms[-1] == GAP:
            terms.pop()
        if terms:
            variants[tuple(terms)] = None
    return tuple(variants)


def stopped_in(text: str) -> tuple[str, ...]:
    """Give the languages in which a word is a stop word, and therefore in no index of a text in that language."""
    return tuple(language for language in STEMMERS if set(analyse(text, language)) == {GAP})


def prefix_terms(text: str) -> tuple[str, Needle]:
    """Give the beginning that index terms must have, and the terms before it ("human right*" as typed in one word)."""
    terms = analyse(text, "")
    return (terms[-1], tuple(terms[:-1])) if terms else ("", ())
