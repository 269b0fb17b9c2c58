"""What this room knows about a person, and how it forgets her."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select

from hub.core.db import db
from hub.follows.models import SEARCH, Follow, MailChoice, Mute, Notification, Subscriber, SubscriptionWish, Visit
from hub.follows.queries import find_mail_choice, frequencies_of, search_queries
from hub.follows.service import drop_searches, drop_subscriber


def about(user_id: int, addresses: Collection[str]) -> dict[str, Any]:
    """Return what a person follows, was told and wants of mail, and what her addresses follow without an account."""
    follows = list(db.session.scalars(select(Follow).where(Follow.user_id == user_id).order_by(Follow.id)))
    searches = search_queries([each.key for each in follows if each.kind == SEARCH])
    told = select(Notification).where(Notification.user_id == user_id).order_by(Notification.position)
    choice = find_mail_choice(user_id=user_id)
    mutes = db.session.scalars(select(Mute).where(Mute.user_id == user_id).order_by(Mute.id))
    visit = db.session.get(Visit, user_id)
    return {
        "follows": [
            {"kind": each.kind, "key": each.key, "since_at": each.created_at}
            | ({"query": searches.get(each.key, "")} if each.kind == SEARCH else {})
            for each in follows
        ],
        "notifications": [
            {
                "log_entry": each.position, "event": each.event, "because": each.because, "told_at": each.created_at,
                "seen_at": each.seen_at, "read_at": each.read_at, "mailed_at": each.mailed_at,
            }
            for each in db.session.scalars(told)
        ],
        "by_mail": [_subscriber(each) for each in _by_mail(Subscriber, addresses)],
        "wishes_by_mail": [
            {"email": each.email, "kind": each.kind, "key": each.key, "asked_at": each.asked_at}
            for each in _by_mail(SubscriptionWish, addresses)
        ],
        "mutes": [{"kind": each.kind, "key": each.key, "since_at": each.created_at} for each in mutes],
        "mail": {
            "how_often": frequencies_of(user_id=user_id),
            "last_made_at": choice.last_digest_at if choice else None,
            "paused_at": choice.paused_at if choice else None,
            "paused_why": choice.paused_why if choice else "",
        },
        "desk": {"opened_at": visit.at, "opened_before_at": visit.before_at} if visit else {},
    }  # fmt: skip


def forget(user_id: int) -> None:
    """Delete what a person follows, what she was told and how she wanted to hear of it, inside `transaction()`.

    A search that nobody else follows goes too.
    """
    searches = list(db.session.scalars(select(Follow.key).where(Follow.user_id == user_id, Follow.kind == SEARCH)))
    for table in (Follow, Mute, Notification, MailChoice, Visit):
        db.session.execute(delete(table).where(table.user_id == user_id))
    drop_searches(searches)


def forget_subscriber(addresses: Collection[str]) -> None:
    """Delete what these addresses follow by mail without an account, inside `transaction()`."""
    db.session.execute(delete(SubscriptionWish).where(SubscriptionWish.email.in_(addresses)))
    for subscriber in _by_mail(Subscriber, addresses):
        drop_subscriber(subscriber.id)


def _by_mail(model: Any, addresses: Collection[str]) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.email.in_(addresses)).order_by(model.id)))


def _subscriber(each: Subscriber) -> dict[str, Any]:
    followed = db.session.scalars(select(Follow).where(Follow.subscriber_id == each.id).order_by(Follow.id))
    return {
        "email": each.email, "language": each.language, "time_zone": each.time_zone, "since_at": each.created_at,
        "how_often": frequencies_of(subscriber_id=each.id),
        "follows": [{"kind": one.kind, "key": one.key, "since_at": one.created_at} for one in followed],
    }  # fmt: skip
