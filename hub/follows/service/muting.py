"""Hearing nothing of one thing, though other things that one follows may reach it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Invalid, NotFound
from hub.core.log import record
from hub.feeds.models import FeedSource
from hub.follows.events import Muted, Unmuted
from hub.follows.models import CASE, CITY, KINDS, SEARCH, SOURCE, Mute, Notification
from hub.follows.queries import find_mute, is_key, is_number, is_there
from hub.follows.service.one import one_at_a_time
from hub.follows.thingkeys import STATUS
from hub.follows.topics import WORK
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

MUTABLE = (*(kind for kind in KINDS if kind != SEARCH), STATUS)
MOST_MUTES = 500  # of one person


def mute(kind: str, key: str, *, by: User, now: datetime) -> None:
    """Let a person hear nothing more of a thing, inside `transaction()`; what waits of it is not mailed.

    Her work still reaches her. Raises Invalid for a kind that cannot be muted and for one more than 500, NotFound for a
    thing that is not there for her.
    """
    if kind not in MUTABLE:
        raise Invalid("kind", "Choose one of: %(choices)s.", choices=", ".join(MUTABLE))
    one_at_a_time(by.id)
    if not (_is_item(key) if kind == STATUS else is_there(kind, key, by)):
        raise NotFound(f"no {kind} to hear nothing of")
    if find_mute(by.id, kind, key) is not None:
        return
    if (db.session.scalar(select(func.count()).where(Mute.user_id == by.id)) or 0) >= MOST_MUTES:
        raise Invalid("id", "That is the most that can be kept. Hear of another thing again first.")
    db.session.add(Mute(user_id=by.id, kind=kind, key=key, created_at=now))
    waiting = (Notification.user_id == by.id, Notification.thing == _thing(kind, key), Notification.topic != WORK)
    db.session.execute(update(Notification).where(*waiting, Notification.mailed_at.is_(None)).values(mailed_at=now))
    record(Muted(by.id), by=by.id, now=now)


def unmute(kind: str, key: str, *, by: User, now: datetime) -> None:
    """Let a person hear of a thing again, inside `transaction()`; what she hears of stays so."""
    one_at_a_time(by.id)
    muted = find_mute(by.id, kind, key) if kind in MUTABLE and is_key(key) else None
    if muted is not None:
        db.session.execute(delete(Mute).where(Mute.id == muted.id))
        record(Unmuted(by.id), by=by.id, now=now)


def _is_item(key: str) -> bool:
    """Tell whether a key names a city and one of its commitments, as `thingkeys.item_target` spells them."""
    number, _colon, code = key.partition(":")
    if not is_key(key) or not is_number(number) or vocabulary().find_item(code) is None:
        return False
    return db.session.get(City, int(number)) is not None


def _thing(kind: str, key: str) -> str:
    """Return the key under which people are told of a thing; of what has none, one that nothing stands under."""
    models: dict[str, type[Any]] = {CASE: CaseStudy, CITY: City, SOURCE: FeedSource}
    if kind not in models:
        return f"{kind}:{key}"
    model = models[kind]
    return f"{kind}:{db.session.scalar(select(model.id).where(model.slug == key))}"
