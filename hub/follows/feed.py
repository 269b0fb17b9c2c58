"""The feed of one thing: the newest of exactly what its followers are told."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, select, tuple_

from hub.cases.carriers import carriers
from hub.cases.models import CaseStudy, CaseTag
from hub.cities.models import City
from hub.commitments.models import StatusRecord, Verification
from hub.core.db import db
from hub.exchange.models import Adaptation, Question, Reply
from hub.feeds import queries as feeds
from hub.feeds.models import FeedEntry
from hub.feeds.queries import NewsFilter
from hub.feeds.rows import date_of, story_path, summary_of
from hub.follows import happenings
from hub.follows.happenings import NEWEST, Happening
from hub.follows.models import CASE, CITY, COMMITMENT, COUNTRY, PRINCIPLE, QUESTION, SOURCE
from hub.follows.told import News, news_of, read_subjects
from hub.vocabularies.queries import vocabulary
from hub.web.formats import AtomEntry


def entries(kind: str, key: str) -> list[AtomEntry]:
    """Return the newest 50 entries of the feed of a thing that is there."""
    newest = sorted(_FOUND[kind](key), key=lambda each: (each.at, each.path), reverse=True)[:NEWEST]
    held = read_subjects(newest)  # all that the words need, in a few questions
    told = [(each, news_of(each.event, held.of(each))) for each in newest]
    made = [_entry(each, news) for each, news in told if news is not None]
    if kind == SOURCE:
        made += [_story(story) for story in feeds.list_entries(NewsFilter(source=key), NEWEST)]
    return sorted(made, key=lambda each: (each.updated_at, each.id), reverse=True)[:NEWEST]


def _of_case(slug: str) -> list[Happening]:
    case = db.session.scalars(select(CaseStudy).where(CaseStudy.slug == slug)).one()
    return [
        *happenings.told_of_case(case),
        *happenings.translated(CaseStudy.id == case.id),
        *happenings.taken_up(Adaptation.origin_id == case.id),
        *happenings.asked(Question.case_id == case.id),
        *happenings.answered(Question.case_id == case.id),
        *happenings.replied(Reply.case_id == case.id),
    ]


def _of_city(slug: str) -> list[Happening]:
    return [*_of_place(City.slug == slug), *happenings.pinned((CITY, slug))]


def _of_country(code: str) -> list[Happening]:
    return [*_of_place(City.country == code, code), *happenings.pinned((COUNTRY, code))]


def _of_place(wanted: ColumnElement[bool], country: str = "") -> list[Happening]:
    """Return what happened in the cities of a condition and, where a country is named, in it as a whole."""
    cities = select(City.id).where(wanted)
    statuses = select(StatusRecord.id).where(StatusRecord.city_id.in_(cities))
    cases = happenings.of_place(cities, country=country)
    return [
        *happenings.published(cases),
        *happenings.revised(cases),
        *happenings.translated(cases),
        *happenings.taken_up(happenings.of_cities(cities, country=country)),
        *happenings.recorded(StatusRecord.city_id.in_(cities)),
        *happenings.checked(Verification.city_id.in_(cities)),
        *happenings.replied(Reply.record_id.in_(statuses)),
        *happenings.joined(wanted),
    ]


def _of_principle(code: str) -> list[Happening]:
    return [*happenings.published(_tagged(code)), *happenings.pinned((PRINCIPLE, code))]


def _of_commitment(code: str) -> list[Happening]:
    statuses = select(StatusRecord.id).where(StatusRecord.item_code == code)
    return [
        *happenings.published(_tagged(code)),
        *happenings.recorded(StatusRecord.item_code == code),
        *happenings.checked(Verification.item_code == code),
        *happenings.replied(Reply.record_id.in_(statuses)),
    ]


def _tagged(code: str) -> ColumnElement[bool]:
    tagged = tuple_(CaseTag.scheme, CaseTag.code).in_(carriers(code, vocabulary()))
    return CaseStudy.id.in_(select(CaseTag.case_id).where(tagged))


def _of_question(key: str) -> list[Happening]:
    return happenings.answered(Question.id == int(key))


def _of_source(slug: str) -> list[Happening]:
    return happenings.pinned((SOURCE, slug))


_FOUND: dict[str, Callable[[str], list[Happening]]] = {
    CASE: _of_case,
    CITY: _of_city,
    COUNTRY: _of_country,
    PRINCIPLE: _of_principle,
    COMMITMENT: _of_commitment,
    QUESTION: _of_question,
    SOURCE: _of_source,
}


def _entry(happening: Happening, news: News) -> AtomEntry:
    subject = happening.subject
    codes = subject.principle_codes if isinstance(subject, CaseStudy | FeedEntry) else ()
    categories = (subject.item_code, subject.status) if isinstance(subject, StatusRecord) else codes
    return AtomEntry(
        id=happening.name,
        title=news.text,
        url=happening.path,
        updated_at=happening.at,
        published_at=happening.at,
        summary=happening.summary,
        author=happening.author,
        categories=tuple(categories),
    )


def _story(story: FeedEntry) -> AtomEntry:
    return AtomEntry(
        id=f"news/{story.id}",
        title=story.title or date_of(story),
        url=story_path(story.id),
        updated_at=story.updated_at,
        published_at=story.published_at,
        summary=summary_of(story),
        author=story.source.title,
        language=story.language or "",
        categories=tuple(story.principle_codes),
    )
