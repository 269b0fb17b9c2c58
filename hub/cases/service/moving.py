"""Correcting whose practice a case tells, and deleting a draft for good; inside `transaction()`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from hub.cases.events import CaseDraftDeleted, CaseMoved
from hub.cases.models import DRAFT, CaseCopy, CaseFile, CaseRedaction, CaseRevision, CaseStudy
from hub.cases.policy import can_delete_draft, can_move_case
from hub.cases.service.writing import locked, touch
from hub.cases.states import changed, state_of
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import record
from hub.people.models import User


def move_case(
    slug: str, version: int, city_slug: str, reason: str, *, by: User, now: datetime
) -> CaseStudy:  # fmt: skip
    """Give a case to another city, or with no city to the country as a whole; what it says stays.

    Raises NotFound for no such case and for a draft, which is nobody's but its city's; Forbidden, Conflict when someone
    saved since `version`, Invalid without a reason, for an unknown city and for the one that has it already.
    """
    if not can_move_case(by):
        raise Forbidden("organizers say whose practice it is")
    query = select(CaseStudy).where(CaseStudy.slug == slug).with_for_update(of=CaseStudy)
    case = db.session.scalar(query.execution_options(populate_existing=True))
    if case is None or case.state == DRAFT:
        raise NotFound("no such case")
    if version != case.version:
        raise Conflict("someone saved meanwhile")
    city = db.session.scalar(select(City).where(City.slug == city_slug)) if city_slug else None
    if city_slug and city is None:
        raise Invalid("city", "Choose one of the list.")
    if not reason:
        raise Invalid("reason", "Say why it belongs there.")
    if case.city_id == (city.id if city else None):
        raise Invalid("city", "It belongs there already.")
    before, former = state_of(case), case.city_id
    case.city = city
    if city is not None:
        case.country = city.country
    touch(case, by, now)
    db.session.flush()  # counts the version up
    record(
        CaseMoved(case.id, former, case.city_id), by=by.id, now=now, personal={"reason": reason},
        changes=changed(before, state_of(case)),
    )  # fmt: skip
    return case


def delete_draft(slug: str, version: int, *, by: User, now: datetime) -> None:
    """Delete a draft that was never published, with all that hangs on it; its files are swept away later.

    Raises NotFound, Forbidden, and Conflict when someone saved since `version`.
    """
    case = locked(slug, by)
    if not can_delete_draft(by, case):
        raise Forbidden("a coordinator deletes what was never published")
    if version != case.version:
        raise Conflict("someone saved meanwhile")
    before, case_id, title = state_of(case), case.id, case.title
    for model in (CaseCopy, CaseFile, CaseRedaction, CaseRevision):
        db.session.execute(delete(model).where(model.case_id == case_id).execution_options(synchronize_session=False))
    db.session.expire(case, ["files"])
    db.session.delete(case)
    db.session.flush()
    record(
        CaseDraftDeleted(case_id), by=by.id, now=now, personal={"title": title},
        changes=changed(before, {}),
    )  # fmt: skip
