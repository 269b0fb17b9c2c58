"""Reads of follows and notifications."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.text import has_control_characters
from hub.follows.models import (
    CASE,
    CITY,
    COMMITMENT,
    KINDS,
    PRINCIPLE,
    SEARCH,
    Follow,
    MailChoice,
    Notification,
    SavedSearch,
)
from hub.follows.policy import can_follow_case
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

LONGEST_KEY = 100


class Waiting(NamedTuple):
    """A notification that no digest has brought yet."""

    id: int
    since: datetime


def is_key(key: str) -> bool:
    """Tell whether a text can be the key of a follow; PostgreSQL refuses even to look for one with NUL."""
    return 0 < len(key) <= LONGEST_KEY and not has_control_characters(key)


def is_there(kind: str, key: str, viewer: User) -> bool:
    """Tell whether a thing exists that this person may follow."""
    if kind not in KINDS or not is_key(key):
        return False
    if kind == PRINCIPLE:
        return vocabulary().find_principle(key) is not None
    if kind == COMMITMENT:
        return vocabulary().find_item(key) is not None
    if kind == CITY:
        return db.session.scalar(select(City.id).where(City.slug == key)) is not None
    case = db.session.scalar(select(CaseStudy).where(CaseStudy.slug == key)) if kind == CASE else None
    return case is not None and can_follow_case(viewer, case)


def is_following(user_id: int, kind: str, key: str) -> bool:
    """Tell whether a person follows a thing."""
    return is_key(key) and find_follow_id(user_id, kind, key) is not None


def find_follow_id(user_id: int, kind: str, key: str) -> int | None:
    """Return the id of a person's follow of a thing."""
    wanted = select(Follow.id).where(Follow.user_id == user_id, Follow.kind == kind, Follow.key == key)
    return db.session.scalar(wanted)


def follows_of(user_id: int) -> list[Follow]:
    """Return what a person follows, in the order she began."""
    return list(db.session.scalars(select(Follow).where(Follow.user_id == user_id).order_by(Follow.id)))


def count_searches(user_id: int) -> int:
    """Return how many searches a person follows."""
    query = select(func.count()).where(Follow.user_id == user_id, Follow.kind == SEARCH)
    return db.session.scalar(query) or 0


def searches_followed(since: datetime) -> list[tuple[str, str]]:
    """Return key and query of every search that someone followed at a moment, in the order of the keys."""
    followed = select(Follow.key).where(Follow.kind == SEARCH, Follow.created_at <= since)
    query = select(SavedSearch.key, SavedSearch.query).where(SavedSearch.key.in_(followed))
    return [(row.key, row.query) for row in db.session.execute(query.order_by(SavedSearch.key))]


def search_queries(keys: Collection[str]) -> dict[str, str]:
    """Return the queries of saved searches by their keys, without those that are gone."""
    rows = db.session.execute(select(SavedSearch.key, SavedSearch.query).where(SavedSearch.key.in_(keys)))
    return {row.key: row.query for row in rows}


def unread_count(user_id: int) -> int:
    """Return how many notifications a person has not read."""
    unread = select(func.count()).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    return db.session.scalar(unread) or 0


def count_notifications(user_id: int) -> int:
    """Return how many notifications a person has."""
    return db.session.scalar(select(func.count()).where(Notification.user_id == user_id)) or 0


def newest_notifications(user_id: int, limit: int, offset: int = 0) -> list[Notification]:
    """Return a person's notifications, newest first."""
    query = select(Notification).where(Notification.user_id == user_id).order_by(Notification.position.desc())
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def wants_digest(user_id: int) -> bool:
    """Tell whether a person wants the daily mail; who never said wants it."""
    choice = db.session.scalar(select(MailChoice.wants_digest).where(MailChoice.user_id == user_id))
    return choice is not False


def waiting_people(before: datetime | None) -> list[int]:
    """Return the ids of active people who want the digest, with a confirmed address and unmailed news.

    Only news older than a moment if one is given. Lowest ids first.
    """
    query = (
        select(Notification.user_id)
        .join(User, User.id == Notification.user_id)
        .outerjoin(MailChoice, MailChoice.user_id == Notification.user_id)
        .where(
            Notification.mailed_at.is_(None),
            User.is_active,
            User.confirmed_at.is_not(None),
            func.coalesce(MailChoice.wants_digest, True),
        )
    )
    if before is not None:
        query = query.where(Notification.created_at < before)
    return list(db.session.scalars(query.distinct().order_by(Notification.user_id)))


def list_waiting(user_id: int) -> list[Waiting]:
    """Return a person's unmailed notifications, newest first."""
    query = select(Notification.id, Notification.created_at)
    query = query.where(Notification.user_id == user_id, Notification.mailed_at.is_(None))
    return [Waiting(*row) for row in db.session.execute(query.order_by(Notification.id.desc()))]


def notifications_by_id(ids: Sequence[int]) -> list[Notification]:
    """Return notifications in the order of their ids as given."""
    found = {row.id: row for row in db.session.scalars(select(Notification).where(Notification.id.in_(ids)))}
    return [found[each] for each in ids if each in found]
