"""Reads across the rooms: what the first page counts, who is active on a principle, whom a person works for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, extract, func, select, tuple_

from hub.cases.carriers import carriers
from hub.cases.models import PUBLISHED, CaseStudy, CaseTag
from hub.cities.models import MEMBER, SUSPENDED, City
from hub.cities.queries import label_of
from hub.commitments.models import APPEAL, CHECK, StatusRecord
from hub.commitments.queries import count_requests, count_waiting_rows
from hub.core.db import db
from hub.feeds.models import ACTIVE, FAILING, GONE, NEW, FeedSource, ForumEdition
from hub.people.models import COORDINATOR, Invitation, Membership, User
from hub.search.misses import count_misses
from hub.vocabularies.queries import Vocabulary

LATELY = timedelta(days=366)  # where moves are looked for first


class Place(NamedTuple):
    """A city on the map of the first page."""

    lat: float | None
    lon: float | None
    region: str
    cases: int


class Move(NamedTuple):
    """A status record with the city it is of, as the first page lists it."""

    city_slug: str
    city_name: str
    city_native: str | None
    native_language: str | None
    item_code: str
    status: str
    effective_text: str  # as the source gives it: 2006, 2006-06-29, about 2011
    note: str
    is_demo: bool = False
    is_compiled: bool = True  # by the editors, in English


class ActiveCity(NamedTuple):
    """A city with cases on a principle."""

    slug: str
    name: str
    name_native: str | None
    native_language: str | None
    country: str
    cases: int


class Work(NamedTuple):
    """What a person is in a city."""

    role: str
    city_slug: str
    city_name: str


class HouseCount(NamedTuple):
    """What organizers look after, in numbers."""

    accounts: int
    suspended: int
    invited: int  # invitations that wait to be taken up
    members: int  # cities that joined
    cities: int
    suspended_cities: int
    sources: int  # news sources with an address
    active_sources: int
    failing_sources: int
    missed: int  # searches in vain
    checks: int = 0  # statuses that cities ask to have checked
    appeals: int = 0
    listed: int = 0  # lines of member lists that may be a city here


def places() -> list[Place]:
    """Return every city with how many published cases it has."""
    counted = (
        select(CaseStudy.city_id, func.count().label("cases"))
        .where(CaseStudy.state == PUBLISHED)
        .group_by(CaseStudy.city_id)
        .subquery()
    )
    query = select(City.lat, City.lon, City.region, func.coalesce(counted.c.cases, 0))
    query = query.outerjoin(counted, counted.c.city_id == City.id).order_by(City.id)
    return [Place(*row) for row in db.session.execute(query)]


def case_years() -> dict[int | None, int]:
    """Return how many published practices began in each year; under None those whose year is not known."""
    query = select(CaseStudy.started, func.count()).where(CaseStudy.state == PUBLISHED).group_by(CaseStudy.started)
    return {year: number for year, number in db.session.execute(query)}  # noqa: C416  rows are not pairs to mypy


def record_years() -> dict[int | None, int]:
    """Return how many status records took effect in each year, corrected ones left out; None where it is not known."""
    years, replaced = _by_year(), _by_year(StatusRecord.id.in_(_replaced()))
    left = {year: number - replaced.get(year, 0) for year, number in years.items()}
    return {year: number for year, number in left.items() if number}


def _by_year(*narrowed: ColumnElement[bool]) -> dict[int | None, int]:
    """Count status records by year; day by day first, since telling the year of every single record takes longer."""
    days = select(StatusRecord.effective_from.label("day"), func.count().label("records")).where(*narrowed)
    counted = days.group_by(StatusRecord.effective_from).subquery()
    year = extract("year", counted.c.day)
    query = select(year, func.sum(counted.c.records)).group_by(year)
    return {first and int(first): int(number) for first, number in db.session.execute(query)}


def latest_moves(limit: int, today: date) -> list[Move]:
    """Return the status records that took effect last, not later than today, the last one of each commitment item."""
    for since in (today - LATELY, date.min):
        moves = _moves(limit, since, today)
        if len(moves) == limit:
            break
    return moves


def _moves(limit: int, since: date, today: date) -> list[Move]:
    """Return the last moves of a span of days; the fewer days there are in it, the fewer records are put in order."""
    columns = (
        City.slug, City.name, City.name_native, City.native_language, StatusRecord.item_code, StatusRecord.status,
        StatusRecord.effective_text, StatusRecord.note, StatusRecord.is_demo, StatusRecord.seed_key.is_not(None),
    )  # fmt: skip
    query = (
        select(*columns)
        .join(City, City.id == StatusRecord.city_id)
        .where(StatusRecord.effective_from.between(since, today), StatusRecord.id.not_in(_replaced()))
        .order_by(StatusRecord.effective_from.desc(), StatusRecord.id.desc())
        .limit(limit * 25)
    )
    moves: dict[str, Move] = {}
    for row in db.session.execute(query):
        move = Move._make(row)
        moves.setdefault(move.item_code, move)
    return list(moves.values())[:limit]


def _replaced() -> Any:
    return select(StatusRecord.replaces_id).where(StatusRecord.replaces_id.is_not(None))


def forum_years() -> dict[int, int]:
    """Return for each edition's year how many people took part, 0 where no figure is on record."""
    query = select(ForumEdition.year, ForumEdition.participation).order_by(ForumEdition.year)
    return {year: first_number(str(words.get("en", ""))) for year, words in db.session.execute(query)}


