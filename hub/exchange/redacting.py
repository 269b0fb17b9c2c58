"""What stands of a person in the exchange around a case: adaptations, questions, answers, comments, replies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from hub.cases.redacting import Found, Redactor, counted
from hub.cases.spellings import Spellings
from hub.core.db import db
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question, Reply

BETWEEN = "exchange"  # where a name stands, beside the numbers of versions
_TEXTS: dict[type[Any], dict[str, int]] = {  # by column: characters at most; 0: any
    Adaptation: {"origin_title": 300, "origin_place": 160, "changed": 0, "reason": 0, "source_title": 0},
    AdaptationStep: {"changed": 0, "reason": 0},
    AdaptationComment: {"text": 0},
    Question: {"text": 0, "removed_why": 200},
    Answer: {"text": 0},
    Reply: {"organisation_name": 200, "person_name": 120, "person_role": 160, "concern": 0, "text": 0, "reason": 0},
}
_ADDRESSES: dict[type[Any], tuple[str, ...]] = {Adaptation: ("origin_url", "source_url"), Reply: ("email",)}


def places_between(case_id: int, spelled: Spellings) -> list[Found]:
    """Return where a name stands in what cities and organisations say around a case.

    The part is the name of the table. Of what is not public it is only counted.
    """
    found = []
    for row in _rows(case_id):
        names = (*_TEXTS[type(row)], *_ADDRESSES.get(type(row), ()))
        texts: list[tuple[int | str, str, str]] = [(BETWEEN, row.__tablename__, getattr(row, name)) for name in names]
        found += counted(texts, spelled, is_shown=_is_public(row))
    return found


def _is_public(row: Any) -> bool:
    if isinstance(row, Question):
        return not row.is_between_cities
    return isinstance(row, Adaptation | AdaptationStep | AdaptationComment)


def take_out_between(case_id: int, redactor: Redactor) -> None:
    """Put the redactor's mark in place of a name in all of it; an address that holds the name is emptied."""
    for row in _rows(case_id):
        for name, most in _TEXTS[type(row)].items():
            _set(row, name, redactor.text(getattr(row, name), most=most))
        for name in _ADDRESSES.get(type(row), ()):
            _set(row, name, redactor.address(getattr(row, name)))


def _set(row: Any, name: str, text: str) -> None:
    if text != getattr(row, name):
        setattr(row, name, text)


def _rows(case_id: int) -> list[Any]:
    """Return all that was said around a case, also what was taken away since."""
    around = select(Adaptation).where(or_(Adaptation.origin_id == case_id, Adaptation.own_case_id == case_id))
    adaptations = list(db.session.scalars(around.order_by(Adaptation.id)))
    questions = list(db.session.scalars(select(Question).where(Question.case_id == case_id).order_by(Question.id)))
    taken_up, asked = [each.id for each in adaptations], [each.id for each in questions]
    rest = (
        select(AdaptationStep).where(AdaptationStep.adaptation_id.in_(taken_up)),
        select(AdaptationComment).where(AdaptationComment.adaptation_id.in_(taken_up)),
        select(Answer).where(Answer.question_id.in_(asked)),
        select(Reply).where(Reply.case_id == case_id),
    )
    return [*adaptations, *questions, *(row for query in rest for row in db.session.scalars(query))]
