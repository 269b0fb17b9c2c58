"""What others do around a city, by the tables: questions, adaptations, checks and the rest, at a moment one likes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from hub.cases.models import CaseProposal, CaseStudy, CaseTranslation
from hub.cities.models import ADMITTED, City, CityApplication
from hub.commitments.models import StatusRecord, Verification
from hub.core.db import db, transaction
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep, Answer, Question
from hub.feeds.models import FeedEntry, FeedSource
from hub.follows.models import Visit

OURS, THEIRS = "graz-advisory-council", "gwangju-ombudsman"  # of Graz and of Gwangju, from the seed files
NOW = datetime(2027, 3, 4, 12, 0, tzinfo=UTC)


def put(*rows: Any) -> list[Any]:
    """Put rows into the database and return them."""
    with transaction():
        db.session.add_all(rows)
    return list(rows)


def city_of(slug: str) -> int:
    """Return the id of a city."""
    return db.session.scalars(select(City.id).where(City.slug == slug)).one()


def case_of(slug: str) -> int:
    """Return the id of a case."""
    return db.session.scalars(select(CaseStudy.id).where(CaseStudy.slug == slug)).one()


def was_here(user_id: int, at: datetime, before: datetime | None = None) -> None:
    """Say when a member was at her desk."""
    put(Visit(user_id=user_id, at=at, before_at=before))


def question(at: datetime, case: str = OURS, city: str | None = "gwangju", **values: Any) -> Question:
    """A city asks on a case."""
    given = {"kind": "question", "text": "What did it cost?", "language": "en"} | values
    asker = city_of(city) if city else None
    return put(Question(case_id=case_of(case), city_id=asker, asked_at=at, **given))[0]  # type: ignore[no-any-return]


def answer(to: Question, at: datetime, city: str | None = "gwangju", **values: Any) -> Answer:
    """A city says something under a question."""
    given = {"text": "It cost little.", "language": "en"} | values
    by = city_of(city) if city else None
    return put(Answer(question_id=to.id, city_id=by, said_at=at, **given))[0]  # type: ignore[no-any-return]


def adaptation(at: datetime, case: str = OURS, city: str = "gwangju", **values: Any) -> Adaptation:
    """A city takes up a case."""
    given = {"state": "adapting", "language": "en", "created_at": at, "updated_at": at} | values
    row = Adaptation(city_id=city_of(city), origin_id=case_of(case), **given)
    row.steps = [AdaptationStep(state=given["state"], recorded_at=at)]
    return put(row)[0]  # type: ignore[no-any-return]


def comment(on: Adaptation, at: datetime, city: str = "gwangju", text: str = "It went well.", **values: Any) -> None:
    """A city comments on an adaptation."""
    row = AdaptationComment(adaptation_id=on.id, city_id=city_of(city), text=text, language="en", said_at=at, **values)
    put(row)


def translation(at: datetime, case: str = OURS, language: str = "it", **values: Any) -> None:
    """Somebody publishes a translation of a case."""
    given = {"state": "published", "texts": {}, "follows": 1, "published_at": at, "updated_at": at} | values
    put(CaseTranslation(case_id=case_of(case), language=language, **given))


def proposal(at: datetime, case: str = OURS, **values: Any) -> None:
    """Somebody proposes a change of a case."""
    given = {"base_version": 1, "content": {}, "change_note": "A newer figure.", "state": "waiting"} | values
    put(CaseProposal(case_id=case_of(case), proposed_at=at, **given))


def status(at: datetime, city: str, item: str = "C4.1", **values: Any) -> StatusRecord:
    """A city's status comes on record."""
    given = {"status": "operating", "claimed_by": "city"} | values
    row = StatusRecord(city_id=city_of(city), item_code=item, recorded_at=at, **given)
    return put(row)[0]  # type: ignore[no-any-return]


def check(of: StatusRecord, at: datetime, result: str = "confirmed") -> None:
    """Somebody checks a status."""
    put(
        Verification(record_id=of.id, city_id=of.city_id, item_code=of.item_code, tier="document", result=result,
                     checked_on=at.date(), recorded_at=at)
    )  # fmt: skip


def admission(at: datetime, city: str) -> None:
    """A city becomes a member."""
    put(
        CityApplication(token_hash=f"{city:x<64}", state=ADMITTED, city_name=city, country="AT", person_name="",
                        city_id=city_of(city), person_role="", email="", created_at=at, decided_at=at)
    )  # fmt: skip


def story(at: datetime, city: str, title: str = "A prize for the council", **values: Any) -> None:
    """A story that names a city comes in."""
    source = db.session.scalars(select(FeedSource).limit(1)).one()
    given = {"guid": f"{title}-{at}", "url": "https://example.org/a", "published_at": at, "updated_at": at} | values
    put(FeedEntry(source_id=source.id, title=title, city_slugs=[city], first_seen_at=at, **given))
