"""Who is told because it is her work, whether she follows it or not: coordinators of a city, organizers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.cities.models import SUSPENDED, City
from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.models import ASKER, OFFICE, ORGANIZERS
from hub.follows.telling import Told, tell_people
from hub.people.models import COORDINATOR, Membership, User


def tell_coordinators(entry: LogEntry, told: Told, city_id: int, now: datetime) -> None:
    """Tell the coordinators that a city had at the time; who was told already, or did it, is not told."""
    slug = db.session.scalar(select(City.slug).where(City.id == city_id))
    if slug is None:
        return
    people = select(Membership.user_id).where(
        Membership.city_id == city_id, Membership.role == COORDINATOR, Membership.since_at <= entry.recorded_at
    )
    tell_people(entry, told, people, (OFFICE, slug), now)


def tell_organizers(entry: LogEntry, told: Told, now: datetime) -> None:
    """Tell all organizers; who was told already, or did it, is not told."""
    people = select(User.id).where(User.is_organizer, User.created_at <= entry.recorded_at)
    tell_people(entry, told, people, (ORGANIZERS, ""), now)


def tell_person(entry: LogEntry, told: Told, user_id: int | None, city_id: int, now: datetime) -> None:
    """Tell one person of a city what became of what she wrote; not who did it herself, nor who was told already."""
    slug = db.session.scalar(select(City.slug).where(City.id == city_id))
    if slug is not None and user_id is not None:
        tell_people(entry, told, select(User.id).where(User.id == user_id), (OFFICE, slug), now)


def tell_asker(entry: LogEntry, told: Told, question_id: int, user_id: int | None, now: datetime) -> None:
    """Tell who asked a question what was said under it; not of what she said herself."""
    if user_id is not None:
        tell_people(entry, told, select(User.id).where(User.id == user_id), (ASKER, str(question_id)), now)


def tell_answering(entry: LogEntry, told: Told, city_id: int | None, now: datetime) -> None:
    """Tell the coordinators of the city that is asked; the organizers where it has none here, or there is no city."""
    if is_somebody_here(city_id):
        assert city_id is not None
        tell_coordinators(entry, told, city_id, now)
    else:
        tell_organizers(entry, told, now)


def is_somebody_here(city_id: int | None) -> bool:
    """Tell whether a city has a coordinator who may write for it now."""
    here = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .join(City, City.id == Membership.city_id)
        .where(
            Membership.city_id == city_id, Membership.role == COORDINATOR, User.is_active, City.membership != SUSPENDED
        )
    )
    return city_id is not None and db.session.scalar(here.limit(1)) is not None


def is_of(user_id: int | None, city_id: int) -> bool:
    """Tell whether a person has a role in a city."""
    held = select(Membership.id).where(Membership.user_id == user_id, Membership.city_id == city_id)
    return user_id is not None and db.session.scalar(held.limit(1)) is not None
