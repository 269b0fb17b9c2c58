"""Reads of readers without an account."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.tokens import hash_token
from hub.follows.models import Subscriber, SubscriptionWish

WISH_KEPT = timedelta(days=3)  # until its address is confirmed


def find_subscriber(subscriber_id: int) -> Subscriber | None:
    """Return a subscriber; None for one who follows nothing any more."""
    return db.session.get(Subscriber, subscriber_id)


def get_subscriber(subscriber_id: int) -> Subscriber:
    """Return a subscriber; raises NotFound for one who follows nothing any more."""
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None:
        raise NotFound("no such subscriber")
    return subscriber


def find_wish(token: str, now: datetime) -> SubscriptionWish | None:
    """Return the wish that a mailed token confirms; None for one that was confirmed, or is older than three days."""
    wanted = select(SubscriptionWish).where(
        SubscriptionWish.token_hash == hash_token(token), SubscriptionWish.asked_at > now - WISH_KEPT
    )
    return db.session.scalar(wanted)
