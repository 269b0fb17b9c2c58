"""What says something of a case beside itself and its versions: texts not saved, changes that wait, translations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from hub.cases.models import PUBLISHED, CaseCopy, CaseProposal, CaseTranslation, CaseTranslationRevision
from hub.cases.redacting import Found, Redactor, counted, texts_in
from hub.cases.spellings import Spellings
from hub.core.db import db

COPIES, PROPOSALS = "copies", "proposals"
_NOTES: dict[type[Any], tuple[str, ...]] = {
    CaseCopy: ("change_note",), CaseProposal: ("change_note", "decision_note"), CaseTranslation: ("credit",),
    CaseTranslationRevision: (),
}  # fmt: skip
_CONTENT: dict[type[Any], str] = {
    CaseCopy: "content", CaseProposal: "content", CaseTranslation: "texts", CaseTranslationRevision: "texts",
}  # fmt: skip
_LONGEST = {"credit": 200}  # characters


class Place(NamedTuple):
    """COPIES, PROPOSALS or the language of a translation; its rows, and those that repeat what one of these says."""

    where: str
    is_public: bool
    rows: list[Any]
    repeats: list[Any]


def places_beside(case_id: int, spelled: Spellings) -> list[Found]:
    """Return where a name stands beside a case and its versions; of what is not public it is only counted."""
    found = []
    for place in _places(case_id):
        texts = [(place.where, name, text) for row in place.rows for name, text in _texts(row)]
        found += counted(texts, spelled, is_shown=place.is_public)
    return found


def take_out_beside(case_id: int, redactor: Redactor) -> None:
    """Put the redactor's mark in place of a name in all of it; what only repeats is not counted again."""
    uncounted = Redactor(redactor.spelled, redactor.mark)
    for place in _places(case_id):
        for row in place.rows:
            _rewrite(row, redactor)
        for row in place.repeats:
            _rewrite(row, uncounted)


def _rewrite(row: Any, redactor: Redactor) -> None:
    name = _CONTENT[type(row)]
    content = redactor.content(getattr(row, name))
    if content != getattr(row, name):
        setattr(row, name, content)
    for note in _NOTES[type(row)]:
        said = getattr(row, note)
        told = redactor.text(said, most=_LONGEST.get(note, 0))
        if told != said:
            setattr(row, note, told)


def _texts(row: Any) -> Iterator[tuple[str, str]]:
    yield from texts_in(getattr(row, _CONTENT[type(row)]))
    for note in _NOTES[type(row)]:
        yield note, getattr(row, note)


def _places(case_id: int) -> list[Place]:
    copies = select(CaseCopy).where(CaseCopy.case_id == case_id).order_by(CaseCopy.user_id)
    proposals = select(CaseProposal).where(CaseProposal.case_id == case_id).order_by(CaseProposal.id)
    translations = select(CaseTranslation).where(CaseTranslation.case_id == case_id).order_by(CaseTranslation.language)
    return [
        Place(COPIES, False, list(db.session.scalars(copies)), []),
        Place(PROPOSALS, False, list(db.session.scalars(proposals)), []),
        *(_translation(row) for row in list(db.session.scalars(translations))),
    ]


def _translation(row: CaseTranslation) -> Place:
    query = select(CaseTranslationRevision).where(CaseTranslationRevision.translation_id == row.id)
    versions = list(db.session.scalars(query.order_by(CaseTranslationRevision.number.desc())))
    others = [version for version in versions if version.texts != row.texts]
    repeats = [version for version in versions if version.texts == row.texts]
    return Place(row.language, row.state == PUBLISHED, [row, *others], repeats)
