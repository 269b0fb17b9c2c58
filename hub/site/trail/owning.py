"""Which entries of the log are a city's own: about itself, its cases, statuses, evidence, invitations and people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from hub.cases.events import CaseDraftDeleted, CaseMoved
from hub.cases.models import CaseStudy
from hub.cities.models import CityApplication
from hub.commitments.models import CheckRequest, Evidence, StatusRecord, Verification
from hub.core.db import db
from hub.core.log import CHANGES, LogEntry, LogPersonal
from hub.exchange.models import Adaptation, Question
from hub.people.models import Invitation


def holds(field: str) -> ColumnElement[int]:
    """Return the number that a payload field holds."""
    number: ColumnElement[int] = LogEntry.payload[field].as_integer()
    return number


def about_city(city_id: int) -> ColumnElement[bool]:
    """Match what names a city or one of its things, also its applications."""
    applied = holds("application_id").in_(select(CityApplication.id).where(CityApplication.city_id == city_id))
    return or_(own_of(city_id), applied)


def own_of(city_id: int) -> ColumnElement[bool]:
    """Match what a city's coordinators may read: what names the city or one of its things.

    A case that was moved is each city's for as long as it was there; both see that it moved. What was said of an
    application is the organizers' own.
    """
    things: dict[str, Any] = {
        "record_id": StatusRecord, "evidence_id": Evidence, "request_id": CheckRequest,
        "verification_id": Verification, "invitation_id": Invitation, "adaptation_id": Adaptation,
        "question_id": Question,
    }  # fmt: skip
    owned = [holds(field).in_(select(model.id).where(model.city_id == city_id)) for field, model in things.items()]
    named = [holds(field) == city_id for field in ("city_id", "from_city_id", "to_city_id")]
    moved = _moves()
    cases = select(CaseStudy.id).where(CaseStudy.city_id == city_id, CaseStudy.id.not_in(moved))
    named.append(holds("case_id").in_(_deleted(city_id) - moved.keys()))
    stays = [_while_there(case_id, city_id, steps) for case_id, steps in moved.items()]
    return or_(*named, *owned, holds("case_id").in_(cases), *(each for each in stays if each is not None))


def _deleted(city_id: int) -> set[int]:
    """Return the drafts of a city that were deleted: only the entry that says so still knows whose they were."""
    kept = select(LogEntry.payload, LogPersonal.content).join(LogPersonal, LogPersonal.position == LogEntry.position)
    query = kept.where(LogEntry.kind == CaseDraftDeleted.__name__, LogPersonal.part == CHANGES)
    return {
        payload["case_id"] for payload, before in db.session.execute(query) if before.get("city", [None])[0] == city_id
    }


Moves = list[tuple[int, int | None, int | None]]  # the entry that says so, from which city, to which


def _moves() -> dict[int, Moves]:
    """Return the moves of every case that was moved, in their order."""
    query = select(LogEntry.position, LogEntry.payload).where(LogEntry.kind == CaseMoved.__name__)
    found: dict[int, Moves] = {}
    for position, payload in db.session.execute(query.order_by(LogEntry.position)):
        found.setdefault(payload["case_id"], []).append((position, payload["from_city_id"], payload["to_city_id"]))
    return found


def _while_there(case_id: int, city_id: int, moves: Moves) -> ColumnElement[bool] | None:
    """Match the entries of a case from the time it was a city's; None where it never was."""
    starts = [(0, moves[0][1]), *((position, to) for position, _from, to in moves)]
    ends: list[int | None] = [position for position, _from, _to in moves]
    spans = []
    for (start, owner), end in zip(starts, [*ends, None], strict=True):
        if owner == city_id:
            span = LogEntry.position >= start
            spans.append(span if end is None else and_(span, LogEntry.position <= end))
    return and_(holds("case_id") == case_id, or_(*spans)) if spans else None
