"""What is on record of a city for one commitment item, in the words of the current language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from hub.core.text import excerpt, safe_url
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.dates import machine_date, partial_date
from hub.web.locale import gettext as _
from hub.web.locale import in_language, language

BRIEF_TEXT, BRIEF_TITLE = 160, 80  # characters that a long list shows of a note, and of what a document is called
BRIEF_PIECES, LONGEST_ADDRESS = 2, 200  # pieces of evidence that it shows of a record, characters of their addresses
_KEPT_HERE = re.compile(r"/evidence/[0-9]+")


class EvidenceFacts(Protocol):
    """What is read of a piece of evidence."""

    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def is_public(self) -> bool: ...
    @property
    def is_broken(self) -> bool: ...
    @property
    def is_removed(self) -> bool: ...


class StatusFacts(Protocol):
    """What is read of a status record."""

    @property
    def id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def effective_text(self) -> str: ...
    @property
    def claimed_by(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def legal_reason(self) -> str | None: ...
    @property
    def is_demo(self) -> bool: ...
    @property
    def evidence(self) -> Sequence[EvidenceFacts]: ...
    @property
    def withheld(self) -> int: ...
    @property
    def is_compiled(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """Where a piece of evidence is, what to call it, what kind of document it is, and whether all may see it."""

    url: str
    title: str
    kind: str
    is_public: bool
    is_broken: bool = False  # leads nowhere any more


@dataclass(frozen=True, slots=True)
class Standing:
    """A status record ready to be shown; `since_words` is empty where the date is not known."""

    record_id: int
    item: ItemView
    code: str
    label: str
    since_iso: str
    since_words: str
    since_year: str  # the year alone, for narrow places; `±` before one that is not exact
    claim: str
    note: str
    legal_reason: str
    evidence: list[EvidenceLink]
    withheld: int  # pieces that this reader may not see
    is_demo: bool
    note_language: str  # of the editors' notes; empty where it is not known
    taken_out: int = 0  # pieces that were there once
    left_out: int = 0  # pieces that stand on a page of their own only; see `brief`


def standing(line: StatusFacts, item: ItemView, terms: Vocabulary) -> Standing:
    """Return a record in words."""
    return Standing(
        record_id=line.id,
        item=item,
        code=line.status,
        label=status_label(line.status, terms),
        since_iso=machine_date(line.effective_text),
        since_words=_date_words(line.effective_text, language()),
        since_year=year_of(line.effective_text),
        claim=claim_words(line.claimed_by),
        note=line.note,
        legal_reason=line.legal_reason or "",
        evidence=[_link(piece, terms) for piece in line.evidence if _address(piece.url)],
        withheld=line.withheld,
        is_demo=line.is_demo,
        note_language="en" if line.is_compiled else "",
        taken_out=sum(piece.is_removed for piece in line.evidence),
    )


def brief(status: Standing) -> Standing:
    """Return a record as long lists show it: long texts cut, two pieces of evidence at most, the others counted."""
    shown = [piece for piece in status.evidence if len(piece.url) <= LONGEST_ADDRESS][:BRIEF_PIECES]
    return replace(
        status,
        note=excerpt(status.note, BRIEF_TEXT),
        legal_reason=excerpt(status.legal_reason, BRIEF_TEXT),
        evidence=[replace(piece, title=excerpt(piece.title, BRIEF_TITLE)) for piece in shown],
        left_out=len(status.evidence) - len(shown),
    )


@lru_cache(maxsize=8192)
def _date_words(effective_text: str, _language: str) -> str:
    return partial_date(effective_text)


@lru_cache(maxsize=8192)
def year_of(effective_text: str) -> str:
    """Return the year of a partial date for narrow places: 2013, ±2016, 2007–2010; empty when it is not known."""
    years = [machine_date(part)[:4] for part in effective_text.split("..")]
    span = "–".join(dict.fromkeys(year for year in years if year))
    return f"±{span}" if effective_text.startswith("about ") else span


def status_label(code: str, terms: Vocabulary) -> str:
    """Return the name of a status, short enough for a cell; of `unknown` too, which no list holds as no record does."""
    term = terms.find("statuses", code)
    if term is None:
        return _("Unknown")
    short = {"reported": _("Reported"), "lapsed": _("Lapsed"), "outside_competence": _("Outside powers")}
    return in_language(term.short) or short.get(code) or in_language(term.labels)


def claim_words(claimed_by: str) -> str:
    """Return who says so."""
    if claimed_by == "city":
        return _("Said by the city itself")
    if claimed_by == "editor":
        return _("Entered by the editors of this hub")
    return _("Reported by others")


def host(url: str) -> str:
    """Return the host of an address, short enough to stand for a document."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _link(piece: EvidenceFacts, terms: Vocabulary) -> EvidenceLink:
    kind = terms.find("evidence_types", piece.kind)
    label = in_language(kind.labels) if kind else ""
    return EvidenceLink(_address(piece.url), piece.title or host(piece.url), label, piece.is_public, piece.is_broken)


def _address(url: str) -> str:
    """Return the address of evidence: elsewhere on the web, or a file kept here; empty for anything else."""
    return url if _KEPT_HERE.fullmatch(url) else safe_url(url)
