"""Finding a name in texts however it is written, and putting something else in its place.

Capitals and small letters are the same, composed and decomposed letters too. The name is found across line ends,
hyphens and the marks of Markdown, behind HTML entities and in web addresses. Whole words are meant: where a script
writes no spaces, its words have no ends to look for; after a Korean name a particle may stand.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

FEWEST_SIGNS, LONGEST_NAME, MOST_SPELLINGS = 2, 200, 10
_BETWEEN = r"[\s\-‐‑–_+.*~`]"  # what may stand between the words of a name
_SPLIT = re.compile(r"(?<=\w)[\s\-‐‑–_+]+(?=\w)|\s+")
_UNIT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|&(?:#\w{1,8}|[A-Za-z]\w{1,30});|\\[!-/:-@\[-`{-~]|.", re.S)
_TRICKY = re.compile(r"[%&\\]")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.I)
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s[^()]*)?\)")
_PARTICLES = (
    "은|는|이|가|을|를|의|에|에게|에게서|께|께서|께서는|와|과|도|만|로|으로|랑|이랑|한테|부터|까지|처럼|보다|라고|이라고|라는|이라는|"
    "이나|나|야|아|여|이여|조차|마저|뿐|이다|입니다|이며|이고|인|였다|이었다"
)
_TITLES = "씨|님|군|양|선생님?|여사|박사|교수|시장|의원|위원장?|대표|국장|과장|팀장|변호사|활동가|할머니|할아버지"
_AFTER_HANGUL = re.compile(f"(?:{_TITLES})?(?:{_PARTICLES})?(?![가-힣])")
_NO_SPACES = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "THAI", "LAO", "KHMER", "MYANMAR")


class Hit(NamedTuple):
    """A place in a text where the name stands; `is_inside` when it is part of a longer word."""

    start: int
    end: int
    is_inside: bool


class Replaced(NamedTuple):
    """A text with something else in place of the name, and at how many places."""

    text: str
    places: int


class _Folded(NamedTuple):
    """A text for comparing, with where each of its signs begins and ends in the text it was made of."""

    text: str
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True)
class Spellings:
    """The ways in which one name is written; `inside` finds it in longer words too."""

    names: tuple[str, ...]
    inside: bool = False

    def __post_init__(self) -> None:
        """Make ready what is looked for, the longest first, so that a whole name goes before its parts."""
        parts = sorted({_pieces(name) for name in self.names if is_enough(name)}, key=lambda each: -sum(map(len, each)))
        wanted = "|".join(f"{_BETWEEN}{{1,8}}".join(map(re.escape, pieces)) for pieces in parts)
        object.__setattr__(self, "_pattern", re.compile(wanted or r"(?!)"))
        object.__setattr__(self, "_known", {})

    def hits(self, text: str) -> list[Hit]:
        """Return where the name stands in a text, also inside longer words, from left to right."""
        known: dict[str, list[Hit]] = self.__dict__["_known"]
        if text not in known:
            known[text] = list(self._find(text))
        return known[text]

    def found(self, text: str) -> list[Hit]:
        """Return the places that are meant: whole words, or all of them."""
        return [hit for hit in self.hits(text) if self.inside or not hit.is_inside]

    def stands_in(self, text: str) -> bool:
        """Tell whether the name stands in a text."""
        return bool(self.found(text))

    def _find(self, text: str) -> Iterator[Hit]:
        pattern: re.Pattern[str] = self.__dict__["_pattern"]
        if not _TRICKY.search(text) and not pattern.search(_plain(text)):
            return  # nearly every text, and folding sign by sign is slow
        folded = _fold(text)
        at = 0
        while match := pattern.search(folded.text, at):
            start, end = folded.starts[match.start()], folded.ends[match.end() - 1]
            is_inside = not _is_whole(folded.text, match.start(), match.end())
            if is_inside and not self.inside:
                at = match.start() + 1
            else:
                at = match.end()
            yield Hit(start, end, is_inside)

    def replaced(self, text: str, mark: str, *, is_markdown: bool = False, most: int = 0) -> Replaced:
        """Return the text with `mark` in place of the name, at most `most` characters of it if that is given.

        A web address that holds the name goes whole; so does a Markdown link to one, of which the words stay.
        """
        if not self.found(text):
            return Replaced(text, 0)
        places = 0
        if is_markdown:
            text, places = self._without_links(text, mark)
        pieces, at, hits = [], 0, self.found(text)
        for start, end in _widened(text, hits):
            if start < at:
                continue
            pieces += [text[at:start], mark]
            if is_markdown and text[end : end + 1] in ("(", "[", ":"):
                pieces.append(" ")  # else the mark would be read as the beginning of a link
            at, places = end, places + 1
        whole = "".join([*pieces, text[at:]])
        return Replaced(whole if not most or len(whole) <= most else whole[: most - 1] + "…", places)

    def _without_links(self, text: str, mark: str) -> tuple[str, int]:
        gone = 0

        def plain(link: re.Match[str]) -> str:
            nonlocal gone
            if not self.stands_in(link[2]):
                return link[0]
            gone += 1
            return f"{link[1]} {mark}".strip()

        return _LINK.sub(plain, text), gone


def _widened(text: str, hits: Iterable[Hit]) -> Iterator[tuple[int, int]]:
    """Yield where each place begins and ends, that of an address as the whole address."""
    found = ((match.start(), match[0].rstrip(").,;:!?]'")) for match in _ADDRESS.finditer(text))
    addresses = [(start, start + len(address)) for start, address in found]
    for hit in hits:
        around = next(((start, end) for start, end in addresses if start <= hit.start < end), None)
        yield (around[0], max(around[1], hit.end)) if around else (hit.start, hit.end)


def is_enough(name: str) -> bool:
    """Tell whether a spelling holds at least two letters or digits; one alone would be found everywhere."""
    return sum(_is_sign(character) for character in name) >= FEWEST_SIGNS


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(piece for piece in _SPLIT.split(_plain(name)) if piece)


def _plain(text: str) -> str:
    """Return a text for comparing: one case, composed, without signs that cannot be seen."""
    seen = "".join(ch for ch in text if not _is_unseen(ch)) if not text.isascii() else text
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", seen).casefold())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _fold(text: str) -> _Folded:
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, plain in _clusters(text):
        for sign in _plain(plain):
            signs.append(sign)
            starts.append(start)
            ends.append(end)
    return _Folded("".join(signs), starts, ends)


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the text in steps that are compared as one: a letter with the marks that follow it."""
    begin, stop, held = 0, 0, ""
    for match in _UNIT.finditer(text):
        words = _read(match[0])
        if held and not _joins(held, words):
            yield begin, stop, held
            held = ""
        if not held:
            begin = match.start()
        held, stop = held + words, match.end()
    if held:
        yield begin, stop, held


