"""Having a record checked by others: a city asks, a peer may be asked, someone decides, the city may appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.commitments import policy, queries
from hub.commitments.assurance import counts_until, holds
from hub.commitments.events import CheckRequested, CheckWithdrawn, PeerAsked, StatusRefused, StatusVerified
from hub.commitments.models import (
    APPEAL,
    CHECK,
    CONFIRMED,
    DECIDED,
    OPEN,
    PEER,
    REFUSED,
    WITHDRAWN,
    CheckRequest,
    StatusRecord,
    Verification,
)
from hub.commitments.states import StatusLine
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people.models import User
from hub.vocabularies.queries import vocabulary

NO_CONFLICT, SOME_CONFLICT = "none", "some"


@dataclass(frozen=True)
class Finding:
    """What someone found who checked a record; anyone may read the reason."""

    tier: str  # document, peer
    result: str  # confirmed, refused
    reason: str = ""
    conflict: str = ""  # of a peer: none or some; empty where she did not say


def ask_for_check(*, by: User, city_id: int, item_code: str, note: str, now: datetime) -> CheckRequest:
    """Ask others to check the record in force of an item, inside `transaction()`.

    Raises Forbidden, NotFound where nothing is in force, Conflict where a check of it is open already, and Invalid
    where there is no evidence that could be checked.
    """
    _lock_city(city_id)
    if not policy.can_ask_for_check(by, city_id):
        raise Forbidden("only a coordinator of the city asks for a check")
    line = queries.standing_line(city_id, item_code, now.date())
    if line is None:
        raise NotFound(f"nothing on record of {item_code} in city {city_id}")
    if queries.find_open_request(line.id) is not None:
        raise Conflict("a check of this record is open already")
    if not any(holds(piece, now.date()) for piece in line.evidence):
        raise Invalid("note", "There is no evidence to check yet. Record the status with a document or a link first.")
    return _requested(CheckRequest(kind=CHECK, note=note), line, by, now)


def withdraw_check(*, by: User, request_id: int, now: datetime) -> CheckRequest:
    """Take a request back, inside `transaction()`; raises Forbidden, NotFound, and Conflict where it is closed."""
    request = _locked_request(request_id)
    if not policy.can_ask_for_check(by, request.city_id):
        raise Forbidden("only a coordinator of the city takes this back")
    _need_open(request)
    _close(request, by, now)
    return request


def ask_peer(*, by: User, request_id: int, city_id: int | None, seen: int, now: datetime) -> CheckRequest:
    """Ask the coordinators of another city to check a record as peers, inside `transaction()`.

    `seen` is the version of the request that the organizer saw. Raises Forbidden, NotFound, Invalid, and Conflict where
    the request was closed or changed meanwhile.
    """
    request = _locked_request(request_id)
    if not policy.can_check_documents(by, request.city_id):
        raise Forbidden("only organizers without part in the city ask a peer")
    _need_open(request)
    if request.version != seen:
        raise Conflict("someone else has changed this meanwhile")
    if request.kind != CHECK:
        raise Invalid("city", "An organizer decides on an appeal. No peer is asked.")
    if city_id is None or city_id not in {city.id for city in queries.cities_to_ask(request.city_id)}:
        raise Invalid("city", "Choose one of the list.")
    if request.peer_city_id != city_id:
        before, request.peer_city_id = request.peer_city_id, city_id
        record(PeerAsked(request.id, city_id), by=by.id, now=now, changes={"peer_city_id": (before, city_id)})
    return request


def decide_check(*, by: User, request_id: int, found: Finding, now: datetime) -> Verification | None:
    """Confirm or refuse a record, inside `transaction()`; None where it is in force no more, which closes the request.

    Raises Forbidden, NotFound, Conflict where it was decided or taken back already, and Invalid naming the field.
    """
    request = _locked_request(request_id)
    peer_city_id = _peer_city(by, request, found)
    _need_open(request)
    today = now.date()
    line = queries.standing_line(request.city_id, request.item_code, today)
    if line is None or line.id != request.record_id:
        _close(request, by, now)
        return None
    if found.result not in (CONFIRMED, REFUSED):
        raise Invalid("result", "Say what you found.")
    if found.result == REFUSED and not found.reason.strip():
        raise Invalid("reason", "Say why: the city needs to know what to mend, and anyone may read it.")
    readable = [piece for piece in line.evidence if piece.is_public or found.tier != PEER]
    if found.result == CONFIRMED and not any(holds(piece, today) for piece in readable):
        raise Invalid("result", "Its evidence is gone, has run out, or is not open to you. It cannot be confirmed.")
    until = None
    if found.result == CONFIRMED:
        until = counts_until(today, vocabulary().get_item(line.item_code), readable)
    made = Verification(
        record_id=line.id, city_id=line.city_id, item_code=line.item_code, tier=found.tier, result=found.result,
        reason=found.reason, checked_on=today, expires_on=until,
        by_user_id=by.id, by_city_id=peer_city_id, request_id=request.id, appeal_of_id=request.appeal_of_id,
        recorded_at=now, is_demo=by.is_demo,
    )  # fmt: skip
    db.session.add(made)
    request.state, request.decided_at = DECIDED, now
    db.session.flush()  # the log entry names the check's id
    event = StatusVerified if found.result == CONFIRMED else StatusRefused
    changes: dict[str, tuple[Any, Any]] = {
        "state": (OPEN, DECIDED), "tier": (None, made.tier), "result": (None, made.result),
        "reason": (None, made.reason or None), "expires_on": (None, made.expires_on),
    }  # fmt: skip
    record(event(made.id, line.id, line.city_id), by=by.id, now=now, changes=changes)
    return made


def appeal(*, by: User, request_id: int, reason: str, now: datetime) -> CheckRequest:
    """Appeal against the refusal that a request ended in, inside `transaction()`; another organizer decides.

    Raises Forbidden, NotFound, Invalid, and Conflict where there is no such refusal, it was appealed against already,
    or the record is in force no more.
    """
    refused = _locked_request(request_id)
    if not policy.can_ask_for_check(by, refused.city_id):
        raise Forbidden("only a coordinator of the city appeals")
    line = queries.standing_line(refused.city_id, refused.item_code, now.date())
    against = queries.find_refusal(refused.id)
    if line is None or line.id != refused.record_id or against is None or refused.kind != CHECK:
        raise Conflict("there is no refusal to appeal against")
    if queries.find_appeal(against.id) is not None or queries.find_open_request(line.id) is not None:
        raise Conflict("it was appealed against already, or another check is open")
    if not reason.strip():
        raise Invalid("reason", "Say why: whoever decides on it needs to know.")
    return _requested(CheckRequest(kind=APPEAL, appeal_of_id=against.id, note=reason), line, by, now)


def _peer_city(by: User, request: CheckRequest, found: Finding) -> int | None:
    """Return the city for which a peer decides, None for an organizer; raises Forbidden, Invalid."""
    recorded_by = db.session.get_one(StatusRecord, request.record_id).recorded_by
    open_to = policy.tiers_open(by, request, recorded_by, queries.find_refuser(request.appeal_of_id))
    if not open_to:
        raise Forbidden("only organizers and coordinators of other cities without part in it decide")
    if found.tier not in open_to:
        raise Invalid("tier", "Choose one of the list.")
    if found.tier != PEER:
        return None
    if not found.conflict:
        raise Invalid("conflict", "Say whether anything ties you to this city or this record.")
    if found.conflict != NO_CONFLICT:
        raise Forbidden("who has a conflict of interest does not decide")
    cities = policy.peer_cities(by, request.city_id)
    return request.peer_city_id if request.peer_city_id in cities else cities[0]


def _requested(request: CheckRequest, line: StatusLine, by: User, now: datetime) -> CheckRequest:
    request.record_id, request.city_id, request.item_code = line.id, line.city_id, line.item_code
    request.asked_by, request.asked_at, request.state = by.id, now, OPEN
    db.session.add(request)
    db.session.flush()  # the log entry names its id
    changes = {"state": (None, OPEN), "kind": (None, request.kind), "note": (None, request.note or None)}
    record(CheckRequested(request.id, line.id, line.city_id), by=by.id, now=now, changes=changes)
    return request


def _close(request: CheckRequest, by: User, now: datetime) -> None:
    request.state, request.decided_at = WITHDRAWN, now
    changes = {"state": (OPEN, WITHDRAWN)}
    record(CheckWithdrawn(request.id, request.city_id), by=by.id, now=now, changes=changes)


def _need_open(request: CheckRequest) -> None:
    if request.state != OPEN:
        raise Conflict("it was decided or taken back already")


def _lock_city(city_id: int) -> None:
    """Let nobody record a status or ask for a check of this city meanwhile; raises NotFound."""
    if db.session.scalar(select(City.id).where(City.id == city_id).with_for_update()) is None:
        raise NotFound(f"no city {city_id}")


def _locked_request(request_id: int) -> CheckRequest:
    _lock_city(queries.get_request(request_id).city_id)
    fresh = select(CheckRequest).where(CheckRequest.id == request_id).with_for_update()
    return db.session.scalars(fresh.execution_options(populate_existing=True)).one()
