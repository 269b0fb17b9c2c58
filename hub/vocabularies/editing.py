"""What an organizer says of a commitment item, and whether it can be; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.core.errors import Invalid
from hub.core.text import has_control_characters, safe_url
from hub.vocabularies.seedrows import in_calendar

LANGUAGES = ("en", "ko", "es", "fr")
KINDS = ("instrument", "mechanism", "programme", "network")
RUNGS = ("not_started", "pledged", "adopted", "resourced", "operating", "reported")
PROVEN = RUNGS[2:]  # nothing is to be shown for the first; any public word is a promise
MAX_NAME, MAX_SHORT, MAX_TEXT, MAX_RUNG, MAX_LINE, MAX_URL = 200, 24, 2000, 200, 400, 2000
MAX_MONTHS, MAX_DAYS, MAX_SOURCES = 120, 730, 20

TEXTS = {
    "labels": ("name", MAX_NAME), "short": ("short", MAX_SHORT), "what": ("what", MAX_TEXT),
    "fulfilled_means": ("fulfilled", MAX_TEXT), "responsible_body": ("responsible", MAX_LINE),
    "note": ("note", MAX_TEXT),
}  # fmt: skip
"""The texts of an item: what each is called in the form, and how long it may be."""

NEEDED = ("labels", "short", "what", "fulfilled_means", "responsible_body")  # in English at least
_CODE = re.compile(r"(?:(C[1-9])\.[1-9]\d{0,2}|(R)[1-9]\d{0,2})(?:\.[1-9]\d{0,2})?")
_DATE = re.compile(r"[12]\d{3}(-\d\d(-\d\d)?)?")

ByLanguage = Mapping[str, str]


@dataclass(frozen=True)
class ItemFacts:
    """What was typed of an item; texts by field and language, numbers as text, one source a line."""

    kind: str
    is_named: bool = False
    paragraphs: str = ""
    official_name: str = ""
    founded: str = ""
    home: str = ""
    sources: str = ""
    family: str = ""
    cycle_months: str = ""
    grace_days: str = ""
    lapse_months: str = ""
    texts: Mapping[str, ByLanguage] = field(default_factory=dict)  # by the names of TEXTS
    rungs: Mapping[str, ByLanguage] = field(default_factory=dict)
    proofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # types of evidence that count without showing one rung


class Place(NamedTuple):
    """Where a code stands: its group, and the item whose point it is."""

    group: str
    parent: str | None


def place_of(code: str) -> Place:
    """Return where a code stands; raises Invalid when it is no code of an item or of a point."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise Invalid("code", "Write a code such as C4.5, R6, or C4.5.1 for a point of C4.5.")
    head, dot, _last = code.rpartition(".")
    is_point = bool(dot) and code.count(".") == (1 if match[2] else 2)
    return Place(match[1] or match[2], head if is_point else None)


def checked(facts: ItemFacts, families: Collection[str], kinds: Collection[str]) -> dict[str, Any]:
    """Return what was said as it is kept, labels as plain texts; `kinds` are the types of evidence that there are.

    Raises Invalid naming the first field that cannot be.
    """
    if facts.kind not in KINDS:
        raise Invalid("kind", "Choose one of the list.")
    if facts.family and facts.family not in families:
        raise Invalid("family", "Choose one of the list.")
    cycle = _number("cycle_months", facts.cycle_months, MAX_MONTHS)
    lapse = _number("lapse_months", facts.lapse_months, MAX_MONTHS)
    if lapse is not None and cycle is None:
        raise Invalid("lapse_months", "Say first after how many months it is to be said anew.")
    grace = _number("grace_days", facts.grace_days, MAX_DAYS, low=0)
    proofs = {rung: _known(f"proof_{rung}", facts.proofs.get(rung, ()), kinds) for rung in PROVEN}
    others = _known("others", facts.others, kinds)
    return {
        **{name: _by_language(asked, limit, facts.texts.get(name, {}), is_needed=name in NEEDED)
           for name, (asked, limit) in TEXTS.items()},
        "kind": facts.kind, "is_named_in_declaration": facts.is_named, "family": facts.family or None,
        "paragraphs": _line("paragraphs", facts.paragraphs, 80) or None,
        "official_name": _line("official_name", facts.official_name) or None,
        "founded_or_adopted": _date("founded", facts.founded), "home": _address("home", facts.home),
        "sources": _sources(facts.sources), "cycle_months": cycle, "grace_days": 90 if grace is None else grace,
        "lapse_months": lapse,
        "rungs": {rung: said for rung in RUNGS
                  if (said := _by_language(f"rung_{rung}", MAX_RUNG, facts.rungs.get(rung, {})))},
        "proofs": {rung: shown for rung, shown in proofs.items() if shown},
        "evidence_types": list(dict.fromkeys([*others, *(kind for shown in proofs.values() for kind in shown)])),
    }  # fmt: skip