def _read(unit: str) -> str:
    if unit[0] == "%" and len(unit) > 1:
        return unquote(unit)
    if unit[0] == "&" and len(unit) > 1:
        return html.unescape(unit)
    return unit[1] if unit[0] == "\\" and len(unit) > 1 else unit


def _joins(held: str, words: str) -> bool:
    """Tell whether what follows changes the letter before it: an accent, a jamo, or what cannot be seen."""
    first = words[:1]
    if not first:
        return True
    is_jamo = "\u1160" <= first <= "\u11ff" and "\u1100" <= held[-1] <= "\u11ff"
    return unicodedata.combining(first) != 0 or _is_unseen(first) or is_jamo or ("가" <= held[-1] <= "힣" and (
        "\u11a8" <= first <= "\u11ff"))  # fmt: skip


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch of a folded text begins and ends where words do."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not _parts(before, text[start]):
        return False
    if _parts(text[end - 1], after):
        return True
    return _script(text[end - 1]) == "HANGUL" and _AFTER_HANGUL.match(text, end) is not None


def _parts(left: str, right: str) -> bool:
    """Tell whether a word ends between two signs."""
    if not left or not right or not _is_sign(left) or not _is_sign(right):
        return True
    if unicodedata.category(right).startswith("M"):
        return False
    scripts = _script(left), _script(right)
    return scripts[0] != scripts[1] or scripts[0] == "NO SPACES"


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "")
    if name.startswith(_NO_SPACES):
        return "NO SPACES"
    return next((script for script in ("HANGUL", "KATAKANA") if name.startswith(script)), "")


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
