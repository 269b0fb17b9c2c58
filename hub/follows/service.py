"""Following, reading, and choosing how to hear of news."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.follows.events import DigestTurnedOff, DigestTurnedOn, Followed, NotificationsRead, Unfollowed
from hub.follows.models import KINDS, SEARCH, Follow, MailChoice, Notification, SavedSearch
from hub.follows.queries import count_searches, find_follow_id, is_key, is_there
from hub.follows.searches import MOST_SEARCHES, read_search, search_key, spelled
from hub.people.models import User

BATCH = 500


def follow(kind: str, key: str, *, by: User, now: datetime) -> None:
    """Let a person hear what is new about a thing, inside `transaction()`; followed already, nothing happens.

    Raises Invalid for a kind that cannot be followed, NotFound for a thing that is not there for her.
    """
    if kind not in KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(KINDS))
    one_at_a_time(by.id)
    if not is_there(kind, key, by):
        raise NotFound(f"no {kind} to follow")
    if find_follow_id(by.id, kind, key) is None:
        _begin(kind, key, by, now)


def follow_search(query: str, *, by: User, now: datetime) -> None:
    """Let a person hear of cases that come into a search, inside `transaction()`; followed already, nothing happens.

    Raises Invalid naming what makes no search, and for one more than 50.
    """
    query = spelled(read_search(query))
    key = search_key(query)
    one_at_a_time(by.id)
    if find_follow_id(by.id, SEARCH, key) is not None:
        return
    if count_searches(by.id) >= MOST_SEARCHES:
        raise Invalid("query", "You follow %(count)s searches already. Stop following one first.", count=MOST_SEARCHES)
    _keep_search(key, query, now)
    _begin(SEARCH, key, by, now)


def _keep_search(key: str, query: str, now: datetime) -> None:
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
    follow_id = find_follow_id(by.id, kind, key) if kind in KINDS and is_key(key) else None
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


def mark_all_read(user_id: int, up_to: int, now: datetime) -> None:
    """Mark a person's notifications as read up to the log entry she has seen, inside `transaction()`.

    What was read here needs no mail any more.
    """
    seen = (Notification.user_id == user_id, Notification.position <= up_to)
    read = update(Notification).where(*seen, Notification.read_at.is_(None)).values(read_at=now)
    number = int(getattr(db.session.execute(read), "rowcount", 0))
    db.session.execute(update(Notification).where(*seen, Notification.mailed_at.is_(None)).values(mailed_at=now))
    if number:
        record(NotificationsRead(user_id, up_to), by=user_id, now=now, changes={"unread": (number, 0)})


def choose_digest(user_id: int, is_wanted: bool, now: datetime) -> None:
    """Turn the daily mail on or off, inside `transaction()`; what waited until then is never mailed.

    Raises NotFound for a person who is not there.
    """
    if not one_at_a_time(user_id):
        raise NotFound(f"no person {user_id}")
    choice = db.session.get(MailChoice, user_id)
    if (choice.wants_digest if choice else True) == is_wanted:
        return
    if choice is None:
        choice = MailChoice(user_id=user_id)
        db.session.add(choice)
    choice.wants_digest = is_wanted
    forget_waiting(user_id, now)
    event = DigestTurnedOn(user_id) if is_wanted else DigestTurnedOff(user_id)
    record(event, by=user_id, now=now, changes={"daily_mail": (not is_wanted, is_wanted)})


def forget_waiting(user_id: int, now: datetime) -> None:
    """Leave a person's waiting notifications out of mail; they stay on her page."""
    waiting = (Notification.user_id == user_id, Notification.mailed_at.is_(None))
    db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def forget_unwanted(now: datetime) -> None:
    """Leave out of mail what waits for people who want none, inside `transaction()`."""
    unwanted = select(MailChoice.user_id).where(MailChoice.wants_digest.is_(False))
    waiting = (Notification.mailed_at.is_(None), Notification.user_id.in_(unwanted))
    db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))


def note_digest(user_id: int, notification_ids: list[int], now: datetime) -> None:
    """Mark notifications as mailed and remember when, inside the `transaction()` that queues the mail."""
    for start in range(0, len(notification_ids), BATCH):
        part = notification_ids[start : start + BATCH]
        db.session.execute(update(Notification).where(Notification.id.in_(part)).values(mailed_at=now))
    choice = db.session.get(MailChoice, user_id)
    if choice is None:
        choice = MailChoice(user_id=user_id, wants_digest=True)
        db.session.add(choice)
    choice.last_digest_at = now


def one_at_a_time(user_id: int) -> bool:
    """Let one transaction at a time change what a person follows and is mailed; False when there is no such person."""
    # FOR NO KEY UPDATE: rows that only name the person may still be written meanwhile.
    locked = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    return db.session.scalar(locked) is not None
