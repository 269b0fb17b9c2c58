"""What tests of this room do again and again: press buttons, let things happen, let the reader run."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub.cases.events import CasePublished
from hub.cases.models import CLAUSE, ITEM, PUBLISHED, US_PRINCIPLE, CaseStudy, CaseTag
from hub.cities.models import City
from hub.commitments.events import StatusRecorded
from hub.commitments.models import StatusRecord
from hub.core import clock, readers
from hub.core.db import db, transaction
from hub.core.log import head_position, record
from hub.follows.handlers import HANDLERS
from hub.follows.models import Follow, Notification

READER = "notifications"
FOLLOWABLE = {"city": "gwangju", "case": "graz-advisory-council", "principle": "GP8", "commitment": "C4.1"}


def token_of(client: FlaskClient, path: str = "/following") -> str:
    """Return the token that a page of a member's holds."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def press(client: FlaskClient, path: str, **values: str) -> TestResponse:
    """Send a button's form with its token."""
    return client.post(path, data={"csrf_token": token_of(client), **values})


def follow(user_id: int, *things: tuple[str, str], at: datetime | None = None) -> None:
    """Let a person follow things, by the tables."""
    with transaction():
        for kind, key in things:
            db.session.add(Follow(user_id=user_id, kind=kind, key=key, created_at=at or clock.now()))


def city_id(slug: str) -> int:
    """Return the id of a seeded city."""
    return db.session.scalars(select(City.id).where(City.slug == slug)).one()


def publish(
    slug: str, *, city: str | None = "gwangju", clauses: tuple[str, ...] = ("GP8.2",), us: tuple[str, ...] = (),
    items: tuple[str, ...] = (), by: int | None = None, state: str = PUBLISHED, title: str = "", language: str = "en",
    is_compiled: bool = False,
) -> int:  # fmt: skip
    """Put a case and its publication on record; returns the case's id."""
    now = clock.now()
    with transaction():
        case = CaseStudy(
            slug=slug, city_id=city_id(city) if city else None, country="KR", language=language,
            title=title or f"Title of {slug}", summary="A summary.", state=state, published_at=now, updated_at=now,
            is_compiled=is_compiled,
        )  # fmt: skip
        for scheme, codes in ((CLAUSE, clauses), (US_PRINCIPLE, us), (ITEM, items)):
            case.tags += [CaseTag(scheme=scheme, code=code, rank=rank) for rank, code in enumerate(codes)]
        db.session.add(case)
        db.session.flush()
        record(CasePublished(case.id), by=by, now=now)
        return case.id


def happen(event: Any, *, by: int | None = None) -> int:
    """Record an event and return its position."""
    with transaction():
        record(event, by=by, now=clock.now())
    return head_position()


def record_status(city: str, item: str, *, by: int | None = None, is_demo: bool = False) -> int:
    """Put a status and its event on record; returns the record's id."""
    now = clock.now()
    with transaction():
        status = StatusRecord(
            city_id=city_id(city), item_code=item, status="operating", claimed_by="city", recorded_by=by,
            recorded_at=now, is_demo=is_demo,
        )  # fmt: skip
        db.session.add(status)
        db.session.flush()
        known = StatusRecorded.__dataclass_fields__
        values = {"record_id": status.id, "city_id": status.city_id, "item_code": item}
        record(StatusRecorded(**{name: values[name] for name in known if name in values}), by=by, now=now)
        return status.id


def start_reader() -> None:
    """Set the reader at the head of the log, past what the seed files brought."""
    with transaction():
        found = db.session.get(readers.LogReader, READER)
        if found is None:
            db.session.add(readers.LogReader(name=READER, position=head_position()))
        else:
            found.position = head_position()


def read_on() -> int:
    """Run the reader of this room as a worker does; nothing may fail."""
    passed = readers.advance(READER, HANDLERS, "tests", clock.now)
    assert readers.lag(READER) == 0
    return passed


def told(user_id: int) -> list[Notification]:
    """Return what a person was told, oldest first."""
    db.session.rollback()
    query = select(Notification).where(Notification.user_id == user_id).order_by(Notification.position)
    return list(db.session.scalars(query))
