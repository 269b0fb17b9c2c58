"""Notifications as pages and mails show them: each with when, why, and what happened in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hub.cases.models import CaseStudy, CaseTranslation
from hub.cities.models import City
from hub.commitments.models import CheckRequest, CommitmentReminder, StatusRecord, Verification
from hub.exchange.models import AdaptationComment, AdaptationStep, Answer, Question, Reply
from hub.feeds.models import FeedEntry
from hub.follows.models import Notification
from hub.follows.reviewwords import WITHIN_CITY
from hub.follows.things import Thing, name_things
from hub.follows.told import cases, commitments, exchange, newsroom
from hub.follows.told.news import News
from hub.follows.told.subjects import Stories, read_subjects
from hub.people.models import User
from hub.web.zones import local


@dataclass(frozen=True)
class Line:
    """One notification; `news` is none where it is no longer public."""

    id: int
    position: int
    at: datetime
    is_read: bool
    news: News | None
    because: Thing
    is_followed: bool
    thing: str = ""  # what it belongs to: `case:12`; those of one thing stand together
    topic: str = ""

    @property
    def day(self) -> date:
        """The day she was told, where she is."""
        return local(self.at).date()


def lines_of(rows: Sequence[Notification], viewer: User | None, followed: Iterable[tuple[str, str]] = ()) -> list[Line]:
    """Return notifications of one person in words of the current language; `followed` is what she follows now.

    The `viewer` is none for a reader without an account, who is told what anyone may know.
    """
    subjects, now_followed = read_subjects(rows), set(followed)
    causes = {row.id: (str(row.because.get("kind", "")), str(row.because.get("key", ""))) for row in rows}
    things = name_things(causes.values(), viewer)
    return [
        Line(
            id=row.id,
            position=row.position,
            at=row.created_at,
            is_read=row.read_at is not None,
            news=news_of(row.event, subjects.of(row), viewer),
            because=things[causes[row.id]],
            is_followed=causes[row.id] in now_followed,
            thing=row.thing,
            topic=row.topic,
        )
        for row in rows
    ]


def news_of(event: str, subject: Any, viewer: User | None = None) -> News | None:
    """Return what happened in words of the current language; None for what is gone or not public.

    What waits within a city for a second reader is told to a `viewer` who writes for it, and what is asked between two
    cities to their people.
    """
    if event in WITHIN_CITY:
        return cases.within_city(event, subject, viewer)
    match subject:
        case CaseStudy():
            return cases.of_case(event, subject)
        case CaseTranslation():
            return cases.of_translation(subject)
        case StatusRecord():
            return commitments.of_status(subject)
        case CommitmentReminder():
            return commitments.of_reminder(subject)
        case CheckRequest():
            return commitments.of_request(event, subject)
        case Verification():
            return commitments.of_check(subject, viewer)
        case _:
            return _of_others(event, subject, viewer)


def _of_others(event: str, subject: Any, viewer: User | None) -> News | None:
    match subject:
        case AdaptationStep():
            return exchange.of_step(subject)
        case AdaptationComment():
            return exchange.of_comment(subject)
        case Question():
            return exchange.of_question(subject, viewer)
        case Answer():
            return exchange.of_answer(subject, viewer)
        case Reply():
            return exchange.of_reply(event, subject, viewer)
        case City():
            return newsroom.of_city(subject)
        case FeedEntry():
            return newsroom.of_pin(subject)
        case Stories():
            return newsroom.of_stories(subject)
        case _:
            return None
