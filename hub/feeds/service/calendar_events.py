"""Entering, changing, cancelling and taking out events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, NotFound
from hub.core.log import differing, record, state_of
from hub.core.text import excerpt, slugify
from hub.feeds.events import (
    CalendarEventAdded,
    CalendarEventCancelled,
    CalendarEventChanged,
    CalendarEventReinstated,
    CalendarEventTakenOut,
)
from hub.feeds.models import CalendarEvent
from hub.feeds.policy import can_keep_events
from hub.feeds.service.event_facts import EventFacts, checked
from hub.people.models import User

FACTS = (
    "title", "summary", "language", "starts_on", "ends_on", "starts_at_time", "ends_at_time", "time_zone", "held",
    "place", "organiser", "url", "city_slugs", "principle_codes",
)  # fmt: skip
MARKS = ("cancelled_at", "removed_at")
_OF_AN_EDITION = re.compile(r"forum-\d+")  # where the pages of the forum's editions are


def add_event(facts: EventFacts, *, by: User | None, now: datetime) -> CalendarEvent:
    """Enter an event, inside `transaction()`. Raises Forbidden, Invalid naming the field."""
    _ask_policy(by)
    values = checked(facts)
    for _attempt in range(5):
        event = CalendarEvent(
            slug=_free_slug(values["title"], values["starts_on"].year),
            **values,
            version=1,
            added_by=by.id if by else None,
            added_at=now,
            updated_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(event)
        except IntegrityError:  # someone else entered one of this name at the same moment
            continue
        changes = differing({}, state_of(event, FACTS))
        record(CalendarEventAdded(event.id), by=by.id if by else None, now=now, changes=changes)
        return event
    raise Conflict("other events are being entered at the same time")


def change_event(slug: str, facts: EventFacts, *, expected: int, by: User | None, now: datetime) -> CalendarEvent:
    """Change what is said of an event, inside `transaction()`; its address stays.

    Raises Forbidden, NotFound, Conflict when it was changed meanwhile, Invalid naming the field.
    """
    _ask_policy(by)
    event = _held(slug)
    if event.version != expected:
        raise Conflict(f"event {slug} was changed meanwhile")
    values, before = checked(facts), state_of(event, FACTS)
    if values == before:
        return event
    for name, value in values.items():
        setattr(event, name, value)
    _keep(event, CalendarEventChanged, before, FACTS, by, now)
    return event


def cancel_event(slug: str, *, by: User | None, now: datetime) -> CalendarEvent:
    """Say that an event will not take place, inside `transaction()`; it stays on record. Raises Forbidden, NotFound."""
    _ask_policy(by)
    event = _held(slug)
    if event.cancelled_at is None:
        before = state_of(event, MARKS)
        event.cancelled_at = now
        _keep(event, CalendarEventCancelled, before, MARKS, by, now)
    return event


def reinstate_event(slug: str, *, by: User | None, now: datetime) -> CalendarEvent:
    """Say that a cancelled event takes place after all, inside `transaction()`. Raises Forbidden, NotFound."""
    _ask_policy(by)
    event = _held(slug)
    if event.cancelled_at is not None:
        before = state_of(event, MARKS)
        event.cancelled_at = None
        _keep(event, CalendarEventReinstated, before, MARKS, by, now)
    return event


def take_out_event(slug: str, *, by: User | None, now: datetime) -> CalendarEvent:
    """Show an event no more that was entered by mistake, inside `transaction()`. Raises Forbidden, NotFound."""
    _ask_policy(by)
    event = _held(slug)
    before = state_of(event, MARKS)
    event.removed_at = now
    _keep(event, CalendarEventTakenOut, before, MARKS, by, now)
    return event


def _keep(
    event: CalendarEvent, kind: Callable[[int], Any], before: dict[str, Any], names: Iterable[str], by: User | None,
    now: datetime,
) -> None:  # fmt: skip
    event.version += 1
    event.updated_at = now
    changes = differing(before, state_of(event, names))
    record(kind(event.id), by=by.id if by else None, now=now, changes=changes)


def _held(slug: str) -> CalendarEvent:
    """Return an event that nobody else can change before this transaction ends; raises NotFound."""
    query = select(CalendarEvent).where(CalendarEvent.slug == slug, CalendarEvent.removed_at.is_(None))
    event = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if event is None:
        raise NotFound(f"no event {slug}")
    return event


def _ask_policy(by: User | None) -> None:
    if not can_keep_events(by):
        raise Forbidden("organizers keep the calendar")


def _free_slug(title: str, year: int) -> str:
    named = title if str(year) in title else f"{excerpt(title, 66)} {year}"
    slug = slugify(named)[:74].strip("-")
    taken = set(
        db.session.scalars(select(CalendarEvent.slug).where(CalendarEvent.slug.startswith(slug, autoescape=True)))
    )
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken and not _OF_AN_EDITION.fullmatch(name))
