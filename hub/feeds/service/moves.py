"""A site that says its feed has moved for good: believed after three answers, on three days."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.core.addresses import MAX_ADDRESS
from hub.core.db import db
from hub.core.text import N_
from hub.feeds.identity import address_key
from hub.feeds.models import FeedSource

TIMES, APART = 3, timedelta(hours=24)
READ_ALREADY = N_("The site says that this feed has moved to an address that another source here reads already.")


def follow_move(source: FeedSource, target: str, now: datetime) -> str:
    """Count where a site says that its feed has moved for good and adopt what is proven, inside `transaction()`.

    `target` is empty when the site says nothing of the kind. The same address by https is adopted at once. Returns what
    organizers should know, in plain English, when it cannot be adopted.
    """
    if not target or target == source.address or len(target) > MAX_ADDRESS:
        source.moved_to = source.moved_since = source.moved_at = None
        source.moved_times = 0
        return ""
    if _is_only_safer(source.address or "", target):
        return _adopt(source, target)
    if source.moved_to != target or source.moved_at is None:
        source.moved_to, source.moved_since, source.moved_at, source.moved_times = target, now, now, 1
    elif now - source.moved_at >= APART:
        source.moved_at, source.moved_times = now, source.moved_times + 1
    return _adopt(source, target) if source.moved_times >= TIMES else ""


def _is_only_safer(address: str, target: str) -> bool:
    return urlsplit(target)._replace(scheme="http").geturl() == address and target.startswith("https://")


def _adopt(source: FeedSource, target: str) -> str:
    key = address_key(target)
    other = select(FeedSource.id).where(FeedSource.address_key == key, FeedSource.id != source.id)
    if db.session.scalar(other) is not None:
        return READ_ALREADY
    before = source.address, source.address_key
    try:
        with db.session.begin_nested():
            source.address, source.address_key = target, key
    except IntegrityError:  # somebody added it at this moment
        source.address, source.address_key = before
        return READ_ALREADY
    source.moved_to = source.moved_since = source.moved_at = None
    source.moved_times = 0
    source.version += 1
    return ""
