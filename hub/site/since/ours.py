"""What is new of a person's own cities: what they were asked and told, who takes up their practices, their checks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from hub.cases.models import PUBLISHED, CaseProposal, CaseStudy, CaseTranslation
from hub.cases.policy import READABLE
from hub.cases.proposals import WAITING
from hub.cases.rows import case_path, own_language_name
from hub.cities.models import City
from hub.commitments.models import CONFIRMED, Verification
from hub.core.text import excerpt
from hub.exchange.models import (
    ADAPTING,
    CONSIDERING,
    MENTORING,
    RUNNING,
    STOPPED,
    Adaptation,
    AdaptationComment,
    AdaptationStep,
    Answer,
    Question,
)
from hub.site.since.lines import LONGEST, NAMED, Part, Piece, World, foreign, item_label, joined, named, newest
from hub.web.locale import gettext as _

QUESTIONS = "/exchange/questions/"


def parts(world: World) -> list[Part]:
    """Return what is new of her cities, one read for each kind."""
    return [
        _questions(world),
        _answers(world),
        _taken_up(world),
        _comments(world),
        _translations(world),
        _proposals(world),
        _checks(world),
    ]


def _questions(world: World) -> Part:
    query = (
        select(
            Question.id, Question.text, Question.language, Question.kind, Question.asked_at, Question.is_demo,
            CaseStudy.title, *NAMED,
        )
        .join(CaseStudy, CaseStudy.id == Question.case_id)
        .outerjoin(City, City.id == Question.city_id)
        .where(
            CaseStudy.city_id.in_(world.ids), CaseStudy.state.in_(READABLE), Question.asked_at > world.since,
            Question.removed_at.is_(None), _by_others(Question.asked_by, world),
        )
        .order_by(Question.asked_at.desc(), Question.id.desc())
    )  # fmt: skip
    return newest(_("Questions to your city"), query, f"{QUESTIONS}?city={world.slugs[0]}", _question)


def _question(row: Any) -> Piece:
    wish = _("Wishes for mentoring") if row.kind == MENTORING else ""
    return Piece(
        excerpt(row.text, LONGEST), f"/exchange/questions/{row.id}", joined([wish, named(row), row.title]),
        row.asked_at, foreign(row.language), row.is_demo,
    )  # fmt: skip


def _answers(world: World) -> Part:
    """Find what others said under the questions of these cities, and under those that they were asked."""
    between = or_(Question.city_id.in_(world.ids), CaseStudy.city_id.in_(world.ids))
    query = (
        select(
            Answer.question_id, Answer.text, Answer.language, Answer.said_at, Answer.is_demo, CaseStudy.title, *NAMED,
        )
        .join(Question, Question.id == Answer.question_id)
        .join(CaseStudy, CaseStudy.id == Question.case_id)
        .outerjoin(City, City.id == Answer.city_id)
        .where(
            or_(Question.asked_by == world.user_id, between), or_(~Question.is_between_cities, between),
            CaseStudy.state.in_(READABLE), Question.removed_at.is_(None), Answer.removed_at.is_(None),
            Answer.said_at > world.since, _by_others(Answer.author_id, world),
            or_(Answer.city_id.is_(None), Answer.city_id.not_in(world.ids)),
        )
        .order_by(Answer.said_at.desc(), Answer.id.desc())
    )  # fmt: skip
    return newest(
        _("Answers"), query, QUESTIONS,
        lambda row: Piece(
            excerpt(row.text, LONGEST), f"/exchange/questions/{row.question_id}", joined([named(row), row.title]),
            row.said_at, foreign(row.language), row.is_demo,
        ),
    )  # fmt: skip


def _taken_up(world: World) -> Part:
    stepped = exists().where(AdaptationStep.adaptation_id == Adaptation.id, AdaptationStep.recorded_at > world.since)
    query = (
        select(
            Adaptation.id, Adaptation.state, Adaptation.updated_at, Adaptation.is_demo, Adaptation.origin_title,
            CaseStudy.title, CaseStudy.language, *NAMED,
        )
        .join(City, City.id == Adaptation.city_id)
        .outerjoin(CaseStudy, CaseStudy.id == Adaptation.origin_id)
        .where(
            _of_practices(world), Adaptation.city_id.not_in(world.ids), Adaptation.removed_at.is_(None), stepped,
        )
        .order_by(Adaptation.updated_at.desc(), Adaptation.id.desc())
    )  # fmt: skip
    return newest(_("Your practices, taken up by others"), query, "/exchange/", _adaptation)


def _adaptation(row: Any) -> Piece:
    city = named(row)
    words = {
        CONSIDERING: _("%(city)s considers it", city=city),
        ADAPTING: _("%(city)s adapts it", city=city),
        RUNNING: _("%(city)s runs it", city=city),
        STOPPED: _("%(city)s stopped it", city=city),
    }[row.state]
    return Piece(
        row.title or row.origin_title, f"/exchange/adaptations/{row.id}", words, row.updated_at,
        foreign(row.language), row.is_demo,
    )  # fmt: skip


def _comments(world: World) -> Part:
    """Find what the other city said to an adaptation of a practice of these cities, or by them."""
    query = (
        select(
            AdaptationComment.adaptation_id, AdaptationComment.text, AdaptationComment.language,
            AdaptationComment.said_at, AdaptationComment.is_demo, CaseStudy.title, *NAMED,
        )
        .join(Adaptation, Adaptation.id == AdaptationComment.adaptation_id)
        .join(City, City.id == AdaptationComment.city_id)
        .outerjoin(CaseStudy, CaseStudy.id == Adaptation.origin_id)
        .where(
            or_(Adaptation.city_id.in_(world.ids), _of_practices(world)), Adaptation.removed_at.is_(None),
            AdaptationComment.removed_at.is_(None), AdaptationComment.said_at > world.since,
            AdaptationComment.city_id.not_in(world.ids),
        )
        .order_by(AdaptationComment.said_at.desc(), AdaptationComment.id.desc())
    )  # fmt: skip
    return newest(
        _("Comments"), query, "/exchange/",
        lambda row: Piece(
            excerpt(row.text, LONGEST), f"/exchange/adaptations/{row.adaptation_id}",
            joined([named(row), row.title or ""]), row.said_at, foreign(row.language), row.is_demo,
        ),
    )  # fmt: skip


def _of_practices(world: World) -> ColumnElement[bool]:
    return or_(CaseStudy.city_id.in_(world.ids), Adaptation.origin_city_id.in_(world.ids))


def _translations(world: World) -> Part:
    query = (
        select(
            CaseTranslation.language.label("into"), CaseTranslation.published_at, CaseStudy.slug, CaseStudy.title,
            CaseStudy.language, CaseStudy.is_demo,
        )
        .join(CaseStudy, CaseStudy.id == CaseTranslation.case_id)
        .where(
            CaseStudy.city_id.in_(world.ids), CaseStudy.state == PUBLISHED, CaseTranslation.state == PUBLISHED,
            CaseTranslation.published_at > world.since, _by_others(CaseTranslation.translated_by, world),
        )
        .order_by(CaseTranslation.published_at.desc(), CaseTranslation.id.desc())
    )  # fmt: skip
    return newest(
        _("Translations of your case studies"), query, f"/cases/?city={world.slugs[0]}",
        lambda row: Piece(
            row.title, f"{case_path(row.slug)}/translations", own_language_name(row.into), row.published_at,
            foreign(row.language), row.is_demo,
        ),
    )  # fmt: skip


def _proposals(world: World) -> Part:
    query = (
        select(
            CaseProposal.id, CaseProposal.proposed_at, CaseProposal.change_note, CaseStudy.slug, CaseStudy.title,
            CaseStudy.language, CaseStudy.is_demo,
        )
        .join(CaseStudy, CaseStudy.id == CaseProposal.case_id)
        .where(
            CaseStudy.city_id.in_(world.ids), CaseStudy.state == PUBLISHED, CaseProposal.state == WAITING,
            CaseProposal.proposed_at > world.since, _by_others(CaseProposal.proposed_by, world),
        )
        .order_by(CaseProposal.proposed_at.desc(), CaseProposal.id.desc())
    )  # fmt: skip
    return newest(
        _("Changes that wait for a second reader"), query, "",
        lambda row: Piece(
            row.title, f"{case_path(row.slug)}/proposals/{row.id}", excerpt(row.change_note, LONGEST),
            row.proposed_at, foreign(row.language), row.is_demo,
        ),
    )  # fmt: skip


def _checks(world: World) -> Part:
    query = (
        select(
            Verification.item_code, Verification.result, Verification.recorded_at, Verification.is_demo, City.slug,
            *NAMED,
        )
        .join(City, City.id == Verification.city_id)
        .where(
            Verification.city_id.in_(world.ids), Verification.recorded_at > world.since,
            _by_others(Verification.by_user_id, world),
        )
        .order_by(Verification.recorded_at.desc(), Verification.id.desc())
    )  # fmt: skip
    return newest(_("Checks of your statuses"), query, f"/cities/{world.slugs[0]}/commitments", _check)


def _check(row: Any) -> Piece:
    words = _("Confirmed") if row.result == CONFIRMED else _("Not confirmed")
    return Piece(
        item_label(row.item_code), f"/cities/{row.slug}/commitments/{row.item_code}", words, row.recorded_at,
        is_demo=row.is_demo, code=row.item_code,
    )  # fmt: skip


def _by_others(column: Any, world: World) -> ColumnElement[bool]:
    """Match what somebody else did, or nobody in person."""
    return or_(column.is_(None), column != world.user_id)
