"""Reading the exchange of the whole network: narrow lines, everything that one page needs in two statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from hub.cases.carriers import carriers
from hub.cases.models import CLAUSE, PUBLISHED, CaseStudy, CaseTag
from hub.cases.policy import READABLE
from hub.cities.models import City
from hub.cities.nearness import Profile, profile_of
from hub.core.db import db
from hub.exchange.models import ADAPTING, RUNNING, Adaptation
from hub.exchange.queries.adaptations import standing_adaptations
from hub.vocabularies.queries import vocabulary

AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True)
class ExchangeFilter:
    """What narrows the exchange; an empty field narrows nothing."""

    principle: str = ""  # a code of any charter: of the case that was taken up, or of what came of it
    region: str = ""  # of either city
    state: str = ""


class Party(NamedTuple):
    """A city on one side of an adaptation."""

    id: int
    slug: str
    name: str
    name_native: str | None
    native_language: str | None
    country: str
    region: str


class Told(NamedTuple):
    """A case as a line names it."""

    id: int
    slug: str
    title: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """One adaptation as lists and the picture need it."""

    id: int
    state: str
    since: str
    changed: str
    reason: str
    language: str  # of the two texts
    origin_title: str  # of a practice that the hub does not hold
    origin_place: str
    origin_url: str
    source_title: str
    source_url: str
    is_demo: bool
    created_at: datetime
    updated_at: datetime
    city: Party  # who takes it up
    from_city: Party | None  # whose practice it is, where that is a city on record
    origin: Told | None
    own_case: Told | None  # what came of it


_Taker, _Giver = aliased(City), aliased(City)
_Origin, _Own = aliased(CaseStudy), aliased(CaseStudy)
_SAID = (
    Adaptation.id, Adaptation.state, Adaptation.since, Adaptation.changed, Adaptation.reason, Adaptation.language,
    Adaptation.origin_title, Adaptation.origin_place, Adaptation.origin_url, Adaptation.source_title,
    Adaptation.source_url, Adaptation.is_demo, Adaptation.created_at, Adaptation.updated_at,
)  # fmt: skip


def list_exchange(asked: ExchangeFilter | None = None) -> list[ExchangeLine]:
    """Return the adaptations asked for, all of them, the newest change first; those taken away are left out."""
    asked = asked or ExchangeFilter()
    query = _lines()
    if asked.state:
        query = query.where(Adaptation.state == asked.state)
    if asked.region:
        query = query.where(or_(_Taker.region == asked.region, _Giver.region == asked.region))
    if asked.principle:
        wanted = carriers(asked.principle, vocabulary())
        tagged = select(CaseTag.case_id).where(tuple_(CaseTag.scheme, CaseTag.code).in_(wanted))
        query = query.where(or_(Adaptation.origin_id.in_(tagged), Adaptation.own_case_id.in_(tagged)))
    return [_line(row) for row in db.session.execute(query)]


def adaptations_by_id(ids: Sequence[int]) -> list[Adaptation]:
    """Return adaptations that stand in the order of these ids, with their cities and cases."""
    if not ids:
        return []
    found = {each.id: each for each in db.session.scalars(standing_adaptations().where(Adaptation.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def principles_of(case_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the Gwangju principles of cases, GP1 to GP10, each once, in rank order, by case."""
    found: dict[int, dict[str, None]] = {}
    ordered = sorted(set(case_ids))
    for start in range(0, len(ordered), AT_ONCE):
        query = select(CaseTag.case_id, CaseTag.code).where(
            CaseTag.scheme == CLAUSE, CaseTag.case_id.in_(ordered[start : start + AT_ONCE])
        )
        for case_id, code in db.session.execute(query.order_by(CaseTag.case_id, CaseTag.rank)):
            found.setdefault(case_id, {})[code.split(".")[0]] = None
    return {case_id: tuple(codes) for case_id, codes in found.items()}


def who_runs(case_id: int) -> list[tuple[Adaptation, Profile]]:
    """Return the adaptations of a case by cities that run or adapt it now, in the order of recording."""
    query = (
        select(Adaptation)
        .where(
            Adaptation.origin_id == case_id, Adaptation.state.in_((RUNNING, ADAPTING)), Adaptation.removed_at.is_(None)
        )
        .order_by(Adaptation.id)
    )
    return [(adaptation, profile_of(adaptation.city)) for adaptation in db.session.scalars(query)]


def own_cost_bands(city_id: int) -> set[str]:
    """Return the cost bands that a city names for its own published practices."""
    query = select(CaseStudy.cost_band).where(CaseStudy.city_id == city_id, CaseStudy.state == PUBLISHED).distinct()
    return {band for band in db.session.scalars(query) if band}


def _lines() -> Select[*tuple[Any, ...]]:
    giver = sql_case((Adaptation.origin_id.is_(None), Adaptation.origin_city_id), else_=_Origin.city_id)
    return (
        select(*_SAID, *_party(_Taker), *_party(_Giver), *_told(_Origin), *_told(_Own))
        .join(_Taker, _Taker.id == Adaptation.city_id)
        .outerjoin(_Origin, _Origin.id == Adaptation.origin_id)
        .outerjoin(_Giver, _Giver.id == giver)
        .outerjoin(_Own, and_(_Own.id == Adaptation.own_case_id, _Own.state.in_(READABLE)))
        .where(Adaptation.removed_at.is_(None), or_(_Origin.id.is_(None), _Origin.state.in_(READABLE)))
        .order_by(Adaptation.updated_at.desc(), Adaptation.id.desc())
    )


def _party(city: Any) -> tuple[Any, ...]:
    return (city.id, city.slug, city.name, city.name_native, city.native_language, city.country, city.region)


def _told(case: Any) -> tuple[Any, ...]:
    return (case.id, case.slug, case.title, case.language, case.country)


def _line(row: Iterable[Any]) -> ExchangeLine:
    cells = list(row)
    said, cells = cells[: len(_SAID)], cells[len(_SAID) :]
    taker, giver, origin, own = cells[:7], cells[7:14], cells[14:19], cells[19:]
    values = {column.key: value for column, value in zip(_SAID, said, strict=True)}
    return ExchangeLine(
        **values,
        city=Party._make(taker),
        from_city=Party._make(giver) if giver[0] is not None else None,
        origin=Told._make(origin) if origin[0] is not None else None,
        own_case=Told._make(own) if own[0] is not None else None,
    )