def first_number(words: str) -> int:
    """Return the first number in English words such as "about 2,780; 253 cities": the people; 0 when there is none."""
    found = re.search(r"\d[\d,]*", words)
    return int(found.group().replace(",", "")) if found else 0


def running_total(years: dict[int | None, int], first: int, last: int) -> list[int]:
    """Return the running total at the end of each year from `first` to `last`; what has no year is not in it."""
    total = sum(number for year, number in years.items() if year is not None and year < first)
    totals = []
    for year in range(first, last + 1):
        total += years.get(year, 0)
        totals.append(total)
    return totals


def active_cities(code: str, words: Vocabulary) -> list[ActiveCity]:
    """Return the cities with published cases on a term of any charter or a commitment item, by name."""
    wanted = carriers(code, words)
    if not wanted:
        return []
    tagged = select(CaseTag.case_id).where(tuple_(CaseTag.scheme, CaseTag.code).in_(wanted))
    query = (
        select(City.slug, City.name, City.name_native, City.native_language, City.country, func.count(CaseStudy.id))
        .join(CaseStudy, CaseStudy.city_id == City.id)
        .where(CaseStudy.state == PUBLISHED, CaseStudy.id.in_(tagged))
        .group_by(City.id)
        .order_by(City.name, City.slug)
    )
    return [ActiveCity(*row) for row in db.session.execute(query)]


def work_of(user_id: int, language: str = "en") -> list[Work]:
    """Return the cities a person works for, by name, and as what; each as readers of a language call it."""
    query = select(Membership.role, City).join(City, City.id == Membership.city_id)
    found = db.session.execute(query.where(Membership.user_id == user_id).order_by(City.name))
    return [
        Work(role, city.slug, label_of(city.name, city.name_native, city.native_language, language))
        for role, city in found
    ]


def house_count(now: datetime) -> HouseCount:
    """Count people, cities and news sources for the organizers' desk."""
    there = select(User.is_active, func.count()).where(User.left_at.is_(None))
    accounts = _counts(there.group_by(User.is_active))
    cities = _counts(select(City.membership, func.count()).group_by(City.membership))
    fetched = select(FeedSource.state, func.count()).where(FeedSource.address.is_not(None))
    sources = _counts(fetched.group_by(FeedSource.state))
    asked = count_requests(now.date())
    waiting = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now)
    return HouseCount(
        accounts=sum(accounts.values()),
        suspended=accounts.get(False, 0),
        invited=db.session.scalar(select(func.count()).select_from(Invitation).where(*waiting)) or 0,
        members=cities.get(MEMBER, 0),
        cities=sum(cities.values()),
        suspended_cities=cities.get(SUSPENDED, 0),
        sources=sum(sources.values()),
        active_sources=sources.get(ACTIVE, 0) + sources.get(NEW, 0),
        failing_sources=sources.get(FAILING, 0) + sources.get(GONE, 0),
        missed=count_misses(now.date())[1],
        checks=asked[CHECK],
        appeals=asked[APPEAL],
        listed=count_waiting_rows(),
    )


def cities_without_coordinator() -> list[City]:
    """Return the member cities for which nobody can publish: none of their coordinators has an open account."""
    led = select(Membership.city_id).join(User, User.id == Membership.user_id)
    led = led.where(Membership.role == COORDINATOR, User.is_active)
    query = select(City).where(City.membership == MEMBER, City.id.not_in(led))
    return list(db.session.scalars(query.order_by(City.name, City.id)))


def find_account(number: int) -> User | None:
    """Return the account with this id, suspended or not."""
    return db.session.get(User, number)


def city_names() -> list[tuple[str, str]]:
    """Return the slug and the name of every city, by name."""
    return [(slug, name) for slug, name in db.session.execute(select(City.slug, City.name).order_by(City.name))]


def _counts(query: Select[Any, int]) -> dict[Any, int]:
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def count_regions(cities: Iterable[Place], words: Vocabulary) -> dict[str, int]:
    """Return how many cities with a case each region has, in the regions' own order, empty regions left out."""
    regions = {region.code: 0 for region in words.scheme("regions")}
    for city in cities:
        if city.cases:
            regions[city.region] = regions.get(city.region, 0) + 1
    return {region: number for region, number in regions.items() if number}
