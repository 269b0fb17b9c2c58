"""Finding quickly the few words of a long text that may be among those searched; most are not worth stemming."""

import re
import unicodedata
from functools import lru_cache

from hub.search.language.terms import PAIRED_CHARACTERS, SHIFTING, fold

_SHIFTING = re.compile(f"[{SHIFTING}]")
_PAIRED = re.compile(f"[{PAIRED_CHARACTERS}]")
# After the first letter: no other stood before it.
_AFTER_NONE = r"(?<![^\W_].)"
_LAST = 0x2000  # beyond it no letter has a base letter of its own
_ALIKE = {"i": "iy", "y": "iy"}  # "dying" has the stem "die"


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Give, for each base letter or pair of them, the single characters that become it: é is an e, œ is oe."""
    found: dict[str, str] = {}
    for code in range(0x80, _LAST):
        character = chr(code)
        if character.isalpha() and character.islower():
            bare = fold(character)
            for part in {bare, bare[:1]}:
                found[part] = found.get(part, "") + character
    return found


def _letter(letter: str, *, is_ascii: bool) -> str:
    """Give a pattern for one letter of a term in all its spellings."""
    spelled = "".join(each + ("" if is_ascii else _spellings().get(each, "")) for each in _ALIKE.get(letter, letter))
    return f"[{re.escape(spelled)}]" if len(spelled) > 1 else re.escape(spelled)


@lru_cache(maxsize=512)
def _patterns(terms: frozenset[str], *, is_ascii: bool) -> tuple[re.Pattern[str], ...]:
    """Give what matches, in small letters, where a term may stand: two letters of a word survive all stemming.

    Each begins with one character or class, which is searched for many times faster than a choice of several.
    """
    found: dict[str, None] = {}
    begins = _AFTER_NONE if is_ascii else ""  # one of a script without spaces may stand there: see `_begins`
    for term in sorted(filter(None, terms)):
        if _PAIRED.match(term):
            found[re.escape(term)] = None
            continue
        first, *after = (_letter(letter, is_ascii=is_ascii) for letter in term[:2])
        found[f"{first}{begins}{''.join(after)}"] = None
        ligatures = "" if is_ascii or not after else _spellings().get(term[:2], "")
        if ligatures:
            found[f"[{ligatures}]{begins}"] = None
    return tuple(map(_compiled, found))


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Give the pattern, kept: two letters are soon met again, and Python itself keeps few."""
    return re.compile(pattern)


def starts(text: str, terms: frozenset[str]) -> list[int] | None:
    """Give where the words begin that may hold one of the terms, or None where only reading all of them can tell.

    That is so where small letters, composed letters and invisible signs would move the places.
    """
    small, is_ascii = text.lower(), text.isascii()
    if not is_ascii and (
        len(small) != len(text) or _SHIFTING.search(text) or not unicodedata.is_normalized("NFKC", small)
    ):
        return None
    found = {match.start() for pattern in _patterns(terms, is_ascii=is_ascii) for match in pattern.finditer(small)}
    return sorted({_beginning_of_word(small, place) for place in found if is_ascii or _begins(small, place)})


def _begins(text: str, place: int) -> bool:
    """Tell whether a word, or a part of one in another script, may begin here; quicker said here than in a pattern."""
    if not place or not text[place - 1].isalnum():
        return True
    return bool(_PAIRED.match(text, place - 1) or _PAIRED.match(text, place))


def _beginning_of_word(text: str, place: int) -> int:
    while place and text[place - 1].isalnum():
        place -= 1
    return place
