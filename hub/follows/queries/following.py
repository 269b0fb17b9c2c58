"""Reads of follows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.text import has_control_characters
from hub.follows.models import CASE, CITY, COMMITMENT, KINDS, PRINCIPLE, SEARCH, Follow, SavedSearch
from hub.follows.policy import can_follow_case
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

LONGEST_KEY = 100


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
