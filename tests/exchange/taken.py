"""Adaptations for tests of the network's page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from hub.cases.models import CaseStudy
from hub.cities.models import City
from hub.core.db import db, transaction
from hub.exchange.models import Adaptation

WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def begin_anew() -> None:
    """Take away what the seed files brought, so that a test begins with an empty exchange."""
    with transaction():
        db.session.execute(update(Adaptation).values(removed_at=WHEN))


def city_id(slug: str) -> int:
    """Return the id of a seeded city."""
    return db.session.scalars(select(City.id).where(City.slug == slug)).one()


def take_up(city: str, case: str = "", *, own: str = "", **values: Any) -> int:
    """Put on record that a city takes up a case, or a practice that the hub does not hold; returns its id.

    City and cases are named by their slugs.
    """
    given: dict[str, Any] = {"state": "running", "language": "en", "created_at": WHEN, "updated_at": WHEN}
    with transaction():
        taken = Adaptation(
            city_id=city_id(city), origin_id=_case_id(case), own_case_id=_case_id(own), **(given | values)
        )
        db.session.add(taken)
        db.session.flush()
        return taken.id


def _case_id(slug: str) -> int | None:
    return db.session.scalars(select(CaseStudy.id).where(CaseStudy.slug == slug)).one() if slug else None
