"""Telling of commitments: statuses, and checks of them."""

from __future__ import annotations

from datetime import datetime

from hub.cities.models import City
from hub.commitments.models import CheckRequest, StatusRecord, Verification
from hub.core.db import db
from hub.core.log import LogEntry
from hub.core.readers import Handlers
from hub.follows import targets
from hub.follows.handlers.subjects import subject
from hub.follows.responsible import is_of, tell_coordinators, tell_organizers
from hub.follows.telling import Told, tell_followers
from hub.follows.thingkeys import item_target, of_item


def tell_of_status(entry: LogEntry, now: datetime) -> None:
    """Tell the followers of a city, of a commitment and of a country that a status was recorded.

    The city's coordinators are told too where it was recorded by someone else.
    """
    status = subject(StatusRecord, entry, "record_id")
    if status is not None:
        told = Told(status.id, of_item(status.city_id, status.item_code))
        about = [item_target(status.city_id, status.item_code)]
        tell_followers(entry, told, targets.of_status(status), now, about=about)
        if not is_of(status.recorded_by, status.city_id):
            tell_coordinators(entry, told, status.city_id, now)


def tell_of_check_request(entry: LogEntry, now: datetime) -> None:
    """Tell the organizers that a city asks for a check, or appeals."""
    request = subject(CheckRequest, entry, "request_id")
    if request is not None:
        tell_organizers(entry, Told(request.id, of_item(request.city_id, request.item_code)), now)


def tell_of_peer_asked(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city that they were asked to check a record as peers."""
    request, city = subject(CheckRequest, entry, "request_id"), subject(City, entry, "city_id")
    if request is not None and city is not None:
        tell_coordinators(entry, Told(request.id, of_item(request.city_id, request.item_code)), city.id, now)


def tell_of_check(entry: LogEntry, now: datetime) -> None:
    """Tell the coordinators of a city what was found when its record was checked, then the followers of both."""
    check = subject(Verification, entry, "verification_id")
    city = db.session.get(City, check.city_id) if check is not None else None
    if check is not None and city is not None:
        told = Told(check.id, of_item(city.id, check.item_code))
        tell_coordinators(entry, told, city.id, now)
        about = [item_target(city.id, check.item_code)]
        tell_followers(entry, told, targets.of_commitment(city, check.item_code), now, about=about)


HANDLERS: Handlers = {
    "StatusRecorded": (tell_of_status,),
    "CheckRequested": (tell_of_check_request,),
    "PeerAsked": (tell_of_peer_asked,),
    "StatusVerified": (tell_of_check,),
    "StatusRefused": (tell_of_check,),
}
