"""Writing who is told of an entry of the log: followers with and without an account, and those whose work it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Exists, Row, Select, and_, exists, insert, or_, select, tuple_

from hub.core.db import db
from hub.core.log import LogEntry
from hub.follows.models import SEARCH, Follow, Mute, Notification
from hub.follows.targets import Target
from hub.follows.topics import topic_of
from hub.people.models import User

BATCH = 1000
_OF_CASES = ("CasePublished", "CaseRevised", "CaseMoved")


class Told(NamedTuple):
    """What people are told of: the row the words come from, and the thing under which it stands (`case:12`)."""

    subject_id: int
    thing: str


def tell_followers(
    entry: LogEntry,
    told: Told,
    reached: Sequence[Target],
    now: datetime,
    *,
    about: Sequence[Target] = (),
    only: Select[Any] | None = None,
) -> None:
    """Write one notification for each person who follows any of these, because of the first that she follows.

    Not for whoever did it, nobody suspended, nobody told already, nobody who began to follow only afterwards, nor who
    muted any of these or of what it is `about`. A search tells of each case once. `only` selects the ids of those who
    may know of it at all.
    """
    ranks = {target: rank for rank, target in reversed(list(enumerate(reached)))}
    best: dict[tuple[int | None, int | None], Target] = {}
    for match in _matches(entry, told, reached, about, only):
        reader, target = (match.user_id, match.subscriber_id), (match.kind, match.key)
        if reader not in best or ranks[target] < ranks[best[reader]]:
            best[reader] = target
    rows = (
        {"user_id": user_id, "subscriber_id": subscriber_id, "because": {"kind": kind, "key": key}}
        for (user_id, subscriber_id), (kind, key) in best.items()
    )
    _write(entry, told, rows, now, is_work=False)


def tell_people(entry: LogEntry, told: Told, people: Select[Any], because: Target, now: datetime) -> None:
    """Write one notification for each of these people whose work it is; who was told already, or did it, is not told.

    `people` selects ids of accounts.
    """
    known = select(Notification.user_id).where(
        Notification.position == entry.position, Notification.user_id.is_not(None)
    )
    wanted = select(User.id).where(User.id.in_(people), User.is_active, User.id.not_in(known))
    if entry.actor_id is not None:
        wanted = wanted.where(User.id != entry.actor_id)
    reason = {"kind": because[0], "key": because[1]}
    rows = ({"user_id": user_id, "subscriber_id": None, "because": reason} for user_id in db.session.scalars(wanted))
    _write(entry, told, rows, now, is_work=True)


def _write(entry: LogEntry, told: Told, rows: Iterable[dict[str, Any]], now: datetime, *, is_work: bool) -> None:
    same = {
        "position": entry.position, "event": entry.kind, "topic": topic_of(entry.kind, is_work=is_work),
        "subject_id": told.subject_id, "thing": told.thing, "created_at": now,
    }  # fmt: skip
    rest = iter(rows)
    while batch := [row | same for row in islice(rest, BATCH)]:
        db.session.execute(insert(Notification), batch)


def _matches(
    entry: LogEntry, told: Told, reached: Sequence[Target], about: Sequence[Target], only: Select[Any] | None
) -> Iterator[Row[Any]]:
    things = [target for target in reached if target[0] != SEARCH]
    keys = [key for kind, key in reached if kind == SEARCH]
    conditions: list[ColumnElement[bool]] = [tuple_(Follow.kind, Follow.key).in_(things)] if things else []
    for start in range(0, len(keys), BATCH):
        found_by = (Follow.kind == SEARCH, Follow.key.in_(keys[start : start + BATCH]))
        conditions.append(and_(*found_by, ~_told_by_search(entry, told.subject_id)))
    if only is not None:
        conditions = [and_(condition, Follow.user_id.in_(only)) for condition in conditions]
    for condition in conditions:
        yield from db.session.execute(_following(entry, [*things, *about]).where(condition))


def _following(entry: LogEntry, things: Sequence[Target]) -> Select[Any]:
    """Select the follows of those who may be told of an entry that reaches these things."""
    is_told = exists().where(Notification.position == entry.position, _same_reader())
    is_active = exists().where(User.id == Follow.user_id, User.is_active)
    wanted: Any = select(Follow.user_id, Follow.subscriber_id, Follow.kind, Follow.key).where(
        Follow.created_at <= entry.recorded_at, ~is_told, or_(Follow.subscriber_id.is_not(None), is_active)
    )
    if things:
        muted = exists().where(Mute.user_id == Follow.user_id, tuple_(Mute.kind, Mute.key).in_(things))
        wanted = wanted.where(~muted)
    if entry.actor_id is not None:
        wanted = wanted.where(or_(Follow.user_id.is_(None), Follow.user_id != entry.actor_id))
    query: Select[Any] = wanted
    return query


def _same_reader() -> ColumnElement[bool]:
    return or_(Notification.user_id == Follow.user_id, Notification.subscriber_id == Follow.subscriber_id)


def _told_by_search(entry: LogEntry, case_id: int) -> Exists:
    """Tell whether a person was told of a case because of the search that she follows.

    A case opened again is no news to whom any search has told of it.
    """
    because = Notification.because
    told = exists().where(
        _same_reader(),
        Notification.subject_id == case_id,
        Notification.event.in_(_OF_CASES),
        because["kind"].as_string() == SEARCH,
    )
    return told if entry.kind == "CasePublished" else told.where(because["key"].as_string() == Follow.key)
