"""Case studies to follow: they serve what a city has not met, are run by cities like it, or are near to its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy import case as sql_case

from hub.cases.models import CLAUSE, ITEM, PUBLISHED, CaseStudy, CaseTag
from hub.cases.rows import case_path, is_current_language
from hub.cities.models import City
from hub.cities.nearwords import reason_words
from hub.cities.queries import label_of
from hub.core.db import db
from hub.exchange.models import ADAPTING, RUNNING, Adaptation
from hub.site.suggestions.homes import Home, Near
from hub.site.suggestions.lines import Offer
from hub.vocabularies.queries import Vocabulary
from hub.web.locale import country_name, in_language, language
from hub.web.locale import gettext as _

LOOKED_AT = 40  # by what they serve, and as many of the nearest cities, and as many that those run
NEAREST = 40  # cities
ALIKE = 5  # so near a city must be to be called one like hers: two of country, language, size and kind
SAID = 2  # reasons, at most
GAP, RUN, SHARED = 3.0, 2.0, 1.5  # what each of them counts; how near its city is counts a third of that

_AT_WORK = (Adaptation.state.in_((RUNNING, ADAPTING)), Adaptation.removed_at.is_(None))
_COLUMNS = (
    CaseStudy.id, CaseStudy.slug, CaseStudy.title, CaseStudy.language, CaseStudy.country, CaseStudy.city_id,
    CaseStudy.is_demo, City.name, City.name_native, City.native_language,
)  # fmt: skip


class _Weighed(NamedTuple):
    weight: float
    reasons: list[str]
    home: Home


def suggest_cases(
    homes: Sequence[Home], near: Sequence[Near], followed: Collection[str], terms: Vocabulary, limit: int
) -> list[Offer]:
    """Return the cases that may be of most use, at most one of each city; six reads.

    `homes` are one's own cities, `near` the others, the nearest first, `followed` slugs.
    """
    own = {home.profile.id for home in homes}
    nearby = [each.city.id for each in near[:NEAREST]]
    rows = {row.id: row for row in [*_serving(homes, own), *_of_cities(nearby), *_run_by(nearby, own)]}
    taken_up = _taken_up(own)
    rows = {row.id: row for row in rows.values() if row.slug not in followed and row.id not in taken_up}
    tags, runners = _tags(rows), _runners(rows)
    by_city = {each.city.id: each for each in near}
    found = []
    for row in rows.values():
        runs = [by_city[city_id] for city_id in runners.get(row.id, ()) if city_id in by_city]
        weighed = max(
            (_weigh(home, tags.get(row.id, ()), by_city.get(row.city_id), runs, terms) for home in homes),
            key=lambda each: each.weight,
        )
        if weighed.reasons:
            found.append((weighed, row))
    found.sort(key=lambda each: (-each[0].weight, each[1].slug))
    return [_offer(row, weighed, len(homes) > 1) for weighed, row in _one_of_each(found)][:limit]


def _weigh(
    home: Home, tags: Iterable[tuple[str, str]], of_city: Near | None, runs: Iterable[Near], terms: Vocabulary
) -> _Weighed:
    """Tell how much use a case may be to a city, and why; the reason that tells most stands first."""
    weight, reasons = 0.0, []
    items = [terms.find_item(code) for scheme, code in tags if scheme == ITEM and code in home.gaps]
    gap = next((item for item in items if item), None)
    if gap:
        name = f"{gap.code} {in_language(gap.short or gap.labels)}"
        weight += GAP
        reasons.append(
            _("serves %(item)s, which %(city)s has not met as far as the hub knows", item=name, city=home.name)
        )
    alike = [each for each in runs if each.home is home and each.nearness.score >= ALIKE]
    if alike:
        nearest = max(alike, key=lambda each: each.nearness.score)
        weight += RUN
        reasons.append(_("taken up by %(city)s, a city like yours", city=_label(nearest.city)))
    shared = sorted(code for scheme, code in tags if scheme == CLAUSE and code in home.clauses)[:SAID]
    if shared:
        weight += SHARED * len(shared)
        reasons.append(_("about %(codes)s, as case studies of yours are", codes=", ".join(shared)))
    if of_city is not None and of_city.home is home and of_city.nearness.reasons:
        weight += of_city.nearness.score / 3
        if of_city.nearness.score >= ALIKE:
            reasons.append(_("from a city like yours: %(reasons)s", reasons=reason_words(of_city.nearness)))
    return _Weighed(weight, reasons[:SAID], home)


def _one_of_each(found: Iterable[tuple[_Weighed, Any]]) -> Iterable[tuple[_Weighed, Any]]:
    """Yield the first of each city; national programmes belong to none."""
    seen = set()
    for weighed, row in found:
        if row.city_id is None or row.city_id not in seen:
            seen.add(row.city_id)
            yield weighed, row


def _offer(row: Any, weighed: _Weighed, has_several: bool) -> Offer:
    where = _label(row) if row.name else country_name(row.country)
    return Offer(
        row.slug,
        row.title,
        case_path(row.slug),
        where,
        " · ".join(weighed.reasons),
        "" if is_current_language(row.language) else row.language,
        weighed.home.name if has_several else "",
        row.is_demo,
    )


def _label(city: Any) -> str:
    return label_of(city.name, city.name_native, city.native_language, language())


def _serving(homes: Sequence[Home], own: Collection[int]) -> list[Any]:
    """Return the published cases of others that carry most of what these cities work on or have not met."""
    wanted = [(ITEM, code) for home in homes for code in home.gaps]
    wanted += [(CLAUSE, code) for home in homes for code in home.clauses]
    if not wanted:
        return []
    clauses = func.sum(sql_case((CaseTag.scheme == CLAUSE, 1), else_=0))
    items = func.max(sql_case((CaseTag.scheme == ITEM, 1), else_=0))
    carried = (
        select(CaseTag.case_id, (GAP * items + SHARED * clauses).label("weight"))
        .where(tuple_(CaseTag.scheme, CaseTag.code).in_(sorted(set(wanted))))
        .group_by(CaseTag.case_id)
        .subquery()
    )
    query = (
        _of_others(own)
        .join(carried, carried.c.case_id == CaseStudy.id)
        .order_by(carried.c.weight.desc(), CaseStudy.published_at.desc(), CaseStudy.id)
    )
    return list(db.session.execute(query.limit(LOOKED_AT)))


def _of_cities(city_ids: Collection[int]) -> list[Any]:
    """Return the newest published cases of these cities."""
    query = _published().where(CaseStudy.city_id.in_(city_ids))
    return list(db.session.execute(query.order_by(CaseStudy.published_at.desc(), CaseStudy.id).limit(LOOKED_AT)))


def _run_by(city_ids: Collection[int], own: Collection[int]) -> list[Any]:
    """Return the published cases of others that these cities run or adapt, those they spoke of last before the rest."""
    lately = (
        select(Adaptation.origin_id, func.max(Adaptation.updated_at).label("at"))
        .where(Adaptation.city_id.in_(city_ids), *_AT_WORK)
        .group_by(Adaptation.origin_id)
        .subquery()
    )
    query = _of_others(own).join(lately, lately.c.origin_id == CaseStudy.id)
    return list(db.session.execute(query.order_by(lately.c.at.desc(), CaseStudy.id).limit(LOOKED_AT)))


def _of_others(own: Collection[int]) -> Select[*tuple[Any, ...]]:
    return _published().where(or_(CaseStudy.city_id.is_(None), CaseStudy.city_id.not_in(own)))


def _published() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).outerjoin(City, City.id == CaseStudy.city_id).where(CaseStudy.state == PUBLISHED)


def _tags(case_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Return the items and clauses of cases, in the order of their rank."""
    query = select(CaseTag.case_id, CaseTag.scheme, CaseTag.code).where(
        CaseTag.case_id.in_(case_ids), CaseTag.scheme.in_((ITEM, CLAUSE))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for case_id, scheme, code in db.session.execute(query.order_by(CaseTag.rank)):
        found.setdefault(case_id, []).append((scheme, code))
    return found


def _runners(case_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the cities that run or adapt these cases, by case."""
    query = select(Adaptation.origin_id, Adaptation.city_id).where(Adaptation.origin_id.in_(case_ids), *_AT_WORK)
    found: dict[int, list[int]] = {}
    for case_id, city_id in db.session.execute(query):
        found.setdefault(case_id or 0, []).append(city_id)
    return found


def _taken_up(city_ids: Collection[int]) -> set[int | None]:
    """Return the cases that these cities took up already."""
    query = select(Adaptation.origin_id).where(Adaptation.city_id.in_(city_ids), Adaptation.removed_at.is_(None))
    return set(db.session.scalars(query))
