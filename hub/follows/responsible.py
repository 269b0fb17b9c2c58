"""Who is told because it is her work, whether she follows it or not: coordinators of a city, organizers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select

from hub.cities.models import City
from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.models import OFFICE, ORGANIZERS, Notification
from hub.people.models import COORDINATOR, Membership, User


def tell_coordinators(entry: LogEntry, subject_id: int, city_id: int, now: datetime) -> None:
    """Tell the coordinators that a city had at the time; who was told already, or did it, is not told."""
    slug = db.session.scalar(select(City.slug).where(City.id == city_id))
    if slug is None:
        return
    people = select(Membership.user_id).where(
        Membership.city_id == city_id, Membership.role == COORDINATOR, Membership.since_at <= entry.recorded_at
    )
    _tell(entry, subject_id, people, {"kind": OFFICE, "key": slug}, now)


def tell_organizers(entry: LogEntry, subject_id: int, now: datetime) -> None:
    """Tell all organizers; who was told already, or did it, is not told."""
    people = select(User.id).where(User.is_organizer, User.created_at <= entry.recorded_at)
    _tell(entry, subject_id, people, {"kind": ORGANIZERS, "key": ""}, now)


def tell_person(entry: LogEntry, subject_id: int, user_id: int | None, city_id: int, now: datetime) -> None:
    """Tell one person of a city what became of what she wrote; not who did it herself, nor who was told already."""
    slug = db.session.scalar(select(City.slug).where(City.id == city_id))
    if slug is not None and user_id is not None:
        _tell(entry, subject_id, select(User.id).where(User.id == user_id), {"kind": OFFICE, "key": slug}, now)


def is_of(user_id: int | None, city_id: int) -> bool:
    """Tell whether a person has a role in a city."""
    held = select(Membership.id).where(Membership.user_id == user_id, Membership.city_id == city_id)
    return user_id is not None and db.session.scalar(held.limit(1)) is not None


def _tell(entry: LogEntry, subject_id: int, people: Select[Any], because: dict[str, str], now: datetime) -> None:
    told = select(Notification.user_id).where(Notification.position == entry.position)
    wanted = select(User.id).where(User.id.in_(people), User.is_active, User.id.not_in(told))
    if entry.actor_id is not None:
        wanted = wanted.where(User.id != entry.actor_id)
    rows = [
        {
            "user_id": user_id, "position": entry.position, "event": entry.kind, "subject_id": subject_id,
            "because": because, "created_at": now,
        }
        for user_id in db.session.scalars(wanted.order_by(User.id))
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Notification), rows)
