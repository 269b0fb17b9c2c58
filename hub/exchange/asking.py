"""Questions and answers as pages show them, in the words of the current language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from hub.cases.rows import case_path, city_label, is_current_language
from hub.cities.models import City
from hub.core import clock
from hub.core.text import excerpt
from hub.exchange.models import MENTORING, Answer, Question
from hub.exchange.policy import can_remove_answer
from hub.exchange.said import said_html
from hub.exchange.service.asking import is_of_asked_side
from hub.people.models import User
from hub.web.locale import gettext as _
from hub.web.locale import language, ngettext

EXCERPT = 280  # characters of a text in a list
LONG_WAIT = 21  # days
WAITING, ANSWERED, CLOSED, REMOVED = "waiting", "answered", "closed", "removed"


@dataclass(frozen=True)
class SaidLine:
    """What was said under a question; `html` is empty where it was taken away."""

    id: int
    html: Markup
    language: str  # empty where the page is in it
    city_name: str  # for which its author speaks; empty for none
    city_url: str
    name: str  # of the author, as anyone may read it
    is_of_hub: bool  # the organizers in place of a city
    is_of_asker: bool
    said_at: datetime
    removed_at: datetime | None
    is_demo: bool
    may_remove: bool


@dataclass(frozen=True)
class QuestionLine:
    """A question with what was said under it."""

    id: int
    url: str
    html: Markup
    excerpt: str
    language: str  # empty where the page is in it
    is_mentoring: bool
    is_between_cities: bool
    city_name: str  # for which it was asked; empty for none
    city_url: str
    name: str  # of who asked, as anyone may read it
    to_name: str  # of the city that was asked; empty for a national programme
    case_title: str
    case_language: str
    case_url: str
    asked_at: datetime
    state: str  # waiting, answered, closed, removed
    state_words: str
    is_long: bool  # it waits for weeks
    is_demo: bool
    removed_at: datetime | None
    removed_why: str
    answers: list[SaidLine]

    @property
    def answered(self) -> int:
        """How many answers of the city stand, or of the organizers in its place."""
        return sum(not said.is_of_asker and said.removed_at is None for said in self.answers)


def question_line(question: Question, viewer: User | None = None, *, with_answers: bool = True) -> QuestionLine:
    """Return a question as `viewer` sees it; its answers too unless a list does without."""
    case, state = question.case, state_of(question)
    name, url = _city(question.city)
    return QuestionLine(
        id=question.id,
        url=question_path(question.id),
        html=said_html(question.text),
        excerpt=excerpt(question.text, EXCERPT),
        language=_tongue(question.language),
        is_mentoring=question.kind == MENTORING,
        is_between_cities=question.is_between_cities,
        city_name=name,
        city_url=url,
        name=question.asker.public_name if question.asker is not None else "",
        to_name=city_label(case.city) if case.city is not None else "",
        case_title=case.title,
        case_language=_tongue(case.language),
        case_url=case_path(case.slug),
        asked_at=question.asked_at,
        state=state,
        state_words=state_words(question, clock.now().date()),
        is_long=state == WAITING and (clock.now().date() - question.asked_at.date()).days >= LONG_WAIT,
        is_demo=question.is_demo,
        removed_at=question.removed_at,
        removed_why=question.removed_why,
        answers=[_said(answer, question, viewer) for answer in question.answers] if with_answers else [],
    )


def question_lines(questions: Iterable[Question], *, with_answers: bool = True) -> list[QuestionLine]:
    """Return several questions in their order."""
    return [question_line(question, with_answers=with_answers) for question in questions]


def question_path(question_id: int) -> str:
    """Return the path of a question's page."""
    return f"/exchange/questions/{question_id}"


def state_of(question: Question) -> str:
    """Return where a question stands: waiting, answered, closed, removed."""
    if question.removed_at is not None:
        return REMOVED
    if question.closed_at is not None:
        return CLOSED
    return WAITING if question.answered_at is None else ANSWERED


def state_words(question: Question, today: date) -> str:
    """Say where a question stands: for how long it waits, in whole days, weeks or months, or that it was answered."""
    state = state_of(question)
    if state == WAITING:
        days = (today - question.asked_at.date()).days
        return _("Waits for %(time)s", time=spelled(days)) if days > 0 else _("Asked today, waits for an answer")
    if state == ANSWERED or (state == CLOSED and question.answered_at is not None):
        return _("Answered")
    return _("Closed without an answer") if state == CLOSED else _("Taken away")


def spelled(days: int) -> str:
    """Return so many days as people say it: 5 days, 3 weeks, 4 months."""
    return format_timedelta(timedelta(days=days), granularity="day", locale=language())


def answers_phrase(number: int) -> str:
    """Return how many answers there are, in words."""
    return ngettext("%(num)d answer", "%(num)d answers", number)


def kinds() -> dict[str, str]:
    """Return the kinds of question with their names."""
    return {"question": _("Question"), MENTORING: _("Wish for mentoring")}


def states() -> dict[str, str]:
    """Return the states by which questions are listed, with their names."""
    return {WAITING: _("Waiting"), ANSWERED: _("Answered"), CLOSED: _("Closed")}


def _said(answer: Answer, question: Question, viewer: User | None) -> SaidLine:
    name, url = _city(answer.city)
    is_of_asked = is_of_asked_side(answer, question)
    return SaidLine(
        id=answer.id,
        html=said_html(answer.text) if answer.removed_at is None else Markup(""),
        language=_tongue(answer.language),
        city_name=name,
        city_url=url,
        name=answer.author.public_name if answer.author is not None else "",
        is_of_hub=is_of_asked and answer.city_id is None,
        is_of_asker=not is_of_asked,
        said_at=answer.said_at,
        removed_at=answer.removed_at,
        is_demo=answer.is_demo,
        may_remove=question.removed_at is None and can_remove_answer(viewer, answer),
    )


def _city(city: City | None) -> tuple[str, str]:
    return (city_label(city), f"/cities/{city.slug}") if city is not None else ("", "")


def _tongue(code: str) -> str:
    return "" if is_current_language(code) else code
