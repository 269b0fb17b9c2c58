"""Telling of questions to cities and of what is said under them; those between two cities reach nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.exchange.models import MENTORING, Answer, Question
from hub.follows.handlers.subjects import subject
from hub.follows.models import CASE, QUESTION
from hub.follows.responsible import tell_answering, tell_asker, tell_organizers
from hub.follows.targets import Target
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import question_key
from hub.people.models import Membership, User


def tell_of_question(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of the city that is asked; of a public question the followers of the case too.

    The organizers hear of wishes for mentoring, and of questions to cities of which nobody is here.
    """
    question = subject(Question, entry, "question_id")
    if question is None or question.removed_at is not None:
        return
    told = Told(question.id, question_key(question.id))
    tell_answering(entry, told, question.case.city_id, now)
    if question.kind == MENTORING:
        tell_organizers(entry, told, now)
    if not question.is_between_cities and question.case.is_published:
        tell_followers(entry, told, [(CASE, question.case.slug)], now, about=[_target(question)])


def tell_of_answer(entry: LogEntry, now: datetime) -> None:
    """Tell who asked, and the followers of the question and, where it is public, of the case.

    Where it was not the city that spoke, its coordinators are told, or the organizers where it has none here.
    """
    answer, question = subject(Answer, entry, "answer_id"), subject(Question, entry, "question_id")
    if answer is None or question is None or answer.removed_at is not None or question.removed_at is not None:
        return
    told = Told(answer.id, question_key(question.id))
    tell_asker(entry, told, question.id, question.asked_by, now)
    if not entry.payload.get("is_by_city"):
        tell_answering(entry, told, question.case.city_id, now)
    if question.is_between_cities:
        tell_followers(entry, told, [_target(question)], now, only=_of_both(question))
    elif question.case.is_published:
        tell_followers(entry, told, [_target(question), (CASE, question.case.slug)], now)


def _target(question: Question) -> Target:
    return QUESTION, str(question.id)


def _of_both(question: Question) -> Select[Any]:
    """Select those who may know of a question between two cities: who asked, the people of both, organizers."""
    cities = [each for each in (question.city_id, question.case.city_id) if each is not None]
    people = select(Membership.user_id).where(Membership.city_id.in_(cities))
    return select(User.id).where(or_(User.id == question.asked_by, User.id.in_(people), User.is_organizer))


HANDLERS: Handlers = {"QuestionAsked": (tell_of_question,), "QuestionAnswered": (tell_of_answer,)}
