"""What is told to whom when something happens; the shared reader "notifications" runs these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, insert, select, tuple_

from hub.cases.models import ARCHIVED, CaseStudy
from hub.cities.models import City
from hub.commitments.models import CheckRequest, StatusRecord, Verification
from hub.core.db import Base, db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows import targets
from hub.follows.models import CASE, CITY, SEARCH, Follow, Notification
from hub.follows.reached import searches_reached
from hub.follows.reminders import HANDLERS as REMINDERS
from hub.follows.responsible import is_of, tell_coordinators, tell_organizers
from hub.follows.reviews import HANDLERS as REVIEWS
from hub.follows.reviews import tell_writer
from hub.follows.targets import Target
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

BATCH = 1000
_OF_CASES = ("CasePublished", "CaseRevised", "CaseMoved")


def tell_of_publication(entry: LogEntry, now: datetime) -> None:
    """Tell of a published case: who follows it, its city, its principles, the commitments it serves, or a search."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        reached = [*targets.of_case(case, vocabulary()), *searches_reached(case, entry)]
        _tell(entry, case.id, reached, now)


def tell_of_revision(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it says something else now, and those of searches that find it from now on.

    Small corrections are no news of the case itself.
    """
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        own = [(CASE, case.slug)] if entry.payload.get("is_substantial", True) else []
        _tell(entry, case.id, [*own, *searches_reached(case, entry)], now)


def tell_of_move(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of searches that find a case now that it belongs to another city."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        _tell(entry, case.id, searches_reached(case, entry), now)


def tell_of_archiving(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it was archived."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.state == ARCHIVED:
        _tell(entry, case.id, [(CASE, case.slug)], now)


def tell_of_status(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city and of a commitment that its status was recorded.

    The city's coordinators are told too where it was recorded by someone else.
    """
    status = _subject(StatusRecord, entry, "record_id")
    if status is not None:
        _tell(entry, status.id, targets.of_status(status), now)
        if not is_of(status.recorded_by, status.city_id):
            tell_coordinators(entry, status.id, status.city_id, now)


def tell_of_check_request(entry: LogEntry, now: datetime) -> None:
    """Tell the organizers that a city asks for a check, or appeals."""
    request = _subject(CheckRequest, entry, "request_id")
    if request is not None:
        tell_organizers(entry, request.id, now)


def tell_of_peer_asked(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that they were asked to check a record as peers."""
    request, city = _subject(CheckRequest, entry, "request_id"), _subject(City, entry, "city_id")
    if request is not None and city is not None:
        tell_coordinators(entry, request.id, city.id, now)


def tell_of_check(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city what was found when its record was checked."""
    check = _subject(Verification, entry, "verification_id")
    if check is not None:
        tell_coordinators(entry, check.id, check.city_id, now)


def tell_of_admission(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city on record that it joined."""
    city = _subject(City, entry, "city_id")
    if city is not None:
        _tell(entry, city.id, [(CITY, city.slug)], now)


HANDLERS: Handlers = {
    **REMINDERS,
    **REVIEWS,
    "CasePublished": (tell_of_publication,),
    "CaseRevised": (tell_of_revision,),
    "CaseMoved": (tell_of_move,),
    "CaseArchived": (tell_of_archiving,),
    "StatusRecorded": (tell_of_status,),
    "CityAdmitted": (tell_of_admission,),
    "CheckRequested": (tell_of_check_request,),
    "PeerAsked": (tell_of_peer_asked,),
    "StatusVerified": (tell_of_check,),
    "StatusRefused": (tell_of_check,),
}


def _subject(model: type[Any], entry: LogEntry, name: str) -> Any:
    """Return the row that an entry is about, None when the entry names none or it is gone."""
    row_id = entry.payload.get(name)
    found: Base | None = db.session.get(model, row_id) if isinstance(row_id, int) else None
    return found


def _tell(entry: LogEntry, subject_id: int, reached: Sequence[Target], now: datetime) -> None:
    """Write one notification for each person who follows any of these; told already, nothing is written."""
    because = _followers(entry, subject_id, reached)
    rows = (
        {
            "user_id": user_id, "position": entry.position, "event": entry.kind, "subject_id": subject_id,
            "because": {"kind": kind, "key": key}, "created_at": now,
        }
        for user_id, (kind, key) in sorted(because.items())
    )  # fmt: skip
    while batch := list(islice(rows, BATCH)):
        db.session.execute(insert(Notification), batch)


def _followers(entry: LogEntry, subject_id: int, reached: Sequence[Target]) -> dict[int, Target]:
    """Return who is to be told, each with the first of these that she follows.

    Not whoever did it, nobody suspended, nobody told already, nobody who began to follow only afterwards. A search
    tells of each case once, and a case opened again is no news to whom any search has told of it.
    """
    things = [target for target in reached if target[0] != SEARCH]
    keys = [key for kind, key in reached if kind == SEARCH]
    conditions: list[ColumnElement[bool]] = [tuple_(Follow.kind, Follow.key).in_(things)] if things else []
    for start in range(0, len(keys), BATCH):
        found_by = (Follow.kind == SEARCH, Follow.key.in_(keys[start : start + BATCH]))
        conditions.append(and_(*found_by, ~_told_by_search(entry, subject_id)))
    matches = (match for condition in conditions for match in _matches(entry, condition))
    return _most_specific(matches, reached)


def _told_by_search(entry: LogEntry, case_id: int) -> Exists:
    """Tell whether a person was told of a case because of the search that she follows."""
    because = Notification.because
    told = exists().where(
        Notification.user_id == Follow.user_id,
        Notification.subject_id == case_id,
        Notification.event.in_(_OF_CASES),
        because["kind"].as_string() == SEARCH,
    )
    return told if entry.kind == "CasePublished" else told.where(because["key"].as_string() == Follow.key)


def _matches(entry: LogEntry, condition: ColumnElement[bool]) -> list[tuple[int, Target]]:
    """Return who is to be told, with the follows that the condition names."""
    told = select(Notification.user_id).where(Notification.position == entry.position)
    query = (
        select(Follow.user_id, Follow.kind, Follow.key)
        .join(User, User.id == Follow.user_id)
        .where(
            condition,
            Follow.created_at <= entry.recorded_at,
            Follow.user_id.not_in(told),
            User.is_active,
        )
    )
    if entry.actor_id is not None:
        query = query.where(Follow.user_id != entry.actor_id)
    return [(row.user_id, (row.kind, row.key)) for row in db.session.execute(query)]


def _most_specific(matches: Iterable[tuple[int, Target]], reached: Sequence[Target]) -> dict[int, Target]:
    ranks = {target: rank for rank, target in reversed(list(enumerate(reached)))}
    best: dict[int, Target] = {}
    for user_id, target in matches:
        if user_id not in best or ranks[target] < ranks[best[user_id]]:
            best[user_id] = target
    return best
