"""Reads of requests to have a record checked: who waits for a decision, and who may be asked for one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from hub.cities.models import SUSPENDED, City
from hub.cities.queries import label_of
from hub.commitments.models import (
    APPEAL,
    CHECK,
    OPEN,
    WITHDRAWN,
    CheckRequest,
    StatusRecord,
    StatusSpan,
    Verification,
)
from hub.commitments.queries.lines import list_lines
from hub.commitments.queries.network import in_force_on
from hub.commitments.states import StatusLine, in_force
from hub.core.db import db
from hub.core.errors import NotFound
from hub.people.models import COORDINATOR, Membership, User

_Peer = aliased(City)


class CityName(NamedTuple):
    """A city as lists of checks name it."""

    id: int
    slug: str
    name: str
    name_native: str | None
    native_language: str | None

    def label(self, language: str) -> str:
        """Return what readers of a language call the city."""
        return label_of(self.name, self.name_native, self.native_language, language)


class RequestLine(NamedTuple):
    """A request for a check as lists show it."""

    id: int
    record_id: int
    item_code: str
    kind: str  # check, appeal
    state: str  # open, decided, withdrawn
    asked_at: datetime
    decided_at: datetime | None
    city: CityName
    peer: CityName | None  # whose coordinators were asked
    result: str = ""  # confirmed, refused, once it is decided


class Parties(NamedTuple):
    """Who stands in a request: whose record it is, which peer was asked, who asked (empty when she left)."""

    city: City
    peer: CityName | None
    asker: str
    recorded_by: int | None  # who put the record there


def standing_line(city_id: int, item_code: str, today: date) -> StatusLine | None:
    """Return the record in force of an item in a city with all its evidence, also what is not public."""
    lines = list_lines(city_id=city_id, item=item_code, with_evidence=True, sees=lambda _city_id: True)
    return in_force(lines, today)


def get_request(request_id: int) -> CheckRequest:
    """Return a request for a check; raises NotFound."""
    found = db.session.get(CheckRequest, request_id)
    if found is None:
        raise NotFound(f"no check {request_id}")
    return found


def parties_of(request: CheckRequest) -> Parties:
    """Return who stands in a request."""
    peer = db.session.get(City, request.peer_city_id) if request.peer_city_id is not None else None
    asker = db.session.get(User, request.asked_by) if request.asked_by is not None else None
    return Parties(
        db.session.get_one(City, request.city_id),
        CityName(*(getattr(peer, name) for name in CityName._fields)) if peer is not None else None,
        asker.name if asker is not None else "",
        db.session.get_one(StatusRecord, request.record_id).recorded_by,
    )


def find_open_request(record_id: int) -> CheckRequest | None:
    """Return the open request to have a record checked; there is at most one."""
    wanted = select(CheckRequest).where(CheckRequest.record_id == record_id, CheckRequest.state == OPEN)
    return db.session.scalars(wanted.order_by(CheckRequest.id)).first()


def find_appeal(verification_id: int) -> CheckRequest | None:
    """Return the appeal against a refusal, open or decided; one that was taken back does not count."""
    wanted = select(CheckRequest).where(CheckRequest.appeal_of_id == verification_id, CheckRequest.state != WITHDRAWN)
    return db.session.scalars(wanted.order_by(CheckRequest.id.desc())).first()


def cities_to_ask(city_id: int) -> list[CityName]:
    """Return the cities, by name, whose coordinators may be asked to check a record of another city."""
    led = (
        select(Membership.city_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == COORDINATOR, User.is_active)
    )
    wanted = select(*_named(City)).where(City.membership != SUSPENDED, City.id != city_id, City.id.in_(led))
    return [CityName._make(row) for row in db.session.execute(wanted.order_by(City.name, City.id))]


def list_requests(
    today: date, *, state: str = OPEN, kind: str = "", page: int = 1, per_page: int = 20
) -> tuple[list[RequestLine], int]:
    """Return a page of the requests of all cities, and how many there are: open ones oldest first, others newest first.

    Open requests of records that are in force no more are left out: there is nothing to decide.
    """
    conditions = [CheckRequest.state == state, *([CheckRequest.kind == kind] if kind else [])]
    if state == OPEN:
        conditions.append(_stands(today))
    return _page(conditions, page, per_page, is_oldest_first=state == OPEN)


def list_open_to_peers(
    today: date, without: Collection[int], asked: Collection[int], *, page: int = 1, per_page: int = 20
) -> tuple[list[RequestLine], int]:
    """Return a page of the open requests that a peer may take up, and how many there are, the oldest first.

    `without` are the ids of the cities that she belongs to; requests that one of `asked` was asked for stand elsewhere.
    """
    others = func.coalesce(CheckRequest.peer_city_id, 0).not_in(asked)
    conditions = [*_peer_work(today), CheckRequest.city_id.not_in(without), others]
    return _page(conditions, page, per_page, is_oldest_first=True)


def checks_waiting(city_ids: Collection[int], today: date) -> list[RequestLine]:
    """Return the open requests that the coordinators of these cities were asked to check, the oldest first."""
    conditions = [*_peer_work(today), CheckRequest.peer_city_id.in_(city_ids), CheckRequest.city_id.not_in(city_ids)]
    return _page(conditions, 1, 100, is_oldest_first=True)[0]


def requests_of(city_ids: Collection[int], limit: int = 20) -> list[RequestLine]:
    """Return the requests of these cities, open ones first, then the newest."""
    wanted = _requests().where(CheckRequest.city_id.in_(city_ids))
    ordered = wanted.order_by((CheckRequest.state != OPEN), CheckRequest.asked_at.desc(), CheckRequest.id.desc())
    return [_request(row) for row in db.session.execute(ordered.limit(limit))]


def count_requests(today: date) -> dict[str, int]:
    """Return how many open requests wait for a decision, by kind: check, appeal."""
    wanted = select(CheckRequest.kind, func.count()).where(CheckRequest.state == OPEN, _stands(today))
    found = {row[0]: int(row[1]) for row in db.session.execute(wanted.group_by(CheckRequest.kind))}
    return {kind: found.get(kind, 0) for kind in (CHECK, APPEAL)}


def _peer_work(today: date) -> list[ColumnElement[bool]]:
    return [CheckRequest.state == OPEN, CheckRequest.kind == CHECK, _stands(today)]


def _stands(today: date) -> ColumnElement[bool]:
    """Match requests whose record is in force."""
    return exists().where(
        StatusSpan.city_id == CheckRequest.city_id,
        StatusSpan.item_code == CheckRequest.item_code,
        and_(StatusSpan.record_id == CheckRequest.record_id, in_force_on(today)),
    )


def _named(city: type[City]) -> tuple[Any, ...]:
    return (city.id, city.slug, city.name, city.name_native, city.native_language)


def _requests() -> Select[*tuple[object, ...]]:
    return (
        select(
            CheckRequest.id, CheckRequest.record_id, CheckRequest.item_code, CheckRequest.kind, CheckRequest.state,
            CheckRequest.asked_at, CheckRequest.decided_at, func.coalesce(Verification.result, ""), *_named(City),
            *_named(_Peer),
        )
        .join(City, City.id == CheckRequest.city_id)
        .outerjoin(_Peer, _Peer.id == CheckRequest.peer_city_id)
        .outerjoin(Verification, Verification.request_id == CheckRequest.id)
    )  # fmt: skip


def _request(row: tuple[object, ...]) -> RequestLine:
    *own, result = row[:8]
    peer = CityName._make(row[13:18]) if row[13] is not None else None
    return RequestLine._make((*own, CityName._make(row[8:13]), peer, result))


def _page(
    conditions: list[ColumnElement[bool]], page: int, per_page: int, *, is_oldest_first: bool
) -> tuple[list[RequestLine], int]:
    total = db.session.scalar(select(func.count()).select_from(CheckRequest).where(*conditions)) or 0
    order = (CheckRequest.asked_at, CheckRequest.id)
    wanted = _requests().where(*conditions)
    wanted = wanted.order_by(*order) if is_oldest_first else wanted.order_by(*(each.desc() for each in order))
    rows = db.session.execute(wanted.limit(per_page).offset((page - 1) * per_page))
    return [_request(row) for row in rows], total
