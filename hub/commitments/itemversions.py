"""What an item said before: its versions in words, field by field and language by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from hub.cities.standing import status_label
from hub.vocabularies.editing import LANGUAGES, sources_text
from hub.vocabularies.queries import ItemVersion, Vocabulary
from hub.web.forms import N_
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language_name

WORDS = {
    "labels": N_("Name"),
    "short": N_("Short name"),
    "what": N_("What it asks"),
    "fulfilled_means": N_("When it counts as met"),
    "responsible_body": N_("Who can decide"),
    "note": N_("Note"),
    "rungs": N_("The ladder"),
    "proofs": N_("Documents that show a rung"),
    "evidence_types": N_("What counts as evidence"),
    "kind": N_("What it is"),
    "is_named_in_declaration": N_("Named in the Gwangju Declaration"),
    "paragraphs": N_("Where the Declaration or a principle says so"),
    "official_name": N_("Official name"),
    "founded_or_adopted": N_("Founded or adopted"),
    "home": N_("Website"),
    "sources": N_("Sources"),
    "family": N_("Which badge it counts for"),
    "cycle_months": N_("To be said anew after so many months"),
    "grace_days": N_("Days after that in which it still counts"),
    "lapse_months": N_("Months after that until the network strikes a silent member off"),
    "replaced_by": N_("Replaced by"),
}
_TEXTS = ("labels", "short", "what", "fulfilled_means", "responsible_body", "note")


class Change(NamedTuple):
    """One thing that differs between two versions: what it is, in which language, what it said and says."""

    label: str
    language: str  # a code, empty where it is of no language
    before: str
    after: str


class Version(NamedTuple):
    """One version of an item as the list shows it."""

    number: int
    since: datetime | None
    author: str
    note: str
    changes: list[Change]


def kind_words() -> dict[str, str]:
    """Return what the kinds of items are called."""
    return {
        "instrument": _("A text or standard"),
        "mechanism": _("A body or tool of the city"),
        "programme": _("A programme"),
        "network": _("A network to join"),
    }


def versions(found: Sequence[ItemVersion], authors: Mapping[int, str], terms: Vocabulary) -> list[Version]:
    """Return the versions of an item in words, the newest first; `authors` are public names by account."""
    rows = []
    for place, version in enumerate(found):
        before = found[place + 1].content if place + 1 < len(found) else version.content
        author = ""
        if version.since is not None:
            is_ours = version.author_id is None
            author = _("The files of this hub") if is_ours else authors.get(version.author_id or 0) or _("An organizer")
        listed = changes(before, version.content, terms)
        rows.append(Version(version.number, version.since, author, version.note, listed))
    return rows


def changes(before: Mapping[str, Any], after: Mapping[str, Any], terms: Vocabulary) -> list[Change]:
    """Return what differs between two states of an item; what an older state did not know counts as empty."""
    old, new = dict(_spelled(before, terms)), dict(_spelled(after, terms))
    order = list(dict.fromkeys([*new, *old]))
    return [
        Change(label, code, old.get((label, code), ""), new.get((label, code), ""))
        for label, code in order
        if old.get((label, code), "") != new.get((label, code), "")
    ]


def _spelled(content: Mapping[str, Any], terms: Vocabulary) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what a state says, by what it is called and in which language."""
    for name, label in WORDS.items():
        value, label = content.get(name), _(label)
        if name in _TEXTS:
            yield from (((label, code), text) for code, text in _by_language(value or {}))
        elif name == "rungs":
            for rung, texts in (value or {}).items():
                yield from (((status_label(rung, terms), code), text) for code, text in _by_language(texts))
        elif name == "proofs":
            for rung, kinds in (value or {}).items():
                shown = _("Documents that show: %(rung)s", rung=status_label(rung, terms))
                yield (shown, ""), _kinds(kinds, terms)
        elif value is not None and value != []:
            yield (label, ""), _one(name, value, terms)


def _by_language(texts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for code in LANGUAGES:
        value = texts.get(code)
        text = value.get("text") if isinstance(value, dict) else value
        if text:
            yield code, str(text)


def _one(name: str, value: Any, terms: Vocabulary) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "evidence_types":
        return _kinds(value, terms)
    if name == "sources":
        return sources_text(value)
    if name == "kind":
        return kind_words().get(value, str(value))
    if name == "family":
        family = terms.find("families", value)
        return in_language(family.labels) if family else str(value)
    return str(value)


def _kinds(codes: Sequence[str], terms: Vocabulary) -> str:
    known = [terms.find("evidence_types", code) for code in codes]
    return ", ".join(in_language(term.labels) for term in known if term is not None)


def gaps(texts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the languages, by name, in which one of these texts is missing although English has it."""
    missing = [
        code for code in LANGUAGES if any(each.get("en") and not dict(_by_language(each)).get(code) for each in texts)
    ]
    return [language_name(code) for code in missing]
