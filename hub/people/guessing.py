"""Whether a new password is easy to guess: by what is tried first, by names that others know, by how it is made."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.core.errors import Invalid
from hub.core.text import N_

FEWEST_GUESSES = 10**10
LOOKED_AT = 72  # characters; the work grows with their square
FEWEST_OTHERS = 6  # characters that are left when well-known phrases and names are taken out
DATE = 8  # digits that a day or a year may have; they do not count
SHORTEST_NAME = 3
MOST_READINGS = 16  # ways to read signs as letters that are gone through; their number grows without bound
COMMON = N_(
    "This is easy to guess: it is among the passwords that are tried first. "
    "Take a few words that do not belong together."
)
NAMES = N_(
    "This is easy to guess: it is mostly names and words that others know of you or of the hub. "
    "Take a few words that do not belong together."
)
ROWS = N_(
    "This is easy to guess: it repeats itself, or follows a row of letters, keys or numbers. "
    "Take a few words that do not belong together."
)
OF_THE_HUB = ("human", "rights", "city", "cities", "hub", "forum", "world", "metropolitan", "whrcf", "mayor", "office")
_SIGNS = str.maketrans("@({[<!|$+%", "ЖюэŁþŦҨӁѮ₣")  # letters that no dictionary and no row holds
_one_at_a_time = threading.Lock()  # zxcvbn keeps the words it is given in a place that all threads share


def refuse_easy(password: str, about: Iterable[str] = ()) -> None:
    """Raise Invalid naming `password`, with what to do, for a password that others guess; `about` are words they know.

    Nothing is asked of its composition (NIST SP 800-63B-4, section 3.1.1.2).
    """
    words = (*about, *OF_THE_HUB)
    known = {_folded(word) for word in (*words, *(part for word in words for part in _parts(word)))}
    known = {word for word in known if len(word) >= SHORTEST_NAME}
    if _is_mostly(password, _common()):
        raise Invalid("password", COMMON)
    if _is_mostly(password, known):
        raise Invalid("password", NAMES)
    from zxcvbn import zxcvbn  # here, because its word lists take a tenth of a second that no command should wait for

    estimate: Callable[..., dict[str, Any]] = zxcvbn
    looked_at = _bounded(unicodedata.normalize("NFKC", password)[:LOOKED_AT]) or " "
    with _one_at_a_time:
        found = estimate(looked_at, user_inputs=sorted(known), max_length=LOOKED_AT)
    if found["guesses"] < FEWEST_GUESSES:
        patterns = {match["pattern"] for match in found["sequence"]}
        lists = {match.get("dictionary_name") for match in found["sequence"]}
        if patterns - {"dictionary", "bruteforce"}:
            raise Invalid("password", ROWS)
        is_about_her = "user_inputs" in lists
        raise Invalid("password", NAMES if is_about_her else COMMON)


def _folded(text: str) -> str:
    """Return the letters and digits of a text in one spelling and case."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(each for each in folded if each.isalnum())


def _parts(text: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in text).split()


def _is_mostly(password: str, words: Iterable[str]) -> bool:
    """Tell whether little is left of a password when words are taken out, the longest first, and a date."""
    text = left = _folded(password)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        left = left.replace(word, "")
    if left == text:
        return False
    digits = sum(each.isdigit() for each in left)
    signs = {each for each in password if not each.isalnum() and not each.isspace()}
    return len(left) - digits + max(0, digits - DATE) + len(signs) < FEWEST_OTHERS


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(_folded(line).rstrip("0123456789") for line in lines if line.strip() and not line.startswith("#"))


def _bounded(text: str) -> str:
    """Return the text so that few readings of signs as letters are to be gone through: in many signs no word hides."""
    from zxcvbn.matching import L33T_TABLE

    readings = 1
    for signs in L33T_TABLE.values():
        readings *= max(1, sum(sign in text for sign in signs))
    return text.translate(_SIGNS) if readings > MOST_READINGS else text
