"""What waits between cities: questions to be answered, and practices of others that a city takes up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cases.policy import READABLE
from hub.core.db import db
from hub.core.text import excerpt
from hub.exchange.models import ADAPTING, CONSIDERING, MENTORING, Adaptation, Question
from hub.exchange.words import state_since
from hub.site.duelines import Task
from hub.site.moments import format_ago
from hub.web.locale import gettext as _

LONGEST = 110  # characters of a question by which it is named
MOST = 100


def questions_waiting(ids: Mapping[int, str], names: Mapping[str, str], now: datetime) -> list[Task]:
    """Return the questions that cities have not answered yet, the longest wait first; one read.

    `ids` are slugs by city id, `names` names by slug.
    """
    query = (
        select(Question, CaseStudy.title, CaseStudy.city_id)
        .join(CaseStudy, CaseStudy.id == Question.case_id)
        .where(
            CaseStudy.city_id.in_(ids), CaseStudy.state.in_(READABLE), Question.answered_at.is_(None),
            Question.closed_at.is_(None), Question.removed_at.is_(None),
        )
        .order_by(Question.asked_at, Question.id)
        .limit(MOST)
    )  # fmt: skip
    found = []
    for question, title, city_id in db.session.execute(query):
        words = _("Asked %(when)s", when=format_ago(question.asked_at, now))
        if question.kind == MENTORING:
            words = f"{_('Wishes for mentoring')} · {words}"
        label, city = excerpt(question.text, LONGEST), names[ids[city_id or 0]]
        url = f"/exchange/questions/{question.id}"
        found.append(Task("", label, url, city, words, title, question.language, question.is_demo))
    return found


def taken_up(ids: Mapping[int, str], names: Mapping[str, str]) -> list[Task]:
    """Return the practices of others that cities consider or adapt, the one said longest ago first; one read.

    Each leads to where the next step is said.
    """
    query = (
        select(Adaptation, CaseStudy.title, CaseStudy.language)
        .outerjoin(CaseStudy, CaseStudy.id == Adaptation.origin_id)
        .where(
            Adaptation.city_id.in_(ids), Adaptation.state.in_((CONSIDERING, ADAPTING)), Adaptation.removed_at.is_(None)
        )
        .order_by(Adaptation.updated_at, Adaptation.id)
        .limit(MOST)
    )
    found = []
    for adaptation, title, language in db.session.execute(query):
        url = f"/exchange/adaptations/{adaptation.id}/step"
        city, words = names[ids[adaptation.city_id]], state_since(adaptation.state, adaptation.since)
        label, spoken = title or adaptation.origin_title, language or ""
        found.append(Task("", label, url, city, words, "", spoken, adaptation.is_demo))
    return found
