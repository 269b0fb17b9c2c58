"""What pages of other rooms show of questions and replies; nothing is asked until a template calls for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.exchange import asking, policy, queries
from hub.exchange.asking import QuestionLine
from hub.exchange.said import said_html
from hub.exchange.views.bp import bp
from hub.web.actor import signed_in_user

SHOWN = 5  # questions on the page of a case or a city


@dataclass(frozen=True)
class AskedBeside:
    """The questions that stand beside a case or a city, the first few, and what this reader may do."""

    questions: list[QuestionLine]
    total: int
    waiting: int
    all_url: str
    may_ask: bool = False
    is_somebody_here: bool = True


@bp.app_context_processor
def helpers() -> dict[str, Callable[..., Any]]:
    """Give templates `questions_on(case)`, `questions_to(city)`, `said(text)` and `answers_phrase(number)`."""
    return {
        "questions_on": questions_on, "questions_to": questions_to, "said": said_html,
        "answers_phrase": asking.answers_phrase,
    }  # fmt: skip


def questions_on(case: CaseStudy) -> AskedBeside:
    """Return the questions on a case that this reader may read."""
    me: Any = signed_in_user()
    found = queries.questions_of_case(case.id, me)
    queries.load_answers(found[:SHOWN])
    return AskedBeside(
        questions=[asking.question_line(question, me) for question in found[:SHOWN]],
        total=len(found),
        waiting=sum(question.is_waiting for question in found),
        all_url=f"/exchange/questions/?case={case.slug}",
        may_ask=policy.can_ask(me, case),
        is_somebody_here=queries.is_somebody_here(case.city_id),
    )


def questions_to(city: City) -> AskedBeside:
    """Return the public questions put to a city on all its cases, what waits first."""
    found = queries.questions_for_city(city.id)
    return AskedBeside(
        questions=asking.question_lines(found[:SHOWN], with_answers=False),
        total=len(found),
        waiting=sum(question.is_waiting for question in found),
        all_url=f"/exchange/questions/?city={city.slug}",
        is_somebody_here=queries.is_somebody_here(city.id),
    )
