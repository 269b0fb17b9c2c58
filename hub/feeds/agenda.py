"""Reads of the calendar: events that organizers entered, and the forum's editions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, cast, or_, select

from hub.core.db import db
from hub.core.errors import NotFound
from hub.feeds.models import CalendarEvent, ForumEdition

TOLD = timedelta(days=90)  # how long calendars are told that an event was taken out
FORUM = "forum-"  # before the number of an edition, where its page is

Entry = CalendarEvent | ForumEdition


@dataclass(frozen=True)
class AgendaFilter:
    """What narrows the calendar: the slug of a city, a principle or clause code, a year; empty means all."""

    city: str = ""
    principle: str = ""
    year: int | None = None


class Occasion(NamedTuple):
    """An event or edition as the calendar is put in order: its days as precise as they are known."""

    is_edition: bool
    id: int
    first: str  # 2012-05 or 2011-05-16
    last: str
    cities: tuple[str, ...]
    principles: tuple[str, ...]
    updated_at: datetime

    @property
    def year(self) -> int:
        """The year in which it begins."""
        return int(self.first[:4])

    def is_coming(self, today: date) -> bool:
        """Tell whether it is not over yet; one of which only the month is known lasts until the month ends."""
        return self.last >= today.isoformat()[: len(self.last)]

    def fits(self, narrowed: AgendaFilter) -> bool:
        """Tell whether a choice leaves it in."""
        return (
            (not narrowed.city or narrowed.city in self.cities)
            and (not narrowed.principle or any(_is_of(code, narrowed.principle) for code in self.principles))
            and (narrowed.year is None or narrowed.year == self.year)
        )


class Coming(NamedTuple):
    """An event or edition to come, as pages of other things name it; an edition is named by its year alone."""

    slug: str
    title: str
    language: str
    year: int
    first: str
    last: str
    place: str
    is_cancelled: bool


class AgendaCounts(NamedTuple):
    """How many events each choice would show, given the other choices."""

    cities: dict[str, int]
    principles: dict[str, int]
    years: dict[int, int]  # newest first


def _is_of(code: str, wanted: str) -> bool:
    return code == wanted or code.startswith(f"{wanted}.")


def list_occasions() -> list[Occasion]:
    """Return everything that stands in the calendar, in no useful order."""
    events = db.session.execute(
        select(
            CalendarEvent.id, CalendarEvent.starts_on, CalendarEvent.ends_on, CalendarEvent.city_slugs,
            CalendarEvent.principle_codes, CalendarEvent.updated_at,
        ).where(CalendarEvent.removed_at.is_(None))
    )  # fmt: skip
    found = [
        Occasion(
            False, row.id, row.starts_on.isoformat(), row.ends_on.isoformat(), tuple(row.city_slugs),
            tuple(row.principle_codes), row.updated_at,
        )
        for row in events
    ]  # fmt: skip
    columns = (ForumEdition.id, ForumEdition.starts, ForumEdition.ends, ForumEdition.city_slug, ForumEdition.updated_at)
    return found + [
        Occasion(True, row.id, row.starts, row.ends or row.starts, (row.city_slug,), (), row.updated_at)
        for row in db.session.execute(select(*columns))
    ]


def in_order(occasions: Iterable[Occasion], today: date) -> list[Occasion]:
    """Return what is to come, soonest first, and then what is over, newest first."""
    occasions = list(occasions)
    coming = [each for each in occasions if each.is_coming(today)]
    over = [each for each in occasions if not each.is_coming(today)]
    coming.sort(key=lambda each: (each.first, each.last, each.is_edition, each.id))
    over.sort(key=lambda each: (each.first, each.last, each.is_edition, each.id), reverse=True)
    return coming + over


def count_choices(occasions: Sequence[Occasion], narrowed: AgendaFilter) -> AgendaCounts:
    """Return how many events each city, principle and year has, each with the other two choices applied."""
    cities: Counter[str] = Counter()
    principles: Counter[str] = Counter()
    years: Counter[int] = Counter()
    for each in occasions:
        if each.fits(AgendaFilter(principle=narrowed.principle, year=narrowed.year)):
            cities.update(each.cities)
        if each.fits(AgendaFilter(city=narrowed.city, year=narrowed.year)):
            principles.update({code.partition(".")[0] for code in each.principles})
        if each.fits(AgendaFilter(city=narrowed.city, principle=narrowed.principle)):
            years[each.year] += 1
    return AgendaCounts(dict(cities), dict(principles), dict(sorted(years.items(), reverse=True)))


def load_entries(occasions: Sequence[Occasion]) -> list[Entry]:
    """Return the rows of these occasions, in their order."""
    events = _by_id(CalendarEvent, [each.id for each in occasions if not each.is_edition])
    editions = _by_id(ForumEdition, [each.id for each in occasions if each.is_edition])
    rows = [(editions if each.is_edition else events).get(each.id) for each in occasions]
    return [row for row in rows if row is not None]


def _by_id(model: Any, ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}


def list_taken_out(narrowed: AgendaFilter, now: datetime) -> list[CalendarEvent]:
    """Return the events taken out in the last 90 days, of which calendars still have to be told."""
    query = select(CalendarEvent).where(CalendarEvent.removed_at >= now - TOLD).order_by(CalendarEvent.id)
    return [event for event in db.session.scalars(query) if _occasion(event).fits(narrowed)]


def _occasion(event: CalendarEvent) -> Occasion:
    days = event.starts_on.isoformat(), event.ends_on.isoformat()
    return Occasion(False, event.id, *days, tuple(event.city_slugs), tuple(event.principle_codes), event.updated_at)


def get_event(slug: str) -> CalendarEvent:
    """Return the event of this slug; raises NotFound, also for one that was taken out."""
    event = get_told(slug)
    if event.removed_at is not None:
        raise NotFound(f"event {slug} was taken out")
    return event


def get_told(slug: str) -> CalendarEvent:
    """Return the event of this slug, also one that was taken out; raises NotFound."""
    event = db.session.scalar(select(CalendarEvent).where(CalendarEvent.slug == slug))
    if event is None:
        raise NotFound(f"no event {slug}")
    return event


def find_edition(slug: str) -> ForumEdition | None:
    """Return the edition whose page this is (forum-16), None where the slug is of another kind or of no edition."""
    number = slug.removeprefix(FORUM)
    if number == slug or not (number.isascii() and number.isdigit() and len(number) < 5):
        return None
    return db.session.scalar(select(ForumEdition).where(ForumEdition.number == int(number)))


def coming_up(today: date, *, city: str = "", principle: str = "", limit: int = 5) -> list[Coming]:
    """Return the next events tied to a city or to a principle or its clauses, soonest first; of none, without both."""
    if not city and not principle:
        return []
    query = select(CalendarEvent).where(CalendarEvent.removed_at.is_(None), CalendarEvent.ends_on >= today)
    if city:
        query = query.where(_holds(CalendarEvent.city_slugs, json.dumps(city)))
    if principle:
        codes = CalendarEvent.principle_codes
        whole = json.dumps(principle)
        query = query.where(or_(_holds(codes, whole), _holds(codes, whole[:-1] + ".")))
    events = db.session.scalars(query.order_by(CalendarEvent.starts_on, CalendarEvent.id).limit(limit))
    found = [
        Coming(
            event.slug, event.title, event.language, event.starts_on.year, event.starts_on.isoformat(),
            event.ends_on.isoformat(), event.place, event.cancelled_at is not None,
        )
        for event in events
    ]  # fmt: skip
    if city and not principle:
        found += _editions_to_come(city, today)
    return sorted(found, key=lambda each: each.first)[:limit]


def _editions_to_come(city: str, today: date) -> list[Coming]:
    query = select(ForumEdition).where(ForumEdition.city_slug == city, ForumEdition.year >= today.year)
    return [
        Coming(f"{FORUM}{each.number}", "", "", each.year, each.starts, each.ends or each.starts, "", False)
        for each in db.session.scalars(query)
        if (last := each.ends or each.starts) >= today.isoformat()[: len(last)]
    ]


def _holds(column: Any, text: str) -> ColumnElement[bool]:
    """Match a text in a list, as both engines write lists as text."""
    return cast(column, Text).contains(text, autoescape=True)
