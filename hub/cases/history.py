"""The versions of a case in words: who published each, when, why, and what a changed field is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.cases.diff import Change
from hub.cases.models import CLAUSE, FUNDER, GOAL, ITEM, PRACTICE_TYPE, RIGHT, TARGET_GROUP, US_PRINCIPLE
from hub.cases.page import licences
from hub.cases.queries import RevisionView
from hub.cases.rows import own_language_name, terms_now
from hub.cases.words import CODE_LISTS, code_words, template_names
from hub.web.locale import country_name, in_language
from hub.web.locale import gettext as _

_LISTS = {
    RIGHT: "charter_rights",
    GOAL: "sdgs",
    FUNDER: "funders",
    PRACTICE_TYPE: "practice_types",
    TARGET_GROUP: "target_groups",
}


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of versions."""

    number: int
    recorded_at: datetime
    author: str
    note: str
    is_substantial: bool
    is_first: bool
    changes: list[Change]
    read_by: str = ""  # words that say who read it before it was published
    restored_from: int | None = None


def version_line(revision: RevisionView, changes: list[Change], *, is_first: bool) -> VersionLine:
    """Return a version as the list shows it; the seed files have no author but their sources."""
    author = _("Compiled from public sources") if revision.is_compiled else revision.author_name or _("A member")
    return VersionLine(
        number=revision.number,
        recorded_at=revision.recorded_at,
        author=author,
        note=revision.change_note,
        is_substantial=revision.is_substantial,
        is_first=is_first,
        changes=changes,
        read_by=_read_by(revision.reviewer_name),
        restored_from=revision.restored_from,
    )


def _read_by(name: str | None) -> str:
    """Say who read a version before it was published; a name that is withheld is not told."""
    if name is None:
        return ""
    return _("Read before publishing by %(name)s", name=name) if name else _("Read before publishing by a colleague")


def field_name(name: str) -> str:
    """Return what a field of a case is called on pages."""
    return {
        **template_names(),
        "years_text": _("Years"),
        "has_reported_results": _("Results are reported"),
        "country": _("Country"),
        "confidence": _("How well the sources carry it"),
        "is_compiled": _("Compiled from public sources"),
        "tags": _("Tags"),
        "open_answers": _("Not yet known"),
        "files": _("Pictures and documents"),
        "change_note": _("What changed, and why"),
        "slug": _("Address of the page"),
    }.get(name, name)


def spell(name: str, value: Any) -> str:
    """Return the words for a value of a field that is no text, or for one tag or source."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "tags":
        return tag_words(*value) if len(value) == 2 else " ".join(value)
    if name == "sources":
        return " ".join(part for part in reversed(value) if part)
    if name in ("partners", "indicators"):
        return ", ".join(part for part in value if part)
    if name == "open_answers":
        return field_name(value[0] if isinstance(value, tuple) else str(value))
    if name == "files":
        title, owner, licence, _sha256, alt, source = (*value, *[""] * 6)[:6]
        said = dict.fromkeys((title, owner, licences().get(licence, licence), source, alt))  # the same is said once
        return ", ".join(part for part in said if part)
    if name == "language":
        return own_language_name(str(value))
    if name == "country":
        return country_name(str(value))
    if name in CODE_LISTS:
        return code_words(name, str(value))
    if name == "confidence":
        return {"good": _("well"), "partial": _("in part")}.get(str(value), str(value))
    return str(value)


def tag_words(scheme: str, code: str) -> str:
    """Return a tag as pages write it: code and label, or the label alone where the code says nothing to people."""
    terms = terms_now()
    if scheme in _LISTS:
        term = terms.find(_LISTS[scheme], code)
        return in_language(term.labels) if term else code
    if scheme == ITEM:
        return f"{code} {in_language(terms.items[code].labels)}" if code in terms.items else code
    found = terms.find_principle(code) if scheme in (CLAUSE, US_PRINCIPLE) else None
    return f"{code} {in_language(found.labels)}" if found else code
