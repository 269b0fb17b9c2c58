"""Which cases are to be confirmed again: of some cities for their desks, of all for the reminder."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hub.cases.events import CaseDue
from hub.cases.models import PUBLISHED, CaseStudy
from hub.cases.yearly import MONTHS, is_to_be_said_again, months_between, said_at
from hub.cities.models import SUSPENDED, City
from hub.core.db import db
from hub.core.log import LogEntry
from hub.people.models import COORDINATOR, Membership, User

YEAR = timedelta(days=365)  # never longer than twelve months


def cases_to_confirm(city_ids: Collection[int], today: date) -> list[CaseStudy]:
    """Return the published cases of these cities that nobody confirmed for a year, the longest wait first."""
    if not city_ids:
        return []
    query = _said_before(datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1))
    found = db.session.scalars(query.where(CaseStudy.city_id.in_(city_ids)))
    return [case for case in found if is_to_be_said_again(case, today)]


def ids_to_ask(now: datetime) -> list[int]:
    """Return the cases that a city with a coordinator is to be asked about now, as far as one can see from outside.

    `is_to_ask` decides, when the case is held.
    """
    held = (
        select(Membership.city_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == COORDINATOR, User.is_active)
    )
    query = _said_before(now).join(City, City.id == CaseStudy.city_id)
    query = query.where(City.membership != SUSPENDED, CaseStudy.city_id.in_(held)).with_only_columns(CaseStudy.id)
    waiting = list(db.session.scalars(query))
    if not waiting:
        return []
    asked = _asked(LogEntry.recorded_at > now - YEAR)
    done = set(db.session.scalars(asked.with_only_columns(_CASE_ID)))
    return [case_id for case_id in waiting if case_id not in done]


def is_to_ask(case: CaseStudy, now: datetime) -> bool:
    """Tell whether a city is to be asked about a case: a year went by, and so it did since it was asked last."""
    said = said_at(case)
    if case.state != PUBLISHED or said is None or not is_to_be_said_again(case, now.date()):
        return False
    last = db.session.scalar(_asked(case.id == _CASE_ID, LogEntry.recorded_at > said).with_only_columns(_LAST))
    return last is None or months_between(last.date(), now.date()) >= MONTHS


_CASE_ID = LogEntry.payload["case_id"].as_integer()
_LAST = func.max(LogEntry.recorded_at)


def _asked(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(LogEntry).where(LogEntry.kind == CaseDue.__name__, *conditions)


def _said_before(moment: datetime) -> Select[Any]:
    said = func.coalesce(CaseStudy.confirmed_at, CaseStudy.published_at)
    return (
        select(CaseStudy)
        .where(CaseStudy.state == PUBLISHED, CaseStudy.is_compiled.is_(False), said <= moment - YEAR)
        .order_by(said, CaseStudy.id)
    )