def labelled(texts: ByLanguage, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return labels as they are kept: a wording that stays keeps where it comes from, a new one is our own."""
    known = {language: label for language, label in before.items() if label.get("text") == texts.get(language)}
    return {code: known.get(code) or {"text": text, "status": "editorial"} for code, text in texts.items()}


def in_order(codes: Collection[str], before: Collection[str]) -> list[str]:
    """Return codes in the order that they had before, new ones last: a form ticks them in its own."""
    return [*(code for code in before if code in codes), *(code for code in codes if code not in before)]


def why_of(text: str) -> str:
    """Return why something is changed; raises Invalid when nothing is said."""
    note = "\n".join(text.strip().splitlines())
    if not note:
        raise Invalid("why", "Say why: the note stands beside the change, for everyone to read.")
    return _fitting("why", note, MAX_TEXT)


def sources_text(sources: Collection[Mapping[str, Any]]) -> str:
    """Return sources as they are typed: one a line, its address at the end."""
    return "\n".join(f"{source['title']} {source.get('url') or ''}".strip() for source in sources)


def _by_language(asked: str, limit: int, texts: ByLanguage, *, is_needed: bool = False) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        text = " ".join(texts.get(language, "").split())
        if text:
            found[language] = _fitting(f"{asked}_{language}", text, limit)
    if "en" not in found and (found or is_needed):
        raise Invalid(f"{asked}_en", "Write this in English at least: other languages fall back on it.")
    return found


def _fitting(name: str, text: str, limit: int) -> str:
    if has_control_characters(text):
        raise Invalid(name, "It holds a character that cannot be shown. Take it out.")
    if len(text) > limit:
        raise Invalid(name, "Write at most %(limit)d characters; it has %(found)d.", limit=limit, found=len(text))
    return text


def _line(name: str, text: str, limit: int = MAX_LINE) -> str:
    return _fitting(name, " ".join(text.split()), limit)


def _number(name: str, text: str, high: int, low: int = 1) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or not low <= int(text) <= high:
        raise Invalid(name, "Give a whole number from %(low)s to %(high)s.", low=low, high=high)
    return int(text)


def _date(name: str, text: str) -> str | None:
    text = text.strip()
    try:
        if text and not _DATE.fullmatch(text):
            raise ValueError(text)
        return in_calendar(text) if text else None
    except ValueError:
        raise Invalid(name, "Write a year, a month or a day: 2006, 2006-06 or 2006-06-29.") from None


def _address(name: str, text: str) -> str | None:
    url = safe_url(text)
    if (text.strip() and not url) or len(url) > MAX_URL:
        raise Invalid(name, "Give a whole web address that begins with https:// or http://.")
    return url or None


def _sources(text: str) -> list[dict[str, Any]]:
    """Read one source a line: what it is called, and its address at the end where it has one."""
    found = []
    for line in text.splitlines():
        words = line.split()
        url = words.pop() if words and "://" in words[-1] else ""
        title = _line("sources", " ".join(words))
        if url and not title:
            raise Invalid("sources", "Write what each source is called, with its address after it.")
        if title:
            found.append({"title": title, "url": _address("sources", url)})
    if len(found) > MAX_SOURCES:
        raise Invalid("sources", "Name at most %(limit)d.", limit=MAX_SOURCES)
    return found


def _known(name: str, codes: Collection[str], kinds: Collection[str]) -> list[str]:
    if any(code not in kinds for code in codes):
        raise Invalid(name, "Choose one of the list.")
    return list(dict.fromkeys(codes))
