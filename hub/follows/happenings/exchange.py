"""Between cities: practices taken up, questions and answers, replies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from hub.cases.models import CaseStudy
from hub.cases.policy import READABLE
from hub.cases.rows import case_path, city_label
from hub.commitments.models import StatusRecord
from hub.core.db import db
from hub.exchange.models import RELEASED, Adaptation, AdaptationStep, Answer, Question, Reply
from hub.follows.happenings.base import NEWEST, Happening
from hub.follows.happenings.cases import of_place

_PUBLIC = (Question.is_between_cities.is_(False), Question.removed_at.is_(None))


def taken_up(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest steps of the adaptations of a condition, but of those entered by mistake."""
    readable = select(CaseStudy.id).where(CaseStudy.state.in_(READABLE))
    is_public = or_(Adaptation.origin_id.is_(None), Adaptation.origin_id.in_(readable))
    query = select(AdaptationStep, Adaptation).join(Adaptation, Adaptation.id == AdaptationStep.adaptation_id)
    query = query.where(wanted, Adaptation.removed_at.is_(None), is_public).order_by(AdaptationStep.id.desc())
    return [
        Happening(
            step.recorded_at,
            "AdaptationRecorded",
            step,
            f"/exchange/adaptations/{adaptation.id}#step-{step.id}",
            f"adaptation/{adaptation.id}/step/{step.id}",
            step.changed,
            city_label(adaptation.city),
        )
        for step, adaptation in db.session.execute(query.limit(NEWEST))
    ]


def of_cities(cities: Select[Any], *, country: str = "") -> ColumnElement[bool]:
    """Tell which adaptations these cities record, or record of a practice of theirs, or of a country as a whole."""
    theirs = select(CaseStudy.id).where(of_place(cities, country=country))
    return or_(Adaptation.city_id.in_(cities), Adaptation.origin_city_id.in_(cities), Adaptation.origin_id.in_(theirs))


def asked(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest public questions of a condition that were not taken away."""
    query = select(Question).where(wanted, *_PUBLIC).order_by(Question.asked_at.desc(), Question.id.desc())
    return [
        Happening(
            each.asked_at,
            "QuestionAsked",
            each,
            f"/exchange/questions/{each.id}",
            f"question/{each.id}",
            each.text,
            city_label(each.city) if each.city else "",
        )
        for each in db.session.scalars(query.limit(NEWEST))
        if each.case.state in READABLE
    ]


def answered(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest answers under the public questions of a condition, but what was taken away."""
    query = select(Answer, Question).join(Question, Question.id == Answer.question_id)
    query = query.where(wanted, *_PUBLIC, Answer.removed_at.is_(None)).order_by(Answer.id.desc())
    return [
        Happening(
            answer.said_at,
            "QuestionAnswered",
            answer,
            f"/exchange/questions/{question.id}#answer-{answer.id}",
            f"question/{question.id}/answer/{answer.id}",
            answer.text,
            city_label(answer.city) if answer.city else "",
        )
        for answer, question in db.session.execute(query.limit(NEWEST))
        if question.case.state in READABLE
    ]


def replied(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest replies of a condition that stand."""
    standing = (Reply.state == RELEASED, Reply.withdrawn_at.is_(None))
    query = select(Reply).where(wanted, *standing).order_by(Reply.decided_at.desc(), Reply.id.desc())
    return [
        Happening(
            reply.decided_at or reply.created_at,
            "ReplyReleased",
            reply,
            f"{_beside(reply)}#reply-{reply.id}",
            f"reply/{reply.id}",
            reply.text,
            reply.organisation_name,
        )
        for reply in db.session.scalars(query.limit(NEWEST))
    ]


def _beside(reply: Reply) -> str:
    if reply.case is not None:
        return case_path(reply.case.slug)
    status = db.session.get(StatusRecord, reply.record_id) if reply.record_id is not None else None
    return f"/cities/{status.city.slug}/commitments" if status is not None else ""
