"""What happens between cities, put on record by the tables: practices taken up, questions, replies, stories."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hub.cases.events import CaseTranslationPublished
from hub.cases.models import PUBLISHED, CaseTranslation, CaseTranslationRevision
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import record
from hub.exchange.events import (
    AdaptationCommented,
    AdaptationRecorded,
    QuestionAnswered,
    QuestionAsked,
    ReplyConfirmed,
    ReplyReleased,
)
from hub.exchange.models import (
    RELEASED,
    WAITING,
    Adaptation,
    AdaptationComment,
    AdaptationStep,
    Answer,
    Question,
    Reply,
)
from hub.feeds.events import StoriesStored
from hub.feeds.models import FeedEntry, FeedSource
from hub.follows.models import Follow, Notification, Subscriber
from tests.follows.acts import city_id


def adapt(city: str, case_id: int | None, state: str = "considering", *, by: int | None = None, **values: Any) -> int:
    """Put a step of an adaptation on record, its first or the next; returns the adaptation's id."""
    now, own = clock.now(), city_id(city)
    with transaction():
        found = select(Adaptation).where(Adaptation.city_id == own, Adaptation.origin_id == case_id)
        row = db.session.scalar(found) if case_id is not None else None
        if row is None:
            made = {"origin_id": case_id, "language": "en", "created_by": by, "created_at": now, "updated_at": now}
            row = Adaptation(city_id=own, state=state, **(made | values))
            db.session.add(row)
        row.state = state
        db.session.flush()
        step = AdaptationStep(adaptation_id=row.id, state=state, recorded_by=by, recorded_at=now)
        db.session.add(step)
        db.session.flush()
        record(AdaptationRecorded(row.id, step.id, own, case_id), by=by, now=now)
        return row.id


def comment(adaptation_id: int, city: str, *, by: int) -> int:
    """Put a comment on record; returns its id."""
    now = clock.now()
    with transaction():
        case_id = db.session.get_one(Adaptation, adaptation_id).origin_id
        row = AdaptationComment(
            adaptation_id=adaptation_id, city_id=city_id(city), text="Well done", language="en", author_id=by,
            said_at=now,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        record(AdaptationCommented(row.id, adaptation_id, row.city_id, case_id), by=by, now=now)
        return row.id


def ask(case_id: int, *, by: int, city: str = "", is_between_cities: bool = False, **values: Any) -> int:
    """Put a question on record; returns its id."""
    now = clock.now()
    with transaction():
        row = Question(
            case_id=case_id, asked_by=by, city_id=city_id(city) if city else None, text="How?", language="en",
            is_between_cities=is_between_cities, asked_at=now, **values,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        record(QuestionAsked(row.id, case_id, not is_between_cities), by=by, now=now)
        return row.id


def answer(question_id: int, *, by: int, city: str = "", is_by_city: bool = True) -> int:
    """Put an answer on record; returns its id."""
    now = clock.now()
    with transaction():
        question = db.session.get_one(Question, question_id)
        row = Answer(
            question_id=question_id, city_id=city_id(city) if city else None, text="So.", language="en", author_id=by,
            said_at=now,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        is_public = not question.is_between_cities
        record(QuestionAnswered(row.id, question_id, question.case_id, is_public, is_by_city), by=by, now=now)
        return row.id


def reply(
    *, case_id: int | None = None, record_id: int | None = None, by: int | None = None, state: str = RELEASED
) -> int:
    """Put a reply on record, released or waiting; returns its id."""
    now = clock.now()
    with transaction():
        row = Reply(
            subject="case" if case_id else "status", case_id=case_id, record_id=record_id, person_name="Ann",
            organisation_name="Tenants’ Union", person_role="Chair", email="ann@example.org", concern="Named",
            text="Not so.", language="en", token_hash=f"{now.timestamp()}", state=state, created_at=now,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        event = ReplyConfirmed(row.id) if state == WAITING else ReplyReleased(row.id, case_id, record_id)
        record(event, by=by, now=now)
        return row.id


def translate(case_id: int, language: str = "ko") -> None:
    """Put a version of a translation on record."""
    now = clock.now()
    with transaction():
        found = select(CaseTranslation).where(CaseTranslation.case_id == case_id, CaseTranslation.language == language)
        row = db.session.scalar(found) or CaseTranslation(
            case_id=case_id, language=language, texts={"title": "제목"}, follows=1, published_at=now, updated_at=now
        )
        row.state = PUBLISHED
        db.session.add(row)
        db.session.flush()
        earlier = select(db.func.count()).where(CaseTranslationRevision.translation_id == row.id)
        number = (db.session.scalar(earlier) or 0) + 1
        db.session.add(
            CaseTranslationRevision(translation_id=row.id, number=number, follows=1, texts={}, recorded_at=now)
        )
        record(CaseTranslationPublished(case_id, row.id), by=None, now=now)


def stories(slug: str, *titles: str, **values: Any) -> list[int]:
    """Put what a check of a source brought on record; returns the stories' ids."""
    now = clock.now()
    with transaction():
        source = db.session.scalar(select(FeedSource).where(FeedSource.slug == slug))
        if source is None:
            source = FeedSource(slug=slug, title=f"News of {slug}")
            db.session.add(source)
            db.session.flush()
        rows = [
            FeedEntry(
                source_id=source.id, guid=f"{slug}-{title}", url=f"https://example.org/{title}", title=title,
                published_at=now, updated_at=now, **values,
            )
            for title in titles
        ]  # fmt: skip
        db.session.add_all(rows)
        db.session.flush()
        record(StoriesStored(source.id, [row.id for row in rows]), by=None, now=now)
        return [row.id for row in rows]


def subscribe(*things: tuple[str, str]) -> int:
    """Let someone without an account follow things by mail; returns her number."""
    now = clock.now()
    with transaction():
        row = Subscriber(email=f"{now.timestamp()}@example.org", language="en", time_zone="UTC", created_at=now)
        db.session.add(row)
        db.session.flush()
        db.session.add_all(Follow(subscriber_id=row.id, kind=kind, key=key, created_at=now) for kind, key in things)
        return row.id


def told_by_mail(subscriber_id: int) -> list[Notification]:
    """Return what someone without an account was told, oldest first."""
    query = select(Notification).where(Notification.subscriber_id == subscriber_id).order_by(Notification.position)
    return list(db.session.scalars(query))
