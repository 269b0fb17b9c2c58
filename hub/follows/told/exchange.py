"""What happened between cities, in words: practices taken up, questions, answers, replies."""

from __future__ import annotations

from typing import NamedTuple

from hub.cases.models import CaseStudy
from hub.cases.policy import READABLE
from hub.cases.rows import case_path, city_label
from hub.commitments.models import StatusRecord
from hub.core.db import db
from hub.exchange.models import (
    ADAPTING,
    CONSIDERING,
    MENTORING,
    RELEASED,
    RUNNING,
    WAITING,
    Adaptation,
    AdaptationComment,
    AdaptationStep,
    Answer,
    Question,
    Reply,
)
from hub.exchange.policy import can_decide_reply, can_read_question
from hub.follows.told.commitments import item_label
from hub.follows.told.news import PLACE, News, make_news
from hub.people.models import User
from hub.web.locale import gettext as _


class Practice(NamedTuple):
    """What was taken up: its title, and the language of that."""

    title: str
    language: str


def of_step(step: AdaptationStep) -> News | None:
    """Return what a city said of a practice that it takes up; None for what was entered by mistake, or is closed."""
    adaptation = db.session.get(Adaptation, step.adaptation_id)
    practice = practice_of(adaptation)
    if adaptation is None or practice is None:
        return None
    said = {"city": city_label(adaptation.city), "title": PLACE}
    if step.state == CONSIDERING:
        sentence = _("%(city)s considers taking up “%(title)s”", **said)
    elif step.state == ADAPTING:
        sentence = _("%(city)s is taking up “%(title)s”", **said)
    elif step.state == RUNNING:
        sentence = _("%(city)s took up “%(title)s” and runs it", **said)
    else:
        sentence = _("%(city)s stopped what it took up from “%(title)s”", **said)
    if adaptation.source_title:  # a document says so, not the city
        sentence = _("%(news)s (documented by %(source)s)", news=sentence, source=adaptation.source_title)
    return make_news(
        sentence, practice.title, adaptation_path(adaptation), practice.language, is_demo=adaptation.is_demo
    )


def of_comment(comment: AdaptationComment) -> News | None:
    """Return that the other city said something; None where it is gone."""
    adaptation = db.session.get(Adaptation, comment.adaptation_id)
    practice = practice_of(adaptation)
    if adaptation is None or practice is None or comment.removed_at is not None:
        return None
    city = city_label(comment.city)
    sentence = _("%(city)s commented on how “%(title)s” is taken up", city=city, title=PLACE)
    return make_news(sentence, practice.title, adaptation_path(adaptation), practice.language, is_demo=comment.is_demo)


def of_question(question: Question, viewer: User | None) -> News | None:
    """Return that a question was asked; None for who may not read it, and where it is gone."""
    if not may_read(question, viewer):
        return None
    city, is_wish = city_label(question.city) if question.city else "", question.kind == MENTORING
    if is_wish and city:
        sentence = _("%(city)s wishes for mentoring on “%(title)s”", city=city, title=PLACE)
    elif is_wish:
        sentence = _("Somebody wishes for mentoring on “%(title)s”", title=PLACE)
    elif city:
        sentence = _("%(city)s asked a question about “%(title)s”", city=city, title=PLACE)
    else:
        sentence = _("Somebody asked a question about “%(title)s”", title=PLACE)
    return _under(question, sentence, is_demo=question.is_demo)


def of_answer(answer: Answer, viewer: User | None) -> News | None:
    """Return what was said under a question; None for who may not read it, and where it is gone."""
    question = db.session.get(Question, answer.question_id)
    if question is None or answer.removed_at is not None or not may_read(question, viewer):
        return None
    city = city_label(answer.city) if answer.city else ""
    if answer.city_id != question.case.city_id and answer.author_id == question.asked_by:
        sentence = _("More was said to a question about “%(title)s”", title=PLACE)
    elif viewer is not None and viewer.id == question.asked_by:
        sentence = _("Your question about “%(title)s” was answered", title=PLACE)
        if city:
            sentence = _("%(city)s answered your question about “%(title)s”", city=city, title=PLACE)
    elif city:
        sentence = _("%(city)s answered a question about “%(title)s”", city=city, title=PLACE)
    else:
        sentence = _("A question about “%(title)s” was answered", title=PLACE)
    return _under(question, sentence, is_demo=answer.is_demo)


def of_reply(event: str, reply: Reply, viewer: User | None) -> News | None:
    """Return a reply that stands, or for organizers one that waits; None for any other."""
    if event == "ReplyConfirmed":
        if reply.state != WAITING or not can_decide_reply(viewer):
            return None
        sentence = _("%(organisation)s asks for a reply beside %(title)s", organisation=PLACE, title=_beside(reply))
        return make_news(sentence, reply.organisation_name, "/organizers/replies", is_demo=reply.is_demo)
    if reply.state != RELEASED or reply.withdrawn_at is not None:
        return None
    name = reply.organisation_name
    if reply.case is not None:
        if reply.case.state not in READABLE:
            return None
        sentence = _("%(organisation)s replied to “%(title)s”", organisation=name, title=PLACE)
        url = f"{case_path(reply.case.slug)}#reply-{reply.id}"
        return make_news(sentence, reply.case.title, url, reply.case.language, is_demo=reply.is_demo)
    status = db.session.get(StatusRecord, reply.record_id)
    if status is None:
        return None
    city = city_label(status.city)
    sentence = _("%(organisation)s replied to what %(city)s says of %(item)s", organisation=name, city=city, item=PLACE)
    url = f"/cities/{status.city.slug}/commitments/{status.item_code}#reply-{reply.id}"
    return make_news(sentence, item_label(status.item_code), url, is_demo=reply.is_demo)


def may_read(question: Question, viewer: User | None) -> bool:
    """Tell whether one may be told of a question: it stands, and one may read it."""
    is_public = question.case.state in READABLE
    return question.removed_at is None and is_public and can_read_question(viewer, question)


def practice_of(adaptation: Adaptation | None) -> Practice | None:
    """Return what was taken up; None where that is no longer public, or the adaptation was taken away."""
    if adaptation is None or adaptation.removed_at is not None:
        return None
    case = adaptation.origin
    if case is None:
        return Practice(adaptation.origin_title, "") if adaptation.origin_id is None else None
    return Practice(case.title, case.language) if case.state in READABLE else None


def adaptation_path(adaptation: Adaptation) -> str:
    """Return where an adaptation stands."""
    return f"/exchange/adaptations/{adaptation.id}"


def question_path(question: Question) -> str:
    """Return where a question stands with what was said under it."""
    return f"/exchange/questions/{question.id}"


def _under(question: Question, sentence: str, *, is_demo: bool) -> News:
    case: CaseStudy = question.case
    return make_news(sentence, case.title, question_path(question), case.language, is_demo=is_demo)


def _beside(reply: Reply) -> str:
    if reply.case is not None:
        return f"“{reply.case.title}”"
    status = db.session.get(StatusRecord, reply.record_id)
    return f"{item_label(status.item_code)}, {city_label(status.city)}" if status is not None else ""
