"""What the page for recording a status shows: the ladder, what is missing, choices, and what came meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from hub.cities.places import languages
from hub.cities.standing import Standing, host, standing
from hub.commitments.assurance import holds
from hub.commitments.duties import Missing
from hub.commitments.effective import PRECISIONS
from hub.commitments.models import (
    ABOUT,
    BESIDE,
    CITY,
    DAY,
    EDITOR,
    LADDER,
    MONTH,
    RANGE,
    THIRD_PARTY,
    UNDATED,
    UNKNOWN,
    YEAR,
)
from hub.commitments.queries import Kept, Meanwhile
from hub.commitments.states import StatusLine
from hub.commitments.wording import Sign, signs
from hub.vocabularies.queries import ItemView, Vocabulary
from hub.web.locale import gettext as _
from hub.web.locale import in_language

Choices = list[tuple[str, str]]


class Rung(NamedTuple):
    """A rung of the ladder: reached or not, where the city stands, which one comes next."""

    sign: Sign
    is_reached: bool
    is_now: bool
    is_next: bool


class Task(NamedTuple):
    """One thing that the next rung asks, done or not."""

    words: str
    detail: str
    is_done: bool


class KeptRow(NamedTuple):
    """A piece of evidence on record, to be used again."""

    id: str
    title: str
    url: str
    kind: str
    items: str
    is_public: bool
    ran_out_on: date | None = None
    broken_at: datetime | None = None


class News(NamedTuple):
    """A record that was made while the form was open: who, when, what."""

    status: Standing
    who: str
    at: datetime


def standing_of(line: StatusLine | None, item: ItemView, terms: Vocabulary) -> Standing | None:
    """Return a record in words, None where there is none."""
    return standing(line, item, terms) if line is not None else None


def own_signs(item: ItemView, terms: Vocabulary) -> dict[str, Sign]:
    """Return all statuses by code, each rung with what it means for this item where the item says so."""
    return {
        sign.code: replace(sign, meaning=in_language(item.rungs.get(sign.code)) or sign.meaning)
        for sign in signs(terms)
    }


def ladder(missing: Missing, item: ItemView, terms: Vocabulary) -> list[Rung]:
    """Return the rungs from the lowest up; beside the ladder no rung is the present one."""
    place = LADDER.index(missing.status) if missing.status in LADDER else -1
    named = own_signs(item, terms)
    return [
        Rung(named[code], number <= place, number == place, code == missing.next) for number, code in enumerate(LADDER)
    ]


def todo(missing: Missing, item: ItemView, terms: Vocabulary) -> list[Task]:
    """Return what is missing for the next rung: what it means, a document that counts, the date."""
    if not missing.next:
        return []
    shown = _kind_names([kind for kind in missing.kinds if kind in missing.shown], terms)
    wanted = _kind_names([kind for kind in missing.kinds if kind not in missing.shown], terms)
    counts = _("What counts: %(kinds)s", kinds=wanted) if wanted else ""
    tasks = [Task(own_signs(item, terms)[missing.next].meaning, "", is_done=False)]
    if missing.has_evidence:
        tasks.append(Task(_("Evidence for where the city stands now"), "", is_done=True))
    else:
        tasks.append(Task(_("A document that shows it"), counts, is_done=False))
    if missing.has_evidence and item.proofs and missing.shown:
        tasks.append(Task(_("Evidence for the next rung"), shown, is_done=True))
    elif missing.has_evidence and wanted:
        tasks.append(Task(_("Evidence for the next rung"), counts, is_done=False))
    if missing.status in LADDER:
        tasks.append(Task(_("The date of where the city stands now"), "", is_done=missing.has_date))
    return tasks


def _kind_names(codes: Iterable[str], terms: Vocabulary) -> str:
    found = (terms.find("evidence_types", code) for code in codes)
    return ", ".join(in_language(term.labels) for term in found if term is not None)


def offered_signs(item: ItemView, terms: Vocabulary, *, has_records: bool) -> tuple[list[Sign], list[Sign]]:
    """Return the statuses to choose from: those on the ladder, those beside it; what was said can be taken back."""
    named = own_signs(item, terms)
    beside = [named[code] for code in BESIDE]
    if has_records:
        beside.append(replace(named[UNKNOWN], meaning=_("Take back what was said, and say why")))
    return [named[code] for code in LADDER], beside


def status_choices(offered: tuple[list[Sign], list[Sign]]) -> Choices:
    """Return the statuses as choices, the ladder in order first."""
    return [(sign.code, sign.label) for signs_of in offered for sign in signs_of]


def claimant_choices(claimants: Iterable[str]) -> Choices:
    """Return who may be said to say so."""
    words = {
        CITY: _("The city itself"),
        THIRD_PARTY: _("Others, such as a register, an auditor or a newspaper; a source is needed"),
        EDITOR: _("The editors of this hub"),
    }
    return [(code, words[code]) for code in claimants]


def language_choices(held: str = "") -> Choices:
    """Return the languages that a document can be in."""
    return [("", _("Not said")), *languages(held)]


def precision_choices() -> Choices:
    """Return how exactly a date can be known, with an example of how each is written."""
    words = {
        DAY: _("On a day, such as 2024-05-17"),
        MONTH: _("In a month, such as 2024-05"),
        YEAR: _("In a year, such as 2024"),
        ABOUT: _("About a year, such as 2011"),
        RANGE: _("Over some years, such as 2007 to 2010"),
        UNDATED: _("Not known"),
    }
    return [(code, words[code]) for code in PRECISIONS]


def kind_choices(item: ItemView, terms: Vocabulary) -> Choices:
    """Return the kinds of documents, those that count for the item first."""
    named = {term.code: in_language(term.labels) for term in terms.scheme("evidence_types")}
    first = [code for code in item.evidence_types if code in named]
    order = [*first, *(code for code in named if code not in first)]
    return [("", _("Choose a kind")), *((code, named[code]) for code in order)]


def kinds_of_documents(terms: Vocabulary, held: str = "") -> Choices:
    """Return all kinds of documents, with the one that a piece has though no list names it any more."""
    named = [(term.code, in_language(term.labels)) for term in terms.scheme("evidence_types")]
    return named if not held or held in dict(named) else [*named, (held, held)]


def kept_choices(kept: Iterable[Kept], terms: Vocabulary) -> Choices:
    """Return evidence on record as choices."""
    return [(row.id, row.title) for row in kept_rows(kept, terms)]


def kept_rows(kept: Iterable[Kept], terms: Vocabulary, day: date | None = None) -> list[KeptRow]:
    """Return evidence on record in words, with what had run out on a day where one is named."""
    return [
        KeptRow(
            str(piece.id), piece.line.title or host(piece.line.url), piece.line.url,
            _kind_names([piece.line.kind], terms), ", ".join(piece.items), piece.line.is_public,
            piece.line.expires_on if day and not holds(piece.line, day) else None, piece.broken_at,
        )
        for piece in kept
    ]  # fmt: skip


def meanwhile_rows(records: Sequence[Meanwhile], item: ItemView, terms: Vocabulary) -> list[News]:
    """Return what was recorded meanwhile, in words."""
    return [News(standing(each.line, item, terms), each.who, each.line.recorded_at) for each in records]


def values_of(line: StatusLine) -> dict[str, Any]:
    """Return the fields of the form as a record would fill them."""
    text = line.effective_text.removeprefix("about ")
    since, _dots, until = text.partition("..")
    return {
        "status": line.status, "precision": line.precision, "since": since, "until": until,
        "legal_reason": line.legal_reason or "", "note": line.note, "claimed_by": line.claimed_by,
    }  # fmt: skip
