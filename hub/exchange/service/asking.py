"""Asking a city on its case, and what becomes of a question: opened to all, closed, taken away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from hub.cases.models import CaseStudy
from hub.cases.policy import can_read_case
from hub.core.chain import erase_personal
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, LogEntry, record
from hub.exchange import policy, queries
from hub.exchange.events import AnswerRemoved, QuestionAsked, QuestionClosed, QuestionOpened, QuestionRemoved
from hub.exchange.models import ASKS, MENTORING, Answer, Question
from hub.exchange.said import clean_said
from hub.people.models import User

MOST_A_DAY = 20  # questions of one member
LONGEST_WHY = 200


@dataclass(frozen=True)
class Asked:
    """What a member asks, and for which of her cities; None where she asks for none."""

    text: str
    kind: str = ASKS
    is_between_cities: bool = False
    city_id: int | None = None
    language: str = "en"


def ask(case_id: int, said: Asked, *, by: User, now: datetime) -> Question:
    """Put a question to the city of a case, inside `transaction()`.

    Raises NotFound for a case that she may not read, and Invalid in words for her own city's case, an archived one, or
    more than 20 questions a day.
    """
    case = db.session.get(CaseStudy, case_id)
    if case is None or not can_read_case(case, by):
        raise NotFound(f"no case {case_id}")
    db.session.scalar(select(User.id).where(User.id == by.id).with_for_update())  # so that the day's limit holds
    _check_case(by, case)
    if said.kind not in (ASKS, MENTORING):
        raise Invalid("kind", "Choose one of the list.")
    if said.city_id is not None and not by.works_for(said.city_id):
        raise Invalid("city", "Choose one of your cities.")
    if said.is_between_cities and said.city_id is None:
        raise Invalid("who", "Only who works for a city can ask between two cities. Choose the city, or ask openly.")
    if said.is_between_cities and case.city_id is None:
        raise Invalid("who", "No city answers for this practice, so there is nobody to keep it between. Ask openly.")
    text = clean_said("text", said.text)
    if queries.count_asked_since(by.id, now - timedelta(days=1)) >= MOST_A_DAY:
        raise Invalid("text", "You asked %(limit)d questions today. Ask the next one tomorrow.", limit=MOST_A_DAY)
    question = Question(
        case_id=case.id, kind=said.kind, text=text, language=said.language, is_between_cities=said.is_between_cities,
        asked_by=by.id, city_id=said.city_id, is_demo=by.is_demo, asked_at=now,
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()  # the log entry names its id
    changes = {"kind": (None, said.kind), "is_between_cities": (None, said.is_between_cities), "text": (None, text)}
    event = QuestionAsked(question.id, case.id, is_public=not said.is_between_cities)
    record(event, by=by.id, now=now, changes=changes, about=by.id)
    return question


def why_not_ask(user: User, case: CaseStudy) -> Invalid | None:
    """Return in words why a member cannot ask on a case; None where she can."""
    try:
        _check_case(user, case)
    except Invalid as error:
        return error
    return None


def close_question(question_id: int, *, by: User, now: datetime) -> Question:
    """Say that no answer is needed any more, inside `transaction()`; closed before, nothing more.

    Raises Forbidden, NotFound, and Conflict where it was taken away.
    """
    question = locked_question(question_id, by)
    if question.closed_at is not None and question.removed_at is None:
        return question
    if not policy.can_close_question(by, question):
        raise Forbidden("who asked closes a question")
    question.closed_at = now
    record(QuestionClosed(question.id, question.case_id), by=by.id, now=now, changes={"closed_at": (None, now)})
    return question


def open_question(question_id: int, *, by: User, now: datetime) -> Question:
    """Open a question between two cities to everyone with all that stands under it, inside `transaction()`.

    Open before, nothing more. Raises Forbidden, NotFound, and Conflict where it was answered or taken away meanwhile.
    """
    question = locked_question(question_id, by)
    has_part = policy.is_asker(by, question) or by.coordinates(question.case.city_id)
    if has_part and not question.is_between_cities and question.removed_at is None:
        return question
    if not policy.can_open_question(by, question):
        if policy.is_asker(by, question) and question.answered_at is not None:
            raise Conflict("it was answered meanwhile")
        raise Forbidden("who asked opens a question, or who answered")
    question.is_between_cities = False
    changes = {"is_between_cities": (True, False)}
    record(QuestionOpened(question.id, question.case_id), by=by.id, now=now, changes=changes)
    return question


def remove_question(question_id: int, why: str, *, by: User, now: datetime) -> Question:
    """Take a question away with all that was said under it, inside `transaction()`; a dated line stays.

    The texts go from the log too. Organizers who have no part in it say why, and everyone may read that. Taken away
    before, nothing more. Raises Forbidden, NotFound, Invalid.
    """
    question = locked_question(question_id, by)
    if question.removed_at is not None:
        return question
    if not policy.can_remove_question(by, question):
        raise Forbidden("who asked, her city and organizers take a question away")
    is_own = policy.is_asker(by, question) or by.coordinates(question.city_id)
    question.removed_why = "" if is_own else _reason(why)
    question.text, question.removed_at = "", now
    for answer in question.answers:
        answer.text, answer.removed_at = "", answer.removed_at or now
    db.session.flush()
    _forget_texts(_about("question_id", [question.id]), by, now)
    changes = {"removed_at": (None, now), "removed_why": (None, question.removed_why or None)}
    record(QuestionRemoved(question.id, question.case_id), by=by.id, now=now, changes=changes)
    return question


def remove_answer(answer_id: int, why: str, *, by: User, now: datetime) -> Answer:
    """Take away what stands under a question, inside `transaction()`; a dated line stays, and nothing in the log.

    The question waits again where no other answer of the city is left. Organizers who did not write it say why in the
    log. Taken away before, nothing more. Raises Forbidden, NotFound, Invalid.
    """
    number = db.session.scalar(select(Answer.question_id).where(Answer.id == answer_id))
    if number is None:
        raise NotFound(f"no answer {answer_id}")
    question = locked_question(number, by)
    answer = next(each for each in question.answers if each.id == answer_id)
    if answer.removed_at is not None:
        return answer
    if not policy.can_remove_answer(by, answer):
        raise Forbidden("its author, her city and organizers take an answer away")
    is_own = answer.author_id == by.id or by.coordinates(answer.city_id)
    reason = "" if is_own else _reason(why)
    was = question.answered_at
    answer.text, answer.removed_at = "", now
    left = [each.said_at for each in question.answers if each.removed_at is None and is_of_asked_side(each, question)]
    question.answered_at = min(left, default=None)
    db.session.flush()
    _forget_texts(_about("answer_id", [answer.id]), by, now)
    changes = {"removed_at": (None, now), "reason": (None, reason or None), "answered_at": (was, question.answered_at)}
    record(AnswerRemoved(answer.id, question.id, question.case_id), by=by.id, now=now, changes=changes)
    return answer


def locked_question(question_id: int, by: User) -> Question:
    """Return a question as it is now, which nobody changes until the commit; raises NotFound."""
    wanted = select(Question).where(Question.id == question_id).with_for_update(of=Question)
    question = db.session.scalar(wanted.execution_options(populate_existing=True))
    if question is None or not policy.can_read_question(by, question):
        raise NotFound(f"no question {question_id}")
    db.session.expire(question, ["answers"])
    return question


def is_of_asked_side(answer: Answer, question: Question) -> bool:
    """Tell whether an answer is the city's, or the organizers' in its place, and not a word more of who asked."""
    if answer.city_id is not None:
        return answer.city_id == question.case.city_id
    return answer.author_id is None or answer.author_id != question.asked_by


def _check_case(user: User, case: CaseStudy) -> None:
    if user.works_for(case.city_id):
        raise Invalid("text", "This is a case of your own city. Ask your colleagues, or answer what others ask.")
    if not case.is_published:
        raise Invalid("text", "This case is in the archive. Questions go to cases that are published.")
    if not policy.can_ask(user, case):
        raise Forbidden("members ask")


def _reason(why: str) -> str:
    why = " ".join(why.split())
    if not why:
        raise Invalid("why", "Say why: whoever wrote it reads it.")
    if len(why) > LONGEST_WHY:
        raise Invalid(
            "why", "Write at most %(limit)d characters; it has %(found)d.", limit=LONGEST_WHY, found=len(why)
        )  # fmt: skip
    return why


def _about(field: str, numbers: Collection[int]) -> ColumnElement[bool]:
    return and_(LogEntry.payload[field].as_integer().in_(numbers), LogEntry.sealed.is_not(None))


def _forget_texts(entries: ColumnElement[bool], by: User, now: datetime) -> None:
    """Erase what the log keeps of texts that were taken away."""
    kinds = LogEntry.kind.in_(("QuestionAsked", "QuestionAnswered"))
    positions = list(db.session.scalars(select(LogEntry.position).where(kinds, entries)))
    if positions:
        erase_personal(parts=(CHANGES,), reason="taken_out", by=by.id, now=now, positions=positions)
