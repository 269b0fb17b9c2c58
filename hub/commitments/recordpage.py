"""What the page for recording a status shows: the ladder, what is missing, choices, and what came meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from hub.cities.standing import Standing, host, standing
from hub.commitments.duties import Missing
from hub.commitments.effective import PRECISIONS
from hub.commitments.models import ABOUT, BESIDE, DAY, LADDER, MONTH, RANGE, UNDATED, YEAR
from hub.commitments.queries import Kept, Meanwhile
from hub.commitments.states import StatusLine
from hub.commitments.wording import Sign, meanings, signs
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


class News(NamedTuple):
    """A record that was made while the form was open: who, when, what."""

    status: Standing
    who: str
    at: datetime


def standing_of(line: StatusLine | None, item: ItemView, terms: Vocabulary) -> Standing | None:
    """Return a record in words, None where there is none."""
    return standing(line, item, terms) if line is not None else None


def ladder(missing: Missing, terms: Vocabulary) -> list[Rung]:
    """Return the rungs from the lowest up; beside the ladder no rung is the present one."""
    place = LADDER.index(missing.status) if missing.status in LADDER else -1
    named = {sign.code: sign for sign in signs(terms)}
    return [
        Rung(named[code], number <= place, number == place, code == missing.next) for number, code in enumerate(LADDER)
    ]


def todo(missing: Missing, terms: Vocabulary) -> list[Task]:
    """Return what is missing for the next rung: what it means, a document that counts, the date."""
    if not missing.next:
        return []
    shown = _kind_names(missing.shown, terms)
    wanted = _kind_names([kind for kind in missing.kinds if kind not in missing.shown], terms)
    tasks = [Task(meanings()[missing.next], "", is_done=False)]
    if missing.has_evidence:
        words = _("Evidence for where the city stands now")
        tasks.append(Task(words, shown, is_done=True))
    else:
        words = _("A document that shows it")
        tasks.append(Task(words, _("What counts: %(kinds)s", kinds=wanted) if wanted else "", is_done=False))
    if missing.has_evidence and wanted:
        tasks.append(Task(_("Evidence for the next rung"), _("What counts: %(kinds)s", kinds=wanted), is_done=False))
    if missing.status in LADDER:
        tasks.append(Task(_("The date of where the city stands now"), "", is_done=missing.has_date))
    return tasks


def _kind_names(codes: Iterable[str], terms: Vocabulary) -> str:
    found = (terms.find("evidence_types", code) for code in codes)
    return ", ".join(in_language(term.labels) for term in found if term is not None)


def offered_signs(terms: Vocabulary) -> tuple[list[Sign], list[Sign]]:
    """Return the statuses to choose from: those on the ladder, those beside it."""
    named = {sign.code: sign for sign in signs(terms)}
    return [named[code] for code in LADDER], [named[code] for code in BESIDE]


def status_choices(terms: Vocabulary) -> Choices:
    """Return the statuses as choices, the ladder in order first."""
    on, beside = offered_signs(terms)
    return [(sign.code, sign.label) for sign in [*on, *beside]]


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


def kept_choices(kept: Iterable[Kept], terms: Vocabulary) -> Choices:
    """Return evidence on record as choices."""
    return [(row.id, row.title) for row in kept_rows(kept, terms)]


def kept_rows(kept: Iterable[Kept], terms: Vocabulary) -> list[KeptRow]:
    """Return evidence on record in words."""
    return [
        KeptRow(
            str(piece.id), piece.line.title or host(piece.line.url), piece.line.url,
            _kind_names([piece.line.kind], terms), ", ".join(piece.items), piece.line.is_public,
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
        "legal_reason": line.legal_reason or "", "note": line.note,
    }  # fmt: skip
