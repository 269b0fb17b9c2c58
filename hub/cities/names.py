"""Names compared as people type them: without accents, capitals or punctuation, in any script."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return the bare letters and digits of a text, words parted by one space; empty when it has none."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in bare if not unicodedata.combining(character)).translate(_LETTERS)
    whole = unicodedata.normalize("NFC", bare)
    return " ".join("".join(character if _is_letter(character) else " " for character in whole).split())


def is_found(typed: str, *names: str | None) -> bool:
    """Tell whether every word typed occurs in one of the names or another; nothing is found by punctuation alone."""
    words = fold(typed).split()
    known = " | ".join(fold(name) for name in names if name)
    return bool(words) and all(word in known for word in words)


def _is_letter(character: str) -> bool:
    """Tell whether a character belongs to a word; the vowel signs of Indic and Thai scripts do."""
    return character.isalnum() or unicodedata.category(character).startswith("M")
