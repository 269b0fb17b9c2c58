"""What is told to whom when something happens; the shared reader "notifications" runs these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, tuple_

from hub.cases.models import ARCHIVED, CaseStudy
from hub.cities.models import City
from hub.commitments.models import StatusRecord
from hub.core.db import Base, db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows import targets
from hub.follows.models import CASE, CITY, Follow, Notification
from hub.follows.targets import Target
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

BATCH = 1000


def tell_of_publication(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a published case: of itself, its city, its principles and the commitments it serves."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        _tell(entry, case.id, targets.of_case(case, vocabulary()), now)


def tell_of_revision(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it says something else now; small corrections are passed over."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published and entry.payload.get("is_substantial", True):
        _tell(entry, case.id, [(CASE, case.slug)], now)


def tell_of_archiving(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it was archived."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.state == ARCHIVED:
        _tell(entry, case.id, [(CASE, case.slug)], now)


def tell_of_status(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city and of a commitment that its status was recorded."""
    status = _subject(StatusRecord, entry, "record_id")
    if status is not None:
        _tell(entry, status.id, targets.of_status(status), now)


def tell_of_admission(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city on record that it joined."""
    city = _subject(City, entry, "city_id")
    if city is not None:
        _tell(entry, city.id, [(CITY, city.slug)], now)


HANDLERS: Handlers = {
    "CasePublished": (tell_of_publication,),
    "CaseRevised": (tell_of_revision,),
    "CaseArchived": (tell_of_archiving,),
    "StatusRecorded": (tell_of_status,),
    "CityAdmitted": (tell_of_admission,),
}


def _subject(model: type[Any], entry: LogEntry, name: str) -> Any:
    """Return the row that an entry is about, None when the entry names none or it is gone."""
    row_id = entry.payload.get(name)
    found: Base | None = db.session.get(model, row_id) if isinstance(row_id, int) else None
    return found


def _tell(entry: LogEntry, subject_id: int, reached: Sequence[Target], now: datetime) -> None:
    """Write one notification for each person who follows any of these; told already, nothing is written."""
    because = _followers(entry, reached)
    rows = (
        {
            "user_id": user_id, "position": entry.position, "event": entry.kind, "subject_id": subject_id,
            "because": {"kind": kind, "key": key}, "created_at": now,
        }
        for user_id, (kind, key) in sorted(because.items())
    )  # fmt: skip
    while batch := list(islice(rows, BATCH)):
        db.session.execute(insert(Notification), batch)


def _followers(entry: LogEntry, reached: Sequence[Target]) -> dict[int, Target]:
    """Return who is to be told, each with the first of these that she follows.

    Not whoever did it, nobody suspended, nobody told already, nobody who began to follow only afterwards.
    """
    told = select(Notification.user_id).where(Notification.position == entry.position)
    query = (
        select(Follow.user_id, Follow.kind, Follow.key)
        .join(User, User.id == Follow.user_id)
        .where(
            tuple_(Follow.kind, Follow.key).in_(reached),
            Follow.created_at <= entry.recorded_at,
            Follow.user_id.not_in(told),
            User.is_active,
        )
    )
    if entry.actor_id is not None:
        query = query.where(Follow.user_id != entry.actor_id)
    return _most_specific(((row.user_id, (row.kind, row.key)) for row in db.session.execute(query)), reached)


def _most_specific(matches: Iterable[tuple[int, Target]], reached: Sequence[Target]) -> dict[int, Target]:
    ranks = {target: rank for rank, target in reversed(list(enumerate(reached)))}
    best: dict[int, Target] = {}
    for user_id, target in matches:
        if user_id not in best or ranks[target] < ranks[best[user_id]]:
            best[user_id] = target
    return best
