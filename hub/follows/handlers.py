"""What is told to whom when something happens; the shared reader "notifications" runs these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.cases.models import ARCHIVED, CaseStudy
from hub.cities.models import City
from hub.commitments.models import CheckRequest, StatusRecord, Verification
from hub.core.db import Base, db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows import targets
from hub.follows.models import CASE, CITY
from hub.follows.reached import searches_reached
from hub.follows.reminders import HANDLERS as REMINDERS
from hub.follows.responsible import is_of, tell_coordinators, tell_organizers
from hub.follows.reviews import HANDLERS as REVIEWS
from hub.follows.reviews import tell_writer
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import of_case, of_city, of_item
from hub.vocabularies.queries import vocabulary


def tell_of_publication(entry: LogEntry, now: datetime) -> None:
    """Tell of a published case: who follows it, its city, its principles, the commitments it serves, or a search."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        reached = [*targets.of_case(case, vocabulary()), *searches_reached(case, entry)]
        tell_followers(entry, of_case(case), reached, now)


def tell_of_revision(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it says something else now, and those of searches that find it from now on.

    Small corrections are no news of the case itself.
    """
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_writer(entry, case, now)
        own = [(CASE, case.slug)] if entry.payload.get("is_substantial", True) else []
        tell_followers(entry, of_case(case), [*own, *searches_reached(case, entry)], now)


def tell_of_move(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of searches that find a case now that it belongs to another city."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.is_published:
        tell_followers(entry, of_case(case), searches_reached(case, entry), now)


def tell_of_archiving(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a case that it was archived."""
    case = _subject(CaseStudy, entry, "case_id")
    if case is not None and case.state == ARCHIVED:
        tell_followers(entry, of_case(case), [(CASE, case.slug)], now)


def tell_of_status(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city and of a commitment that its status was recorded.

    The city's coordinators are told too where it was recorded by someone else.
    """
    status = _subject(StatusRecord, entry, "record_id")
    if status is not None:
        told = Told(status.id, of_item(status.city_id, status.item_code))
        tell_followers(entry, told, targets.of_status(status), now)
        if not is_of(status.recorded_by, status.city_id):
            tell_coordinators(entry, told, status.city_id, now)


def tell_of_check_request(entry: LogEntry, now: datetime) -> None:
    """Tell the organizers that a city asks for a check, or appeals."""
    request = _subject(CheckRequest, entry, "request_id")
    if request is not None:
        tell_organizers(entry, Told(request.id, of_item(request.city_id, request.item_code)), now)


def tell_of_peer_asked(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that they were asked to check a record as peers."""
    request, city = _subject(CheckRequest, entry, "request_id"), _subject(City, entry, "city_id")
    if request is not None and city is not None:
        tell_coordinators(entry, Told(request.id, of_item(request.city_id, request.item_code)), city.id, now)


def tell_of_check(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city what was found when its record was checked."""
    check = _subject(Verification, entry, "verification_id")
    if check is not None:
        tell_coordinators(entry, Told(check.id, of_item(check.city_id, check.item_code)), check.city_id, now)


def tell_of_admission(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city on record that it joined."""
    city = _subject(City, entry, "city_id")
    if city is not None:
        tell_followers(entry, of_city(city), [(CITY, city.slug)], now)


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
