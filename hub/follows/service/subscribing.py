"""Readers without an account: following by mail once the address is confirmed, and no trace when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.core.outbox import forget_mail_to
from hub.core.tokens import hash_token, new_token
from hub.core.zones import is_zone
from hub.follows.events import (
    Subscribed,
    SubscriptionAsked,
    SubscriptionChanged,
    SubscriptionEnded,
    SubscriptionsForgotten,
)
from hub.follows.models import (
    FREQUENCIES,
    KINDS,
    NEVER,
    SEARCH,
    Follow,
    MailChoice,
    Notification,
    Subscriber,
    SubscriptionWish,
)
from hub.follows.queries import ReaderKey, find_follow_id, find_wish, follows_of, is_key, is_there
from hub.follows.queries.subscribing import WISH_KEPT
from hub.follows.searches import read_search, search_key, spelled
from hub.follows.service.following import check_room, drop_searches, keep_search
from hub.follows.service.mailing import cancel_digests, mail_choice, set_frequencies
from hub.follows.topics import TOPICS
from hub.people.addresses import is_address, plain_address
from hub.people.queries import find_user_by_email

MOST_A_DAY = 3  # mails that strangers can make us send to one address


@dataclass(frozen=True)
class Wish:
    """What someone without an account wants to hear of, where and how; a search is named by `query` alone."""

    email: str
    kind: str
    key: str
    query: str
    frequency: str
    language: str
    time_zone: str


def ask_to_subscribe(wish: Wish, now: datetime) -> tuple[SubscriptionWish, str] | None:
    """Keep a wish until its address is confirmed; return it with the token to mail, inside `transaction()`.

    Returns None, and keeps nothing, where the address was written to often enough today. Raises Invalid naming what
    cannot be, NotFound for a thing that is not there for everyone.
    """
    email = plain_address(wish.email)
    if not is_address(email):
        raise Invalid("email", "This is not an e-mail address. Write it like name@city.example.")
    if wish.frequency not in FREQUENCIES or wish.frequency == NEVER:
        raise Invalid("frequency", "Choose one of the list.")
    if not is_zone(wish.time_zone):
        raise Invalid("time_zone", "Choose a time zone of the list, such as Asia/Seoul.")
    key, query = _thing(wish)
    lately = (SubscriptionWish.email == email, SubscriptionWish.asked_at > now - timedelta(days=1))
    if (db.session.scalar(select(func.count()).where(*lately)) or 0) >= MOST_A_DAY:
        return None
    token, token_hash = new_token()
    row = SubscriptionWish(
        token_hash=token_hash, email=email, language=wish.language, time_zone=wish.time_zone, frequency=wish.frequency,
        kind=wish.kind, key=key, query=query, asked_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # the log entry names the wish's id
    record(SubscriptionAsked(row.id), by=None, now=now)
    return row, token


def _thing(wish: Wish) -> tuple[str, str]:
    """Return key and, of a search, query of what is wished for; raises Invalid, NotFound."""
    if wish.kind not in KINDS:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(KINDS))
    if wish.kind == SEARCH:
        query = spelled(read_search(wish.query))
        return search_key(query), query
    if not is_there(wish.kind, wish.key, None):
        raise NotFound(f"no {wish.kind} to follow")
    return wish.key, ""


def confirm_subscription(token: str, now: datetime) -> int:
    """Let who confirms her address follow what she wished, inside `transaction()`; returns the subscriber's id.

    How often, when and in which language she wants mail holds for all she follows: what she said last counts. Raises
    NotFound for a token that was used, is older than three days or names what is gone; Invalid where she follows as
    much as one can.
    """
    # Two presses at one moment: the second finds the wish gone.
    db.session.execute(
        select(SubscriptionWish.id).where(SubscriptionWish.token_hash == hash_token(token)).with_for_update()
    )
    wish = find_wish(token, now)
    if wish is None or (wish.kind != SEARCH and not is_there(wish.kind, wish.key, None)):
        raise NotFound("no such wish")
    subscriber_id = _subscriber_of(wish, now)
    choice = mail_choice(subscriber_id=subscriber_id)
    choice.frequencies = dict.fromkeys(TOPICS, wish.frequency)
    choice.paused_at, choice.paused_why = None, ""  # the mail to confirm reached her
    if find_follow_id(wish.kind, wish.key, subscriber_id=subscriber_id) is None:
        check_room("id", wish.kind, subscriber_id=subscriber_id)
        if wish.kind == SEARCH:
            keep_search(wish.key, wish.query, now)
        db.session.add(Follow(subscriber_id=subscriber_id, kind=wish.kind, key=wish.key, created_at=now))
    db.session.delete(wish)
    record(Subscribed(subscriber_id), by=None, now=now)
    return subscriber_id


def _subscriber_of(wish: SubscriptionWish, now: datetime) -> int:
    """Make or hold the one subscriber of an address until this transaction ends, as its newest wish wants it."""
    said = {"language": wish.language, "time_zone": wish.time_zone}
    engines: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
    row = engines[db.session.get_bind().dialect.name].insert(Subscriber)
    row = row.values(email=wish.email, created_at=now, **said)
    db.session.execute(row.on_conflict_do_update(index_elements=[Subscriber.email], set_=said))
    return db.session.scalars(select(Subscriber.id).where(Subscriber.email == wish.email)).one()


def change_subscription(
    subscriber_id: int, *, language: str, time_zone: str, frequencies: Mapping[str, str] | None = None, now: datetime
) -> None:
    """Say in which language, at whose morning and, by topic, how often a subscriber wants mail, in `transaction()`.

    Mail that was paused, as her address refused it, is tried again. Raises Invalid naming what cannot be, NotFound for
    one who follows nothing any more.
    """
    if not is_zone(time_zone):
        raise Invalid("time_zone", "Choose a time zone of the list, such as Asia/Seoul.")
    subscriber = _held(subscriber_id)
    if subscriber is None:
        raise NotFound("no such subscriber")
    chosen = set_frequencies(ReaderKey(None, subscriber_id), frequencies or {}, now)
    choice = mail_choice(subscriber_id=subscriber_id)
    is_paused = choice.paused_at is not None
    if not chosen and not is_paused and (subscriber.language, subscriber.time_zone) == (language, time_zone):
        return
    choice.paused_at, choice.paused_why = None, ""
    subscriber.language, subscriber.time_zone = language, time_zone
    record(SubscriptionChanged(subscriber_id), by=None, now=now)


def stop_subscription(subscriber_id: int, kind: str, key: str, now: datetime) -> None:
    """End one follow of a subscriber, and what waits to be mailed because of it, inside `transaction()`.

    What is not followed stays so. With the last one nothing of her is kept.
    """
    if _held(subscriber_id) is None or kind not in KINDS or not is_key(key):
        return
    follow_id = find_follow_id(kind, key, subscriber_id=subscriber_id)
    if follow_id is None:
        return
    db.session.execute(delete(Follow).where(Follow.id == follow_id))
    is_all = not follows_of(subscriber_id=subscriber_id)
    if is_all:
        drop_subscriber(subscriber_id)
    else:
        because = Notification.because
        db.session.execute(
            delete(Notification).where(
                Notification.subscriber_id == subscriber_id, Notification.mailed_at.is_(None),
                because["kind"].as_string() == kind, because["key"].as_string() == key,
            )
        )  # fmt: skip
    if kind == SEARCH:
        drop_searches([key])
    record(SubscriptionEnded(subscriber_id, is_all=is_all), by=None, now=now)


def end_subscription(subscriber_id: int, now: datetime) -> None:
    """End all that a subscriber follows, inside `transaction()`; nothing of her is kept. Ended already, it stays so."""
    if _held(subscriber_id) is None:
        return
    drop_subscriber(subscriber_id)
    record(SubscriptionEnded(subscriber_id, is_all=True), by=None, now=now)


def forget_wishes(now: datetime) -> int:
    """Delete the wishes that nobody confirmed in three days, inside `transaction()`; return how many."""
    old: ColumnElement[bool] = SubscriptionWish.asked_at <= now - WISH_KEPT
    number = db.session.scalar(select(func.count()).where(old)) or 0
    if number:
        db.session.execute(delete(SubscriptionWish).where(old))
        record(SubscriptionsForgotten(number), by=None, now=now)
    return number


def drop_subscriber(subscriber_id: int) -> None:
    """Delete a subscriber with all that she follows and was told, inside `transaction()`; nothing of her is kept."""
    subscriber = _held(subscriber_id)  # whoever is just writing to her finishes first
    if subscriber is None:
        return
    email = subscriber.email
    mine = Follow.subscriber_id == subscriber_id
    searches = list(db.session.scalars(select(Follow.key).where(mine, Follow.kind == SEARCH)))
    cancel_digests(ReaderKey(None, subscriber_id))
    for table in (Follow, Notification, MailChoice):
        db.session.execute(delete(table).where(table.subscriber_id == subscriber_id))
    db.session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
    db.session.execute(delete(SubscriptionWish).where(SubscriptionWish.email == email))
    if find_user_by_email(email) is None:  # a member's other mail goes on
        forget_mail_to([email])
    drop_searches(searches)


def _held(subscriber_id: int) -> Subscriber | None:
    """Return a subscriber whom nobody else changes or writes to until this transaction ends; None for none."""
    return db.session.scalar(select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update())
