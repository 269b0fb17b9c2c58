"""Answering a question: the city that was asked, organizers where nobody of it is here, and who asked."""

from __future__ import annotations

from datetime import datetime

from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid
from hub.core.log import record
from hub.exchange import policy, queries
from hub.exchange.events import QuestionAnswered
from hub.exchange.models import Answer
from hub.exchange.said import clean_said
from hub.exchange.service.asking import locked_question
from hub.people.models import User

MOST_ANSWERS = 40  # under one question


def answer_question(question_id: int, text: str, language: str, *, by: User, now: datetime) -> Answer:
    """Put an answer, or a word more of who asked, under a question, inside `transaction()`.

    `language` (BCP 47) is that of the text. The first answer of the city ends the wait. Raises NotFound, Forbidden,
    Conflict where the question was closed or taken away, and Invalid naming `text`.
    """
    question = locked_question(question_id, by)
    if question.closed_at is not None or question.removed_at is not None:
        raise Conflict("the question was closed")
    of_city, is_asker = by.coordinates(question.case.city_id), policy.is_asker(by, question)
    is_somebody_here = of_city or queries.is_somebody_here(question.case.city_id)
    is_by_city = of_city or (
        not is_asker and policy.answers_for(by, question, is_somebody_here=is_somebody_here)
    )  # fmt: skip
    if not is_by_city and not is_asker:
        raise Forbidden("the city that was asked answers, and who asked says more")
    said = clean_said("text", text)
    if len(question.answers) >= MOST_ANSWERS:
        raise Invalid("text", "There is room for %(limit)d answers. Go on by mail, or ask anew.", limit=MOST_ANSWERS)
    city_id = question.case.city_id if of_city else None if is_by_city else question.city_id
    answer = Answer(
        question_id=question.id, city_id=city_id, text=said, language=language, author_id=by.id, is_demo=by.is_demo,
        said_at=now,
    )  # fmt: skip
    db.session.add(answer)
    if is_by_city and question.answered_at is None:
        question.answered_at = now
    db.session.flush()  # the log entry names its id
    event = QuestionAnswered(
        answer.id, question.id, question.case_id, is_public=not question.is_between_cities, is_by_city=is_by_city
    )
    record(event, by=by.id, now=now, changes={"text": (None, said)}, about=by.id)
    return answer
