"""Asking once a year whether a case still holds, and the answer of its city; inside `transaction()`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from hub.cases.asking import is_to_ask
from hub.cases.events import CaseConfirmed, CaseDue
from hub.cases.models import CaseStudy
from hub.cases.policy import can_say_still_true
from hub.cases.service.writing import locked
from hub.cases.yearly import said_at
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden
from hub.core.log import record
from hub.people.models import User


def say_still_true(slug: str, version: int, *, by: User, now: datetime) -> CaseStudy:
    """Confirm that a published case still holds, as its text stands; its version stays, for no word changed.

    Said twice on a day it is said once. Raises NotFound, Forbidden, and Conflict when the text is not the one read.
    """
    case = locked(slug, by)
    if not can_say_still_true(by, case):
        raise Forbidden("a coordinator of the city says whether it still holds")
    if version != case.version:
        raise Conflict("the text changed meanwhile")
    before = said_at(case)
    if case.confirmed_at is not None and case.confirmed_at.date() == now.date():
        return case
    is_demo = case.is_demo or by.is_demo
    said = {"confirmed_at": now, "is_demo": is_demo}
    # Past the mapper, which would count the version up and send whoever writes meanwhile into a conflict.
    db.session.execute(
        update(CaseStudy).where(CaseStudy.id == case.id).values(said).execution_options(synchronize_session=False)
    )
    changes = {"confirmed_at": (before, now), "is_demo": (case.is_demo, is_demo)}
    for name, value in said.items():
        set_committed_value(case, name, value)
    record(CaseConfirmed(case.id), by=by.id, now=now, changes=changes)
    return case


def ask_again(case_id: int, now: datetime) -> bool:
    """Note that a case is to be confirmed again, once a year; tell whether its city is to be told."""
    query = select(CaseStudy).where(CaseStudy.id == case_id).with_for_update(of=CaseStudy)
    case = db.session.scalar(query.execution_options(populate_existing=True))
    if case is None or not is_to_ask(case, now):
        return False
    record(CaseDue(case.id), by=None, now=now)
    return True
