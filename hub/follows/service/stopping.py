"""Stopping mail from a mail: all of it, or one thing, by whoever holds the signed address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from hub.core.db import db
from hub.core.errors import NotFound
from hub.core.log import record
from hub.follows.events import Unfollowed
from hub.follows.models import KINDS, NEVER, SEARCH, Follow, Notification
from hub.follows.queries import ReaderKey, find_follow_id, is_key
from hub.follows.service.following import drop_searches
from hub.follows.service.mailing import cancel_digests, choose_mail, hold_reader
from hub.follows.service.subscribing import end_subscription, stop_subscription
from hub.follows.topics import TOPICS


def stop_all_mail(reader: ReaderKey, now: datetime) -> None:
    """Mail a reader nothing more, inside `transaction()`: a member keeps her follows, of others nothing is kept.

    Raises NotFound for a member who is not there; a subscriber who is gone has stopped already.
    """
    hold_reader(reader)  # a digest that is just being made is dropped too
    cancel_digests(reader)
    if reader.user_id is not None:
        choose_mail(reader.user_id, dict.fromkeys(TOPICS, NEVER), now)
    elif reader.subscriber_id is not None:
        end_subscription(reader.subscriber_id, now)


def stop_one_thing(reader: ReaderKey, kind: str, key: str, now: datetime) -> None:
    """End one follow of a reader, inside `transaction()`; what waits because of it is not mailed any more.

    Raises NotFound for a member who is not there; what is not followed stays so.
    """
    if reader.subscriber_id is not None:
        stop_subscription(reader.subscriber_id, kind, key, now)
        return
    if not hold_reader(reader):
        raise NotFound("no such person")
    follow_id = find_follow_id(kind, key, user_id=reader.user_id) if kind in KINDS and is_key(key) else None
    if follow_id is None:
        return
    db.session.execute(delete(Follow).where(Follow.id == follow_id))
    if kind == SEARCH:
        drop_searches([key])
    record(Unfollowed(follow_id), by=None, now=now)  # nobody signed in: whoever holds the mail
    because = Notification.because
    same = (because["kind"].as_string() == kind, because["key"].as_string() == key)
    waiting = (reader.owns(Notification), Notification.mailed_at.is_(None), *same)
    db.session.execute(update(Notification).where(*waiting).values(mailed_at=now))
