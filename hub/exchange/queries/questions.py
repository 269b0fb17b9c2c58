"""Reading questions: of a case, of a city, what waits in the whole network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import joinedload, selectinload

from hub.cases.models import PUBLISHED, CaseStudy
from hub.cases.policy import READABLE
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import NotFound
from hub.exchange.models import MENTORING, Answer, Question
from hub.exchange.policy import can_read_question
from hub.people.models import User
from hub.people.queries import count_coordinators

WAITS, ANSWERED, CLOSED = "waiting", "answered", "closed"
STATES = (WAITS, ANSWERED, CLOSED)
MOST = 200  # that are looked through for one case or one city

_STANDS = Question.removed_at.is_(None)
_WAITS = and_(_STANDS, Question.answered_at.is_(None), Question.closed_at.is_(None))
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    WAITS: _WAITS,
    ANSWERED: and_(_STANDS, Question.answered_at.is_not(None)),
    CLOSED: and_(_STANDS, Question.answered_at.is_(None), Question.closed_at.is_not(None)),
}


@dataclass(frozen=True)
class QuestionFilter:
    """What narrows the list of questions; an empty field narrows nothing."""

    state: str = ""  # waiting, answered, closed
    kind: str = ""  # question, mentoring
    case: str = ""  # its slug
    city: str = ""  # the slug of the city that was asked


def get_question(question_id: int, viewer: User | None = None) -> Question:
    """Return a question that `viewer` may read, with all that was said under it; raises NotFound.

    One that was taken away is found: a dated line stays of it.
    """
    query = _whole(select(Question).where(Question.id == question_id)).options(joinedload(Question.asker))
    question: Question | None = db.session.scalar(query.execution_options(populate_existing=True))
    if question is None or not can_read_question(viewer, question):
        raise NotFound(f"no question {question_id}")
    return question


def questions_of_case(case_id: int, viewer: User | None = None) -> list[Question]:
    """Return the questions on a case that `viewer` may read: first what waits, oldest first, then the newest."""
    return _readable(_named(select(Question).where(Question.case_id == case_id, _STANDS)), viewer)


def load_answers(questions: Sequence[Question]) -> None:
    """Read what was said under these questions, in one go."""
    if questions:
        wanted = select(Question).where(Question.id.in_([question.id for question in questions]))
        db.session.scalars(_whole(wanted)).all()


def questions_for_city(city_id: int, viewer: User | None = None) -> list[Question]:
    """Return the questions put to a city on all its cases that `viewer` may read: first what waits, oldest first.

    Without a viewer only those that everyone may read.
    """
    query = select(Question).join(Question.case).where(CaseStudy.city_id == city_id, _STANDS)
    return _readable(_named(query), viewer)


def open_questions(limit: int) -> list[Question]:
    """Return the public questions that wait for an answer, the longest wait first, at most `limit`."""
    query = select(Question).join(Question.case).where(*_PUBLIC, _WAITS)
    return list(db.session.scalars(_named(query.order_by(Question.asked_at, Question.id).limit(limit))))


def list_questions(narrowed: QuestionFilter, limit: int, offset: int = 0) -> tuple[list[Question], int]:
    """Return the public questions asked for, what waits first, and how many there are in all."""
    wanted = _narrowed(select(Question.id).join(Question.case).where(*_PUBLIC, _STANDS), narrowed)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    query = select(Question).where(Question.id.in_(wanted)).order_by(*_ORDER).limit(limit).offset(offset)
    return list(db.session.scalars(_whole(_named(query)))), total


def waiting_questions(limit: int, kind: str = "") -> list[Question]:
    """Return what waits for an answer, also between cities: for organizers. The longest wait comes first."""
    query = select(Question).join(Question.case).where(_WAITS, CaseStudy.state.in_(READABLE))
    if kind:
        query = query.where(Question.kind == kind)
    return list(db.session.scalars(_named(query.order_by(Question.asked_at, Question.id).limit(limit))))


def wishes_for_mentoring(limit: int) -> list[Question]:
    """Return the wishes for mentoring that wait, the longest wait first: for organizers."""
    return waiting_questions(limit, MENTORING)


def count_waiting_questions(kind: str = "") -> int:
    """Return how many questions wait for an answer in the whole network, also between cities."""
    query = select(func.count()).select_from(Question).join(Question.case)
    query = query.where(_WAITS, CaseStudy.state.in_(READABLE))
    return db.session.scalar(query.where(Question.kind == kind) if kind else query) or 0


def count_public_questions(case_id: int) -> tuple[int, int]:
    """Return how many questions on a case everyone may read, and how many of them wait."""
    waits = func.coalesce(func.sum(sql_case((_WAITS, 1), else_=0)), 0)
    found = select(func.count(), waits).where(Question.case_id == case_id, _STANDS, ~Question.is_between_cities)
    total, waiting = db.session.execute(found).one()
    return int(total), int(waiting)


def offers_to_mentor(limit: int) -> tuple[list[CaseStudy], int]:
    """Return the published cases whose city offers to mentor, the newest first, and how many there are in all."""
    offered = (CaseStudy.state == PUBLISHED, CaseStudy.will_mentor == "yes")
    query = select(CaseStudy).where(*offered).order_by(CaseStudy.published_at.desc(), CaseStudy.id.desc())
    total = db.session.scalar(select(func.count()).where(*offered)) or 0
    return list(db.session.scalars(query.limit(limit))), total


def is_somebody_here(city_id: int | None) -> bool:
    """Tell whether a city has a coordinator here who can answer; a suspended one and a national programme have none."""
    city = db.session.get(City, city_id) if city_id is not None else None
    return city is not None and not city.is_suspended and count_coordinators(city.id) > 0


def count_asked_since(user_id: int, since: Any) -> int:
    """Return how many questions a member asked since a moment, those taken away among them."""
    return db.session.scalar(select(func.count()).where(Question.asked_by == user_id, Question.asked_at > since)) or 0


_PUBLIC = (~Question.is_between_cities, CaseStudy.state.in_(READABLE))
_ORDER = (
    sql_case((_WAITS, 0), else_=1),
    sql_case((_WAITS, Question.asked_at)),  # oldest first; nothing for the others
    Question.asked_at.desc(),
    Question.id.desc(),
)


def _narrowed(query: Select[Any], narrowed: QuestionFilter) -> Select[Any]:
    if narrowed.state:
        query = query.where(_CONDITIONS[narrowed.state])
    if narrowed.kind:
        query = query.where(Question.kind == narrowed.kind)
    if narrowed.case:
        query = query.where(CaseStudy.slug == narrowed.case)
    if narrowed.city:
        query = query.where(CaseStudy.city_id.in_(select(City.id).where(City.slug == narrowed.city)))
    return query


def _named(query: Select[Any]) -> Select[Any]:
    return query.options(joinedload(Question.city), joinedload(Question.asker))


def _whole(query: Select[Any]) -> Select[Any]:
    answers = selectinload(Question.answers)
    return query.options(joinedload(Question.city), answers.joinedload(Answer.city), answers.joinedload(Answer.author))


def _readable(query: Select[Any], viewer: User | None) -> list[Question]:
    if viewer is None:
        query = query.where(~Question.is_between_cities)
    found: Iterable[Question] = db.session.scalars(query.order_by(*_ORDER).limit(MOST))
    return [question for question in found if can_read_question(viewer, question)]
