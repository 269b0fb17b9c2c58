"""Reading who took up whose practice; what was taken away is in none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload

from hub.cases.models import CaseStudy
from hub.core.db import db
from hub.core.errors import NotFound
from hub.exchange.models import Adaptation, AdaptationComment, AdaptationStep

LEVELS = 3  # how far a lineage is followed: who took it up, who took it up from them, and once more
MOST_SHOWN = 500  # adaptations that one level of a lineage, or one city, can have


@dataclass(frozen=True)
class Branch:
    """Who took a practice up, and who took it up from them."""

    adaptation: Adaptation
    branches: list[Branch] = field(default_factory=list)


@dataclass(frozen=True)
class Lineage:
    """Where a practice came from, as cities or documents say, and who took it up."""

    origins: list[Adaptation]  # by which this case came about
    branches: list[Branch]

    @property
    def adaptations(self) -> list[Adaptation]:
        """Who took this very case up."""
        return [branch.adaptation for branch in self.branches]


def standing_adaptations() -> Select[Adaptation]:
    """Return the query of all adaptations that stand, each with its cities and cases, in the order of recording."""
    return (
        select(Adaptation)
        .where(Adaptation.removed_at.is_(None))
        .options(
            joinedload(Adaptation.origin).options(lazyload(CaseStudy.tags)),
            joinedload(Adaptation.origin_city),
            joinedload(Adaptation.own_case).options(lazyload(CaseStudy.tags)),
        )
        .order_by(Adaptation.id)
    )


def get_adaptation(adaptation_id: int) -> Adaptation:
    """Return an adaptation; raises NotFound, also for one that was taken away."""
    found = db.session.scalar(standing_adaptations().where(Adaptation.id == adaptation_id))
    if found is None:
        raise NotFound(f"no adaptation {adaptation_id}")
    return found


def find_adaptation(city_id: int, case_id: int) -> Adaptation | None:
    """Return what a city says of taking a case up."""
    query = standing_adaptations().where(Adaptation.city_id == city_id, Adaptation.origin_id == case_id)
    return db.session.scalars(query.limit(1)).first()


def adaptations_of_case(case_id: int) -> list[Adaptation]:
    """Return who took a case up, in the order of recording."""
    return list(db.session.scalars(standing_adaptations().where(Adaptation.origin_id == case_id).limit(MOST_SHOWN)))


def adaptations_by_city(city_id: int) -> list[Adaptation]:
    """Return what a city took up from others, the newest change first."""
    query = standing_adaptations().where(Adaptation.city_id == city_id)
    return list(db.session.scalars(_newest(query).limit(MOST_SHOWN)))


def adaptations_of_city(city_id: int) -> list[Adaptation]:
    """Return who took up practices of a city, the newest change first."""
    own = select(CaseStudy.id).where(CaseStudy.city_id == city_id)
    of_city = Adaptation.origin_id.in_(own) | (Adaptation.origin_id.is_(None) & (Adaptation.origin_city_id == city_id))
    return list(db.session.scalars(_newest(standing_adaptations().where(of_city)).limit(MOST_SHOWN)))


def _newest(query: Select[Adaptation]) -> Select[Adaptation]:
    return query.order_by(None).order_by(Adaptation.updated_at.desc(), Adaptation.id.desc())


def lineage(case_id: int) -> Lineage:
    """Return where a case came from and who took it up, three levels deep; what leads back in a circle ends there."""
    origins = list(db.session.scalars(standing_adaptations().where(Adaptation.own_case_id == case_id)))
    takers: dict[int, list[Adaptation]] = {}
    ids = {case_id}
    for _level in range(LEVELS):
        if not ids:
            break
        takers |= {each: [] for each in ids}
        for each in db.session.scalars(standing_adaptations().where(Adaptation.origin_id.in_(ids)).limit(MOST_SHOWN)):
            takers[each.origin_id or 0].append(each)
        ids = {each.own_case_id for found in takers.values() for each in found if each.own_case_id} - takers.keys()
    return Lineage(origins, _branches(case_id, takers, frozenset({case_id}), [MOST_SHOWN]))


def _branches(
    case_id: int, takers: Mapping[int, list[Adaptation]], above: frozenset[int], left: list[int]
) -> list[Branch]:
    """Return who took a case up and who took it up from them; `left` counts down, so that no tangle grows for ever."""
    found = [Branch(each) for each in takers.get(case_id, ())[: left[0]]]
    left[0] -= len(found)
    if len(above) < LEVELS:
        for branch in found:
            own = branch.adaptation.own_case_id
            if own is not None and own not in above:
                branch.branches.extend(_branches(own, takers, above | {own}, left))
    return found


def comments_of(adaptation_id: int) -> list[AdaptationComment]:
    """Return what was said to an adaptation, oldest first, the removed ones among it with their texts emptied."""
    query = select(AdaptationComment).where(AdaptationComment.adaptation_id == adaptation_id)
    query = query.options(joinedload(AdaptationComment.city)).order_by(AdaptationComment.id)
    return list(db.session.scalars(query))


def get_comment(adaptation_id: int, comment_id: int) -> AdaptationComment:
    """Return a comment of an adaptation; raises NotFound, also for one that was taken away."""
    found = db.session.get(AdaptationComment, comment_id)
    if found is None or found.adaptation_id != adaptation_id or found.removed_at is not None:
        raise NotFound(f"no comment {comment_id}")
    return found


def steps_of(adaptation_id: int) -> list[AdaptationStep]:
    """Return everything that was said of an adaptation, the newest first."""
    query = select(AdaptationStep).where(AdaptationStep.adaptation_id == adaptation_id)
    return list(db.session.scalars(query.order_by(AdaptationStep.id.desc())))
