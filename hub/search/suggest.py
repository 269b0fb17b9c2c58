"""What somebody may be about to type: cities, principles and case studies that begin so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseStudy
from hub.cities.queries import CityLine, list_cities
from hub.core.db import db
from hub.core.errors import Unavailable
from hub.core.log import LogEntry
from hub.search import tree
from hub.search.index.store import Index
from hub.search.language.spelled import beginnings
from hub.search.language.terms import folded
from hub.search.lateness import hidden_keys
from hub.vocabularies.queries import CHARTERS, TermView, vocabulary

MOST = 8
MOST_WORDS = 6
LONGEST = 60
_MOST_CITIES, _MOST_PRINCIPLES = 3, 3
# One syllable of Hangul says as much as two letters.
_SYLLABLE = re.compile("[가-힣]")


class Title(NamedTuple):
    """What a case study is called, and where it stands."""

    slug: str
    title: str
    language: str


@dataclass(frozen=True)
class Suggestions:
    """What is suggested, of each kind the best first."""

    cities: tuple[CityLine, ...] = ()
    principles: tuple[TermView, ...] = ()
    cases: tuple[Title, ...] = ()


def suggest(index: Index, text: str) -> Suggestions:
    """Return at most 8 things that begin with these words; nothing for one letter, or one that is no Hangul."""
    typed = list(beginnings(text[:LONGEST]))[:MOST_WORDS]
    words = [word for word in typed if len(word) > 1 or _SYLLABLE.search(word)]
    if not words:
        return Suggestions()
    cities = tuple(_cities(" ".join(words)))[:_MOST_CITIES]
    principles = tuple(_principles(words))[:_MOST_PRINCIPLES]
    return Suggestions(cities, principles, _cases(index, words, MOST - len(cities) - len(principles)))


class _Named(NamedTuple):
    """A city with its names as they are compared, each word after a space, one name after a line break."""

    names: str
    city: CityLine


_held: tuple[str, tuple[_Named, ...]] = ("", ())


def _named_cities() -> tuple[_Named, ...]:
    """Return all cities by name, read again when anything has been told to the log since."""
    global _held
    newest = db.session.scalar(select(LogEntry.hash).order_by(LogEntry.position.desc()).limit(1)) or ""
    held = _held
    if not newest or held[0] != newest:
        held = _held = (newest, tuple(sorted(_Named(_names(city), city) for city in list_cities())))
    return held[1]


def _names(city: CityLine) -> str:
    return "".join("\n " + " ".join(beginnings(name)) for name in (city.name, city.name_native) if name)


def _cities(begun: str) -> list[CityLine]:
    """Return the cities of which a name begins so, by name; then those of which a later word does."""
    found = [named for named in _named_cities() if f" {begun}" in named.names]
    return [named.city for named in sorted(found, key=lambda named: f"\n {begun}" not in named.names)]


def _principles(words: Sequence[str]) -> list[TermView]:
    known = vocabulary()
    typed = folded(" ".join(words)).replace(" ", "-")
    found = [term for charter in CHARTERS for term in known.top(charter) if _fits(term, words, typed)]
    return sorted(found, key=lambda term: folded(term.code) != typed)


def _fits(term: TermView, words: Sequence[str], typed: str) -> bool:
    """Tell whether a code begins so, or every word begins one of a label in one of its languages."""
    if folded(term.code).startswith(typed):
        return True
    labels = [_text(value) for texts in (term.short, term.labels) for value in texts.values()]
    return any(_all_begin(words, _beginnings(label)) for label in labels)


@lru_cache(maxsize=1 << 10)
def _beginnings(label: str) -> tuple[str, ...]:
    return tuple(beginnings(label))


def _all_begin(words: Sequence[str], label: Sequence[str]) -> bool:
    if _SYLLABLE.search("".join(words)):
        return "".join(words) in "".join(label)  # in compounds, and wherever the spaces stand
    return all(any(other.startswith(word) for other in label) for word in words)


def _text(value: Any) -> str:
    return str(value.get("text", "")) if isinstance(value, Mapping) else str(value)


def _cases(index: Index, words: Sequence[str], most: int) -> tuple[Title, ...]:
    """Return published cases in whose title every word begins one; none while there is no index to ask."""
    parts: list[tree.Node] = [tree.Field("title", tree.Prefix(word)) for word in words]
    asked = parts[0] if len(parts) == 1 else tree.And(tuple(parts))
    hidden = hidden_keys(index)
    if hidden is None:
        return ()
    try:
        keys = index.search(asked, kinds=("case",), limit=most, hidden=hidden).keys
    except Unavailable:
        return ()
    ids = [int(key.partition(":")[2]) for key in keys]
    wanted = select(CaseStudy.id, CaseStudy.state, CaseStudy.slug, CaseStudy.title, CaseStudy.language)
    # The state is looked at here: asked for both, SQLite would rather go through all that is published.
    rows = db.session.execute(wanted.where(CaseStudy.id.in_(ids)))
    found = {row.id: Title(row.slug, row.title, row.language) for row in rows if row.state == PUBLISHED}
    return tuple(found[case_id] for case_id in ids if case_id in found)
