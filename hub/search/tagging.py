"""Words that name a label of the vocabularies, in any of its languages, also find what carries the label's code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from babel import Locale
from sqlalchemy import exists, select

from hub.cities.citynames import city_names
from hub.cities.models import City
from hub.core.db import db
from hub.search import tree
from hub.search.language.analysis import WORDS, analyse
from hub.search.language.terms import GAP, PARTICLE, STEMMERS, clean, folded
from hub.vocabularies.queries import CHARTERS, Vocabulary, vocabulary

Tag = tuple[str, str]
MOST_TAGS = 8
_LISTS = {"practice_types": "type", "target_groups": "group", "regions": "region"}
# As people say it, where the names of the countries that Babel knows are longer.
_ALSO_CALLED = {
    "KR": ("Korea", "Republic of Korea", "한국", "Corea", "República de Corea", "Corée", "République de Corée"),
    "US": ("USA", "United States of America", "Estados Unidos de América", "États-Unis d’Amérique"),
    "GB": ("Great Britain", "Gran Bretaña", "Grande-Bretagne"),
    "NL": ("Holland", "Holanda", "Hollande"),
}
# What joins two things is also found by either: "Women and girls". The US statements are sentences and stay whole.
_JOINTS = {
    "en": re.compile(r"\s*[,;/]\s*|\s+(?:and|or)\s+"),
    "es": re.compile(r"\s*[,;/]\s*|\s+[yeou]\s+"),
    "fr": re.compile(r"\s*[,;/]\s*|\s+(?:et|ou)\s+"),
    "ko": re.compile(r"\s*[·,;/]\s*|(?<=[가-힣]{2})[와과]\s+|\s+(?:및|또는)\s+"),
}
_SHORTEST_PART = {"ko": 2}
_PLURALS = {
    "en": (("s", ""), ("ies", "y")),
    "es": (("s", ""), ("es", "")),
    "fr": (("s", ""), ("x", "")),
}
_ANY_PLURAL = tuple({pair for pairs in _PLURALS.values() for pair in pairs})
_ODD_PLURALS = {"children": "child", "women": "woman", "people": "person"}
_SHORTEST_SINGULAR = 3
# A run of more words is not looked up.
_MOST_WORDS = 12
_HANGUL = re.compile("[가-힣]")


@dataclass
class Labels:
    """Which codes a run of words names; made once for each state of the vocabularies."""

    by_terms: dict[str, dict[tuple[str, ...], tuple[Tag, ...]]] = field(default_factory=dict)  # by language
    single: dict[str, tuple[Tag, ...]] = field(default_factory=dict)  # labels of one word, and codes
    joined: dict[str, tuple[Tag, ...]] = field(default_factory=dict)  # Hangul, where spaces do not matter
    longest: int = 1  # of the labels, in words

    def add(self, text: str, language: str, tag: Tag) -> None:
        """Let a label name a code."""
        words = WORDS.findall(clean(text))
        self.longest = max(self.longest, min(len(words) + 2, _MOST_WORDS))
        if _HANGUL.search(text):
            _append(self.joined, _joined(words), tag)
        elif len(words) == 1:
            for form in _singular(words[0], language):
                _append(self.single, form, tag)
        # "Other cities" with its stop word gone would be found by "city".
        elif len(terms := _telling(words, language)) > 1:
            _append(self.by_terms.setdefault(language, {}), terms, tag)

    def named(self, words: Sequence[str]) -> tuple[Tag, ...]:
        """Return the codes whose label these words are."""
        found: dict[Tag, None] = {}
        if len(words) == 1:
            for form in _singular(words[0]):
                found |= dict.fromkeys(self.single.get(form, ()))
        cut = [part for word in words for part in WORDS.findall(word)]
        if len(cut) > 1:
            for language, table in self.by_terms.items():
                found |= dict.fromkeys(table.get(_telling(cut, language), ()))
        if _HANGUL.search(whole := _joined(cut)):
            found |= dict.fromkeys(self.joined.get(whole, ()) or self.joined.get(PARTICLE.sub("", whole), ()))
        return tuple(found)


@lru_cache(maxsize=1 << 12)
def _singular(word: str, language: str = "") -> tuple[str, ...]:
    """Return a word and what it may be in the singular; a stem would be too wide ("account" for accountability)."""
    form = folded(word)
    forms = {form: None, _ODD_PLURALS.get(form, form): None}
    for ending, instead in _PLURALS.get(language, _ANY_PLURAL):
        if form.endswith(ending) and len(form) - len(ending) >= _SHORTEST_SINGULAR:
            forms[form[: -len(ending)] + instead] = None
    return tuple(forms)


def _append(table: dict[Any, tuple[Tag, ...]], key: Any, tag: Tag) -> None:
    if key and tag not in table.get(key, ()):
        table[key] = (*table.get(key, ()), tag)


def _joined(words: Iterable[str]) -> str:
    return "".join(map(folded, words))


def _telling(words: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(term for word in words for term in _terms(word, language) if term != GAP)


@lru_cache(maxsize=1 << 13)
def _terms(word: str, language: str) -> tuple[str, ...]:
    return tuple(analyse(word, language))


_held: tuple[Vocabulary, Labels] | None = None


def known_labels() -> Labels:
    """Return the labels of the vocabularies as they are now."""
    global _held
    words = vocabulary()
    held = _held
    if held is None or held[0] is not words:
        held = _held = (words, labels_of(words))
    return held[1]


def labels_of(words: Vocabulary) -> Labels:
    """Return which codes the labels of a state of the vocabularies name, and the names of countries and cities."""
    labels = Labels()
    for charter in CHARTERS:
        for term in words.scheme(charter):
            is_parted = charter != "us-alliance" and term.parent_code is None
            _append(labels.single, folded(term.code), ("principle", term.code))
            _add_all(labels, (term.labels, term.short), ("principle", term.code), with_parts=is_parted)
    for item in words.items.values():
        _append(labels.single, folded(item.code), ("commitment", item.code))
        _add_all(labels, (item.labels, item.short), ("commitment", item.code))
    for scheme, facet in _LISTS.items():
        for term in words.scheme(scheme):
            _add_all(labels, (term.labels, term.short), (facet, term.code), with_parts=facet != "region")
    for text, language, code in _countries():
        labels.add(text, language, ("country", code))
    for slug, language, text in city_names():
        labels.add(text, language, ("city", slug))
    return labels


def _add_all(labels: Labels, texts: Iterable[Mapping[str, Any]], tag: Tag, *, with_parts: bool = False) -> None:
    for by_language in texts:
        for language, value in by_language.items():
            text = str(value.get("text", "")) if isinstance(value, Mapping) else str(value)
            labels.add(text, language, tag)
            parts = _JOINTS[language].split(text) if with_parts and language in _JOINTS else ()
            for part in parts:
                if len(part) >= _SHORTEST_PART.get(language, 4):
                    labels.add(part, language, tag)


@lru_cache(maxsize=1)
def _countries() -> tuple[tuple[str, str, str], ...]:
    named = [
        (name, language, code)
        for language in (*STEMMERS, "ko")
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ")
    ]
    also = [
        (name, language, code)
        for code, names in _ALSO_CALLED.items()
        for name in names
        for language in (("ko",) if _HANGUL.search(name) else STEMMERS)
    ]
    return (*named, *also)


def tagged(node: tree.Node, labels: Labels) -> tuple[tree.Node, tuple[Tag, ...]]:
    """Return the tree in which words that are a whole label also find its code, and these codes, at most 8.

    Of plain words in a row the longest run that is a label counts; what is excluded or asked in a field stays as it is.
    """
    tags: dict[Tag, None] = {}
    return _tagged(node, labels, tags), tuple(tags)


def _tagged(node: tree.Node, labels: Labels, tags: dict[Tag, None]) -> tree.Node:
    match node:
        case tree.Word(text):
            return _beside(node, labels.named([text]), tags)
        case tree.Phrase(text):
            return _beside(node, labels.named(text.split()), tags)
        case tree.Or(parts):
            return tree.Or(tuple(_tagged(part, labels, tags) for part in parts))
        case tree.And(parts):
            found = tuple(_tagged_parts(parts, labels, tags))
            return found[0] if len(found) == 1 else tree.And(found)
    return node


def _tagged_parts(parts: Sequence[tree.Node], labels: Labels, tags: dict[Tag, None]) -> Iterator[tree.Node]:
    run: list[tree.Word] = []
    for part in parts:
        if isinstance(part, tree.Word):
            run.append(part)
            continue
        yield from _tagged_run(run, labels, tags)
        run = []
        yield _tagged(part, labels, tags)
    yield from _tagged_run(run, labels, tags)


def _tagged_run(run: Sequence[tree.Word], labels: Labels, tags: dict[Tag, None]) -> Iterator[tree.Node]:
    """Yield plain words in a row, those together that are a label, the longest label first."""
    claimed: dict[int, int] = {}  # where a label begins, how many words it has
    free = [True] * len(run)
    for length in range(min(len(run), labels.longest), 0, -1):
        for start in range(len(run) - length + 1):
            words = slice(start, start + length)
            if all(free[words]) and labels.named([word.text for word in run[words]]):
                claimed[start] = length
                free[words] = [False] * length
    at = 0
    while at < len(run):
        words = slice(at, at + claimed.get(at, 1))
        whole = run[at] if words.stop == at + 1 else tree.And(tuple(run[words]))
        yield _beside(whole, labels.named([word.text for word in run[words]]), tags) if at in claimed else whole
        at = words.stop


def _beside(node: tree.Node, named: Sequence[Tag], tags: dict[Tag, None]) -> tree.Node:
    beside = []
    for tag in named:
        if tag in tags or (len(tags) < MOST_TAGS and _is_of_use(tag)):
            tags[tag] = None
            beside.append(tree.Tagged(*tag))
    return tree.Or((node, *beside)) if beside else node


def _is_of_use(tag: Tag) -> bool:
    """Tell whether anything can carry the code: of most countries there is no city, and not every city is on record."""
    facet, code = tag
    if facet not in ("country", "city"):
        return True
    column = City.country if facet == "country" else City.slug
    return bool(db.session.scalar(select(exists(select(City.id).where(column == code)))))
