"""Reads of follows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.text import has_control_characters
from hub.core.zones import zones_by_country
from hub.exchange.models import Question
from hub.feeds.models import FeedSource
from hub.follows.models import (
    CASE,
    CITY,
    COMMITMENT,
    COUNTRY,
    KINDS,
    PRINCIPLE,
    QUESTION,
    SEARCH,
    SOURCE,
    Follow,
    SavedSearch,
)
from hub.follows.policy import can_follow_case, can_follow_question
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

LONGEST_KEY = 100
HIGHEST = 2_147_483_647  # no row of either engine has a higher number


def is_key(key: str) -> bool:
    """Tell whether a text can be the key of a follow; PostgreSQL refuses even to look for one with NUL."""
    return 0 < len(key) <= LONGEST_KEY and not has_control_characters(key)


def is_there(kind: str, key: str, viewer: User | None) -> bool:
    """Tell whether a thing exists that this person may follow; without an account, what everyone may read."""
    if kind not in KINDS or not is_key(key):
        return False
    if kind == PRINCIPLE:
        return vocabulary().find_principle(key) is not None
    if kind == COMMITMENT:
        return vocabulary().find_item(key) is not None
    if kind == COUNTRY:
        return is_country(key)
    if kind == QUESTION:
        return find_question(key, viewer) is not None
    if kind in (CITY, SOURCE):
        named: type[City | FeedSource] = City if kind == CITY else FeedSource
        return db.session.scalar(select(named.id).where(named.slug == key)) is not None
    case = db.session.scalar(select(CaseStudy).where(CaseStudy.slug == key)) if kind == CASE else None
    return case is not None and can_follow_case(viewer, case)


def is_country(code: str) -> bool:
    """Tell whether a text is the code of a country (ISO 3166 alpha-2), or of one that a city on record is in."""
    if code in zones_by_country():
        return True
    return db.session.scalar(select(City.id).where(City.country == code).limit(1)) is not None


def is_number(key: str) -> bool:
    """Tell whether a text is the number of a row, in its one spelling."""
    return key.isascii() and key.isdigit() and key[0] != "0" and len(key) <= 10 and int(key) <= HIGHEST


def find_question(key: str, viewer: User | None) -> Question | None:
    """Return the question of this number where this person may follow it; without an account, a public one."""
    question = db.session.get(Question, int(key)) if is_number(key) else None
    return question if question is not None and can_follow_question(viewer, question) else None


def is_following(user_id: int, kind: str, key: str) -> bool:
    """Tell whether a person follows a thing."""
    return is_key(key) and find_follow_id(kind, key, user_id=user_id) is not None


def keys_followed(user_id: int, kind: str) -> frozenset[str]:
    """Return the keys of all that a person follows of one kind."""
    return frozenset(db.session.scalars(select(Follow.key).where(Follow.user_id == user_id, Follow.kind == kind)))


def find_follow_id(kind: str, key: str, *, user_id: int | None = None, subscriber_id: int | None = None) -> int | None:
    """Return the id of a reader's follow of a thing."""
    mine = _of_reader(user_id, subscriber_id)
    return db.session.scalar(select(Follow.id).where(mine, Follow.kind == kind, Follow.key == key))


def follows_of(user_id: int | None = None, *, subscriber_id: int | None = None) -> list[Follow]:
    """Return what a reader follows, in the order she began."""
    mine = _of_reader(user_id, subscriber_id)
    return list(db.session.scalars(select(Follow).where(mine).order_by(Follow.id)))


def count_follows(*, user_id: int | None = None, subscriber_id: int | None = None, kind: str = "") -> int:
    """Return how many things a reader follows, of one kind where it is named."""
    query = select(func.count()).where(_of_reader(user_id, subscriber_id))
    return db.session.scalar(query.where(Follow.kind == kind) if kind else query) or 0


def _of_reader(user_id: int | None, subscriber_id: int | None) -> ColumnElement[bool]:
    return Follow.user_id == user_id if user_id is not None else Follow.subscriber_id == subscriber_id


def searches_followed(since: datetime) -> list[tuple[str, str]]:
    """Return key and query of every search that someone followed at a moment, in the order of the keys."""
    followed = select(Follow.key).where(Follow.kind == SEARCH, Follow.created_at <= since)
    query = select(SavedSearch.key, SavedSearch.query).where(SavedSearch.key.in_(followed))
    return [(row.key, row.query) for row in db.session.execute(query.order_by(SavedSearch.key))]


def search_queries(keys: Collection[str]) -> dict[str, str]:
    """Return the queries of saved searches by their keys, without those that are gone."""
    rows = db.session.execute(select(SavedSearch.key, SavedSearch.query).where(SavedSearch.key.in_(keys)))
    return {row.key: row.query for row in rows}
