"""From a gap to a person: the cities that met an item, the nearest first, with their cases that serve it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from hub.cases.models import ITEM, PUBLISHED, CaseStudy, CaseTag
from hub.cities.models import SUSPENDED, City
from hub.commitments.kin import (
    CASES_SHOWN,
    Kin,
    KinCase,
    Nearness,
    Profile,
    Suggestion,
    best_of,
    most_to_learn,
    nearest_first,
)
from hub.commitments.models import UNKNOWN, StatusRecord, StatusSpan
from hub.commitments.queries.network import in_force_on
from hub.commitments.states import MET
from hub.core.db import db
from hub.core.errors import NotFound
from hub.vocabularies.queries import Vocabulary, vocabulary

Chosen = Select[*tuple[Any, ...]]

OUTSIDE = "outside_competence"
_NEIGHBOURS = 60  # so many of the nearest are looked at first; only where none of them met an item, all

_PROFILE = (
    City.id, City.slug, City.name, City.name_native, City.native_language, City.country, City.region, City.gov_type,
    City.population_gazetteer, City.contact_office, City.contact_address, City.membership == SUSPENDED,
)  # fmt: skip


def list_kin(
    city_id: int, item_code: str, as_of: date, *, known: datetime | None = None, limit: int = 8
) -> tuple[list[Kin], int]:
    """Return the cities nearest to one that met an item on a day, at most `limit`, and how many there are in all.

    `known` is the moment whose knowledge counts, None for all that the hub knows now. Raises NotFound for an unknown
    city.
    """
    met = {row[0]: (row[2], row[3]) for row in _met([item_code], as_of, known)}
    found = _nearest_first(city_id, met)
    shown = found[:limit]
    codes = codes_serving(item_code, vocabulary())
    cases = _cases([city.id for city, _near in shown], codes)
    since = _dates(met[city.id][1] for city, _near in shown)
    made = []
    for city, near in shown:
        status, record_id = met[city.id]
        made.append(Kin(city, near, status, since[record_id], tuple(cases.get(city.id, ())[:CASES_SHOWN])))
    return made, len(found)


def suggestions(city_id: int, as_of: date, limit: int = 3) -> list[Suggestion]:
    """Return the items that a city has not met as far as the hub knows, with one near city to learn from each.

    What the law gives to others and what nobody has met is left out. Raises NotFound for an unknown city.
    """
    ordered = _nearest_first(city_id)
    terms = vocabulary()
    stands = _stands(city_id, as_of)
    wanted = [
        item.code
        for item in terms.items.values()
        if item.replaced_by is None and stands.get(item.code, UNKNOWN) not in (*MET, OUTSIDE)
    ]
    counts = _met_counts(wanted, as_of)
    first = [city.id for city, _near in ordered[:_NEIGHBOURS]]
    met = _by_code(_met(wanted, as_of, None, first))
    met |= _by_code(_met([code for code in wanted if counts.get(code) and code not in met], as_of, None))
    near = {code: [each for each in ordered if each[0].id in cities][:_NEIGHBOURS] for code, cities in met.items()}
    told = _cases_by_code({city.id for found in near.values() for city, _near in found}, wanted)
    offered = []
    for code in wanted:
        kin = [
            Kin(city, how, met[code][city.id][0], "", tuple(told.get((city.id, code), ())[:CASES_SHOWN]))
            for city, how in near.get(code, ())
        ]
        if kin:
            offered.append(Suggestion(code, stands.get(code, UNKNOWN), best_of(kin), counts[code] - 1))
    chosen = most_to_learn(offered, limit)
    records = [met[each.item_code][each.kin.city.id][1] for each in chosen]
    since = _dates(records)
    return [
        each._replace(kin=each.kin._replace(since=since[record])) for each, record in zip(chosen, records, strict=True)
    ]


def codes_serving(item_code: str, terms: Vocabulary) -> list[str]:
    """Return the codes by which cases serve an item: its own, and of a point that of the item it belongs to."""
    item = terms.find_item(item_code)
    return [item_code] if item is None or item.parent_code is None else [item_code, item.parent_code]


def _nearest_first(city_id: int, among: Container[int] | None = None) -> list[tuple[Profile, Nearness]]:
    """Return the other cities, those named or all, the nearest first; raises NotFound."""
    rows = db.session.execute(_profiles())
    cities = {row[0]: Profile._make(row) for row in rows if row[0] == city_id or among is None or row[0] in among}
    home = cities.pop(city_id, None)
    if home is None:
        raise NotFound(f"no city {city_id}")
    return nearest_first(home, cities.values())


@lru_cache(maxsize=1)
def _profiles() -> Chosen:
    return select(*_PROFILE)


def _met(
    codes: Collection[str], as_of: date, known: datetime | None, among: Collection[int] | None = None
) -> list[tuple[int, str, str, int]]:
    """Return city, item, status and record of every city, or of those named, that met one of these items on a day."""
    if not codes:
        return []
    wanted = select(StatusSpan.city_id, StatusSpan.item_code, StatusSpan.status, StatusSpan.record_id).where(
        StatusSpan.item_code.in_(codes), StatusSpan.status.in_(MET), in_force_on(as_of, known)
    )
    if among is not None:
        wanted = wanted.where(StatusSpan.city_id.in_(among))
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(wanted)]


def _met_counts(codes: Collection[str], as_of: date) -> dict[str, int]:
    """Return how many cities met each of these items on a day."""
    wanted = select(StatusSpan.item_code, func.count()).where(
        StatusSpan.item_code.in_(codes), StatusSpan.status.in_(MET), in_force_on(as_of)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(StatusSpan.item_code))}


def _by_code(found: Iterable[tuple[int, str, str, int]]) -> dict[str, dict[int, tuple[str, int]]]:
    """Return status and record by item and city."""
    by_code: dict[str, dict[int, tuple[str, int]]] = {}
    for city_id, code, status, record_id in found:
        by_code.setdefault(code, {})[city_id] = (status, record_id)
    return by_code


def _dates(record_ids: Iterable[int]) -> dict[int, str]:
    """Return since when records say that it holds, as exactly as they know it."""
    wanted = select(StatusRecord.id, StatusRecord.effective_text).where(StatusRecord.id.in_(list(record_ids)))
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def _stands(city_id: int, as_of: date) -> dict[str, str]:
    """Return the status of every item that is known of a city, by item code."""
    wanted = select(StatusSpan.item_code, StatusSpan.status).where(StatusSpan.city_id == city_id)
    return {row[0]: row[1] for row in db.session.execute(wanted.where(in_force_on(as_of)))}


@lru_cache(maxsize=1)
def _serving() -> Chosen:
    """Build the statement of published cases by city and item once."""
    return (
        select(CaseTag.code, CaseStudy.city_id, CaseStudy.slug, CaseStudy.title, CaseStudy.language, CaseStudy.is_demo)
        .join(CaseTag, CaseTag.case_id == CaseStudy.id)
        .where(
            CaseTag.scheme == ITEM,
            CaseTag.code.in_(bindparam("codes", expanding=True)),
            CaseStudy.city_id.in_(bindparam("cities", expanding=True)),
            CaseStudy.state == PUBLISHED,
        )
        .order_by(CaseStudy.published_at.desc(), CaseStudy.id)
    )


def _cases_by_code(city_ids: Collection[int], codes: Sequence[str]) -> dict[tuple[int, str], list[KinCase]]:
    """Return the published cases of cities that serve these items, newest first, by city id and code."""
    found: dict[tuple[int, str], list[KinCase]] = {}
    if city_ids and codes:
        for code, *case in db.session.execute(_serving(), {"codes": list(codes), "cities": list(city_ids)}):
            line = KinCase._make(case)
            found.setdefault((line.city_id, code), []).append(line)
    return found


def _cases(city_ids: Collection[int], codes: Sequence[str]) -> dict[int, list[KinCase]]:
    """Return the published cases of cities that carry any of these codes, the first code's before the others'."""
    by_code = _cases_by_code(city_ids, codes)
    found: dict[int, list[KinCase]] = {}
    for code in codes:
        for city_id in city_ids:
            cases = found.setdefault(city_id, [])
            cases += [case for case in by_code.get((city_id, code), ()) if case not in cases]
    return found
