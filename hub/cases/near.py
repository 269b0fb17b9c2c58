"""Cases near to one: which they are, by what they share, and the reason in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy import case as sql_case

from hub.cases.models import CLAUSE, PRACTICE_TYPE, PUBLISHED, TARGET_GROUP, CaseStudy, CaseTag
from hub.cases.rows import case_path, city_label, terms_now
from hub.cities.models import City
from hub.core.db import db
from hub.core.text import folded
from hub.web.locale import country_name, in_language, ngettext
from hub.web.locale import gettext as _

LOOKED_AT = 24  # by clauses and kinds, which the database counts; groups, region and words decide among these
FEW = 6  # among fewer, no word is rare
RARE = 3  # a word that more of those looked at use says nothing
_WORD = re.compile(r"[^\W\d_]+")


class CityName(NamedTuple):
    """What a city is called, in English and by itself, and where it lies."""

    name: str
    name_native: str | None
    native_language: str | None
    region: str = ""


@dataclass(frozen=True)
class Related:
    """A case near another one, and why: what they share."""

    id: int
    slug: str
    title: str
    language: str
    country: str
    city: CityName | None
    shared_clauses: int = 0
    shared_types: int = 0
    is_demo: bool = False
    shared_groups: tuple[str, ...] = ()  # codes
    shared_region: str = ""
    shared_words: tuple[str, ...] = ()  # rare ones of titles and summaries

    @property
    def weight(self) -> float:
        """How near it is: a clause counts 2, a kind of practice 1, a group, the region and each rare word a half."""
        halves = min(len(self.shared_groups), 3) + bool(self.shared_region) + min(len(self.shared_words), 3)
        return 2 * self.shared_clauses + self.shared_types + halves / 2


class Near(NamedTuple):
    """A case near to the one that is read, and why."""

    slug: str
    url: str
    title: str
    language: str
    where: str
    why: str


def near_cases(found: Sequence[Related]) -> list[Near]:
    """Return cases near to this one, each with the reason in words."""
    return [
        Near(
            slug=other.slug,
            url=case_path(other.slug),
            title=other.title,
            language=other.language,
            where=city_label(other.city) if other.city else country_name(other.country),
            why=_why(other),
        )
        for other in found
    ]


def _why(near: Related) -> str:
    terms = terms_now()
    parts = [_("Demo")] if near.is_demo else []
    if near.shared_clauses:
        parts.append(ngettext("%(num)d clause shared", "%(num)d clauses shared", near.shared_clauses))
    if near.shared_types:
        parts.append(ngettext("%(num)d kind of practice shared", "%(num)d kinds of practice shared", near.shared_types))
    if near.shared_groups:
        groups = [terms.find("target_groups", code) for code in near.shared_groups]
        names = ", ".join(in_language(term.labels) for term in groups if term)
        parts.extend([_("Both for: %(groups)s", groups=names)] if names else [])
    if near.shared_words:
        parts.append(_("Both speak of: %(words)s", words=", ".join(near.shared_words)))
    if near.shared_region and (region := terms.find("regions", near.shared_region)):
        parts.append(_("Same region: %(region)s", region=in_language(region.labels)))
    return " · ".join(parts)


def related(case: CaseStudy, limit: int = 4) -> list[Related]:
    """Return the published cases nearest to one, the nearest first; among equals the newest."""
    wanted = [(tag.scheme, tag.code) for tag in case.tags if tag.scheme in (CLAUSE, PRACTICE_TYPE)]
    wanted = wanted or [(tag.scheme, tag.code) for tag in case.tags if tag.scheme == TARGET_GROUP]
    if not wanted:
        return []
    rows = db.session.execute(_nearest(), {"wanted": wanted, "case_id": case.id, "most": max(limit, LOOKED_AT)}).all()
    groups = _groups([row.id for row in rows], case.codes(TARGET_GROUP))
    words = _shared_words(case, rows)
    region = case.city.region if case.city else ""
    found = [
        Related(
            id=row.id,
            slug=row.slug,
            title=row.title,
            language=row.language,
            country=row.country,
            city=CityName(row.name, row.name_native, row.native_language, row.region) if row.name else None,
            shared_clauses=row.clauses,
            shared_types=row.types,
            is_demo=row.is_demo,
            shared_groups=groups.get(row.id, ()),
            shared_region=region if region and row.region == region else "",
            shared_words=words.get(row.id, ()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda other: -other.weight)[:limit]  # stable: the newest of equals stays first


def _groups(ids: Sequence[int], mine: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Return which of these groups other cases are for, too."""
    found: dict[int, tuple[str, ...]] = {}
    if ids and mine:
        for case_id, code in db.session.execute(_groups_of(), {"ids": list(ids), "codes": list(mine)}):
            found[case_id] = (*found.get(case_id, ()), code)
    return found


def _shared_words(case: CaseStudy, rows: Sequence[Any]) -> dict[int, tuple[str, ...]]:
    """Return by case the rare words that stand in one's title and in the other's title or summary."""
    if len(rows) < FEW:
        return {}
    alike = [row for row in rows if row.language == case.language]
    told = {row.id: (_words(row.title), _words(f"{row.title} {row.summary}")) for row in alike}
    often = Counter(word for _title, every in told.values() for word in every)
    my_title, mine = _words(case.title), _words(f"{case.title} {case.summary}")
    found = {}
    for case_id, (title, every) in told.items():
        both = (my_title.keys() & every.keys()) | (mine.keys() & title.keys())
        if rare := sorted((word for word in both if often[word] <= RARE), key=lambda word: (often[word], word)):
            found[case_id] = tuple(mine[word] for word in rare[:3])
    return found


def _words(text: str) -> dict[str, str]:
    """Return the long words of a text as they are compared, each with how it is written."""
    return {folded(word): word.lower() for word in _WORD.findall(text) if len(word) >= (6 if word < "\u1100" else 3)}


@lru_cache(maxsize=1)
def _nearest() -> Select[Any]:
    """Build the statement of `related` once: putting it together costs more than running it."""
    clauses, types = _how_many(CaseTag.scheme == CLAUSE), _how_many(CaseTag.scheme == PRACTICE_TYPE)
    shared = (
        select(CaseTag.case_id, clauses.label("clauses"), types.label("types"))
        .where(
            tuple_(CaseTag.scheme, CaseTag.code).in_(bindparam("wanted", expanding=True)),
            CaseTag.case_id != bindparam("case_id"),
        )
        .group_by(CaseTag.case_id)
        .subquery()
    )
    return (
        select(
            CaseStudy.id, CaseStudy.slug, CaseStudy.title, CaseStudy.language, CaseStudy.country, City.name,
            City.name_native, City.native_language, City.region, shared.c.clauses, shared.c.types, CaseStudy.is_demo,
            CaseStudy.summary,
        )
        .join(shared, shared.c.case_id == CaseStudy.id)
        .outerjoin(City, City.id == CaseStudy.city_id)
        .where(CaseStudy.state == PUBLISHED)
        .order_by((2 * shared.c.clauses + shared.c.types).desc(), CaseStudy.published_at.desc(), CaseStudy.id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(sql_case((condition, 1), else_=0))


@lru_cache(maxsize=1)
def _groups_of() -> Select[int, str]:
    return (
        select(CaseTag.case_id, CaseTag.code)
        .where(
            CaseTag.scheme == TARGET_GROUP,
            CaseTag.case_id.in_(bindparam("ids", expanding=True)),
            CaseTag.code.in_(bindparam("codes", expanding=True)),
        )
        .order_by(CaseTag.case_id, CaseTag.rank)
    )
