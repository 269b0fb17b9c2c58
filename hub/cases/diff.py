"""What changed between two versions of a case, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from hub.cases.template import CODE, FIELDS, FLAG, LINE, PROSE, YEAR

SAME, GONE, NEW = "same", "del", "ins"
TEXTS = (*(field.name for field in FIELDS if field.kind in (LINE, PROSE) and not field.is_private), "years_text")
FACTS = (
    *(field.name for field in FIELDS if field.kind in (YEAR, FLAG, CODE)), "has_reported_results", "country",
    "confidence", "is_compiled",
)  # fmt: skip
LISTS = ("tags", "open_answers", "partners", "indicators", "sources", "files")
# Scripts without spaces are compared sign by sign, all others word by word.
_PIECES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|\s+|[^\s\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
_MOST_STEPS = 4_000_000  # words of one text times words of the other; beyond, the middle is shown as replaced
Spell = Callable[[str, Any], str]
_CONTEXT = 12  # words kept beside a change


@dataclass(frozen=True)
class Segment:
    """A stretch of text that is the same, gone or new; `is_cut` stands for unchanged words left out."""

    kind: str
    text: str
    is_cut: bool = False


@dataclass(frozen=True)
class Change:
    """A field that differs, with its old and new words in reading order."""

    field: str
    segments: list[Segment]


def changes(old: Mapping[str, Any], new: Mapping[str, Any], spell: Spell | None = None) -> list[Change]:
    """Return the fields that differ between two versions, in the order of the page; a missing field counts as empty.

    `spell` gives the words for a value of a field that is no text, and for an entry of a list.
    """
    spell = spell or (lambda _name, value: _text(" ".join(value) if isinstance(value, tuple) else value))
    found = []
    for name in TEXTS:
        before, after = _text(old.get(name)), _text(new.get(name))
        if before != after:
            found.append(Change(name, shortened(word_diff(before, after))))
    for name in FACTS:
        if old.get(name) != new.get(name):
            parts = [(GONE, spell(name, old.get(name))), (NEW, spell(name, new.get(name)))]
            found.append(Change(name, [Segment(kind, text) for kind, text in parts if text]))
    for name in LISTS:
        before_list, after_list = _entries(old.get(name)), _entries(new.get(name))
        gone = [Segment(GONE, spell(name, entry)) for entry in before_list if entry not in after_list]
        added = [Segment(NEW, spell(name, entry)) for entry in after_list if entry not in before_list]
        found.append(Change(name, gone + added))
    return [change for change in found if change.segments]


def word_diff(old: str, new: str) -> list[Segment]:
    """Return two texts as one sequence of segments; reading all but `ins` gives the old text, all but `del` the new."""
    a, b = _PIECES.findall(old), _PIECES.findall(new)
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    segments = [Segment(SAME, "".join(a[:start]))]
    if len(middle_a) * len(middle_b) > _MOST_STEPS:
        segments += [Segment(GONE, "".join(middle_a)), Segment(NEW, "".join(middle_b))]
    else:
        for kind, a_low, a_high, b_low, b_high in SequenceMatcher(None, middle_a, middle_b).get_opcodes():
            if kind == "equal":
                segments.append(Segment(SAME, "".join(middle_a[a_low:a_high])))
            else:
                segments.append(Segment(GONE, "".join(middle_a[a_low:a_high])))
                segments.append(Segment(NEW, "".join(middle_b[b_low:b_high])))
    segments.append(Segment(SAME, "".join(a[len(a) - end :])))
    return [segment for segment in segments if segment.text]


def shortened(segments: Sequence[Segment]) -> list[Segment]:
    """Return the segments with long unchanged stretches cut down to the words beside a change."""
    short: list[Segment] = []
    for number, segment in enumerate(segments):
        words = _PIECES.findall(segment.text)
        head = _CONTEXT * 2 if number > 0 else 0
        tail = _CONTEXT * 2 if number < len(segments) - 1 else 0
        if segment.kind != SAME or len(words) <= head + tail + _CONTEXT:
            short.append(segment)
            continue
        parts = [
            Segment(SAME, "".join(words[:head])),
            Segment(SAME, "…", is_cut=True),
            Segment(SAME, "".join(words[len(words) - tail :]) if tail else ""),
        ]
        short += [part for part in parts if part.text]
    return short


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    for number, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return number
    return min(len(a), len(b))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _entries(value: Any) -> list[tuple[str, ...]]:
    return [tuple(map(str, entry)) if isinstance(entry, (list, tuple)) else (str(entry),) for entry in value or []]
