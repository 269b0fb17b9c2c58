"""The words of a text as people spell them, to guess what was meant and to find what somebody begins to type."""

import re
from collections.abc import Iterator
from functools import lru_cache

from hub.search.language.analysis import WORDS
from hub.search.language.terms import LONGEST, clean, folded, normal

_APOSTROPHE = re.compile("['’]")
_HANGUL = re.compile("[가-힣]+")
# Korean joins these to a noun; what remains is the noun alone. Others, like 이 or 의, end too many nouns themselves.
_PARTICLE = re.compile("(?<=..)(?:을|를|은|는|에서|에게|으로|부터|까지)$")
SHORTEST = 4
_SHORTEST_HANGUL = 2


def spelled(text: str) -> Iterator[str]:
    """Yield the words worth guessing at, in lower case with their accents: of letters alone, 4 at least (2 Hangul)."""
    for word in WORDS.findall(clean(text)):
        yield from _forms(word)


@lru_cache(maxsize=1 << 14)
def _forms(word: str) -> tuple[str, ...]:
    form = normal(_APOSTROPHE.split(word)[0])
    if not form.isalpha() or len(form) > LONGEST:
        return ()
    if _HANGUL.fullmatch(form):
        if len(form) < _SHORTEST_HANGUL:
            return ()
        return tuple(dict.fromkeys((form, _PARTICLE.sub("", form))))
    return (form,) if len(form) >= SHORTEST else ()


def beginnings(text: str) -> Iterator[str]:
    """Yield the words of a text as they are compared while somebody types: lower case, without accents."""
    for word in WORDS.findall(clean(text)):
        form = folded(word)[:LONGEST]
        yield from _APOSTROPHE.split(form)
