"""Following and no longer following, by members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.follows.events import Followed, Unfollowed
from hub.follows.models import KINDS, SEARCH, Follow, SavedSearch
from hub.follows.queries import count_follows, find_follow_id, is_key, is_there
from hub.follows.searches import MOST_SEARCHES, read_search, search_key, spelled
from hub.follows.service.one import one_at_a_time
from hub.people.models import User

MOST_FOLLOWS = 500  # of one reader, all kinds together


def follow(kind: str, key: str, *, by: User, now: datetime) -> None:
    """Let a person hear what is new about a thing, inside `transaction()`; followed already, nothing happens.

    Raises Invalid for a kind that cannot be followed and for one follow more than 500, NotFound for a thing that is
    not there for her.
    """
    if kind not in KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(KINDS))
    one_at_a_time(by.id)
    if not is_there(kind, key, by):
        raise NotFound(f"no {kind} to follow")
    if find_follow_id(kind, key, user_id=by.id) is None:
        check_room("id", kind, user_id=by.id)
        _begin(kind, key, by, now)


def follow_search(query: str, *, by: User, now: datetime) -> None:
    """Let a person hear of cases that come into a search, inside `transaction()`; followed already, nothing happens.

    Raises Invalid naming what makes no search, and for one search more than 50 or one follow more than 500.
    """
    query = spelled(read_search(query))
    key = search_key(query)
    one_at_a_time(by.id)
    if find_follow_id(SEARCH, key, user_id=by.id) is not None:
        return
    check_room("query", SEARCH, user_id=by.id)
    keep_search(key, query, now)
    _begin(SEARCH, key, by, now)


def check_room(field: str, kind: str, *, user_id: int | None = None, subscriber_id: int | None = None) -> None:
    """Raise Invalid naming the field where a reader follows as many things, or searches, as one can."""
    if count_follows(user_id=user_id, subscriber_id=subscriber_id) >= MOST_FOLLOWS:
        raise Invalid(field, "You follow %(count)s things already. Stop following one first.", count=MOST_FOLLOWS)
    searches = count_follows(user_id=user_id, subscriber_id=subscriber_id, kind=SEARCH) if kind == SEARCH else 0
    if searches >= MOST_SEARCHES:
        raise Invalid(field, "You follow %(count)s searches already. Stop following one first.", count=MOST_SEARCHES)


def keep_search(key: str, query: str, now: datetime) -> None:
    """Keep a search, or hold the one that is kept until this transaction ends, so that nobody drops it meanwhile."""
    engines: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
    row = engines[db.session.get_bind().dialect.name].insert(SavedSearch).values(key=key, query=query, created_at=now)
    db.session.execute(row.on_conflict_do_update(index_elements=[SavedSearch.key], set_={"query": query}))


def _begin(kind: str, key: str, by: User, now: datetime) -> None:
    row = Follow(user_id=by.id, kind=kind, key=key, created_at=now)
    db.session.add(row)
    db.session.flush()  # the log entry names the follow's id
    record(Followed(row.id), by=by.id, now=now)


def unfollow(kind: str, key: str, *, by: User, now: datetime) -> None:
    """End a follow, inside `transaction()`; what is not followed stays so."""
    one_at_a_time(by.id)
    follow_id = find_follow_id(kind, key, user_id=by.id) if kind in KINDS and is_key(key) else None
    if follow_id is None:
        return
    db.session.execute(delete(Follow).where(Follow.id == follow_id))
    if kind == SEARCH:
        drop_searches([key])
    record(Unfollowed(follow_id), by=by.id, now=now)


def drop_searches(keys: Collection[str]) -> None:
    """Delete those of these saved searches that nobody follows any more, inside `transaction()`."""
    wanted = SavedSearch.key.in_(keys)
    db.session.execute(select(SavedSearch.key).where(wanted).order_by(SavedSearch.key).with_for_update())
    followed = exists().where(Follow.kind == SEARCH, Follow.key == SavedSearch.key)
    # Rows loaded before are not asked for again in this transaction.
    dropped = delete(SavedSearch).where(wanted, ~followed).execution_options(synchronize_session=False)
    db.session.execute(dropped)
