"""Cities: statuses, checks of them, new members; and stories that stand first."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from hub.cases.rows import city_label
from hub.cities.models import ADMITTED, City, CityApplication
from hub.commitments.models import CONFIRMED, StatusRecord, Verification
from hub.core.db import db
from hub.feeds import queries as feeds
from hub.follows import targets
from hub.follows.happenings.base import NEWEST, Happening
from hub.follows.targets import Target
from hub.vocabularies.queries import vocabulary


def recorded(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest status records of a condition."""
    query = select(StatusRecord).where(wanted).order_by(StatusRecord.recorded_at.desc(), StatusRecord.id.desc())
    return [
        Happening(
            status.recorded_at,
            "StatusRecorded",
            status,
            f"/cities/{status.city.slug}/commitments#record-{status.id}",
            f"record/{status.id}",
            status.note,
            city_label(status.city),
        )
        for status in db.session.scalars(query.limit(NEWEST))
    ]


def checked(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return the newest findings of checks of a condition."""
    query = select(Verification, City).join(City, City.id == Verification.city_id).where(wanted)
    query = query.order_by(Verification.recorded_at.desc(), Verification.id.desc())
    return [
        Happening(
            check.recorded_at,
            "StatusVerified" if check.result == CONFIRMED else "StatusRefused",
            check,
            f"/cities/{city.slug}/commitments#check-{check.id}",
            f"check/{check.id}",
            check.reason,
        )
        for check, city in db.session.execute(query.limit(NEWEST))
    ]


def joined(wanted: ColumnElement[bool]) -> list[Happening]:
    """Return when the cities of a condition joined."""
    query = select(CityApplication.decided_at, City).join(City, City.id == CityApplication.city_id)
    query = query.where(wanted, CityApplication.state == ADMITTED, CityApplication.decided_at.is_not(None))
    query = query.order_by(CityApplication.decided_at.desc()).limit(NEWEST)
    return [
        Happening(at, "CityAdmitted", city, f"/cities/{city.slug}", f"city/{city.id}/joined/{at.date()}")
        for at, city in db.session.execute(query)
        if at is not None
    ]


def pinned(target: Target) -> list[Happening]:
    """Return the stories that stand first and reach a follow; there are never more than a few."""
    terms, found = vocabulary(), []
    for story in feeds.list_pinned():
        cities = db.session.scalars(select(City).where(City.slug.in_(story.city_slugs)))
        if target in targets.of_story(story, [story.source.slug], cities, terms) and story.pinned_at is not None:
            path, name = f"/news/{story.id}#first", f"story/{story.id}/first"
            found.append(Happening(story.pinned_at, "StoryPinned", story, path, name, author=story.source.title))
    return found
