"""The cities that a person writes for, as suggestions need them: what they work on, what they have not met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from hub.cases.models import CLAUSE, DRAFT, PUBLISHED, CaseStudy, CaseTag
from hub.cities.models import SUSPENDED, City
from hub.cities.nearness import Nearness, Profile, nearness
from hub.commitments.models import StatusSpan
from hub.commitments.queries import in_force_on
from hub.commitments.states import MET
from hub.core.db import db
from hub.site.desk import Work
from hub.vocabularies.queries import Vocabulary

OUTSIDE = "outside_competence"
_PROFILE = (
    City.id, City.slug, City.name, City.name_native, City.native_language, City.country, City.region, City.gov_type,
    City.population_gazetteer, City.contact_office, City.contact_address, City.membership == SUSPENDED,
)  # fmt: skip


class Home(NamedTuple):
    """A city that a person writes for."""

    profile: Profile
    name: str  # as readers of the current language write it
    clauses: frozenset[str]  # of its case studies, drafts among them
    gaps: frozenset[str]  # items that it has not met as far as the hub knows; what the law gives to others is none

    @property
    def principles(self) -> frozenset[str]:
        """The Gwangju principles that its case studies work on."""
        return frozenset(code.split(".")[0] for code in self.clauses)


class Near(NamedTuple):
    """A city with the one of one's own that it is nearest to, and how near."""

    city: Profile
    home: Home
    nearness: Nearness


def read_homes(works: Sequence[Work], terms: Vocabulary, today: date) -> tuple[list[Home], list[Profile]]:
    """Return the cities that a person writes for and all the others, but those that are suspended; three reads."""
    names = {work.city.id: work.name for work in works if not work.is_suspended}
    profiles = [Profile._make(row) for row in db.session.execute(select(*_PROFILE))]
    clauses, settled = _clauses(names), _settled(names, today)
    items = [item.code for item in terms.items.values() if item.replaced_by is None]
    homes = [
        Home(
            profile, names[profile.id], frozenset(clauses.get(profile.id, ())),
            frozenset(items).difference(settled.get(profile.id, ())),
        )
        for profile in profiles
        if profile.id in names
    ]  # fmt: skip
    return homes, [profile for profile in profiles if profile.id not in names and not profile.is_suspended]


def nearest(homes: Sequence[Home], others: Iterable[Profile]) -> list[Near]:
    """Return other cities, each with the home that it is nearest to, the nearest first."""
    found = [
        max((Near(city, home, nearness(home.profile, city)) for home in homes), key=lambda each: each.nearness.score)
        for city in others
    ]
    return sorted(found, key=lambda each: (-each.nearness.score, each.city.slug))


def _clauses(city_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the clauses that the case studies of these cities carry, by city."""
    query = (
        select(CaseStudy.city_id, CaseTag.code)
        .join(CaseTag, CaseTag.case_id == CaseStudy.id)
        .where(CaseStudy.city_id.in_(city_ids), CaseStudy.state.in_((DRAFT, PUBLISHED)), CaseTag.scheme == CLAUSE)
    )
    return _gathered((city_id or 0, code) for city_id, code in db.session.execute(query))


def _settled(city_ids: Collection[int], today: date) -> dict[int, set[str]]:
    """Return the items that these cities met, or that the law gives to others, by city."""
    query = select(StatusSpan.city_id, StatusSpan.item_code).where(
        StatusSpan.city_id.in_(city_ids), StatusSpan.status.in_((*MET, OUTSIDE)), in_force_on(today)
    )
    return _gathered((city_id, code) for city_id, code in db.session.execute(query))


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for key, code in pairs:
        found.setdefault(key, set()).add(code)
    return found
