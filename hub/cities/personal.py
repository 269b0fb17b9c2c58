"""What this room knows about a person."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from hub.cities.models import City, CityApplication, CityRevision
from hub.core.db import db


def about(user_id: int, addresses: Collection[str]) -> dict[str, Any]:
    """Return the applications from a person's addresses, those that she decided, and the profiles that she wrote."""
    mine = select(CityApplication).where(CityApplication.email.in_(addresses)).order_by(CityApplication.id)
    decided = select(CityApplication).where(CityApplication.decided_by == user_id).order_by(CityApplication.id)
    return {
        "applications": [_application(each) for each in db.session.scalars(mine)],
        "applications_decided": [
            {"city_name": each.city_name, "state": each.state, "decided_at": each.decided_at, "reason": each.reason}
            for each in db.session.scalars(decided)
        ],
        "profiles_written": _revisions(user_id),
    }


def _application(each: CityApplication) -> dict[str, Any]:
    return {
        "city_name": each.city_name, "country": each.country, "name": each.person_name, "office": each.person_role,
        "email": each.email, "language": each.language, "message": each.message, "letter": each.letter_name,
        "state": each.state, "sent_at": each.created_at, "confirmed_at": each.confirmed_at,
        "decided_at": each.decided_at, "reason": each.reason,
    }  # fmt: skip


def _revisions(user_id: int) -> list[dict[str, Any]]:
    query = select(City.slug, CityRevision).join(City, City.id == CityRevision.city_id)
    query = query.where(CityRevision.author_id == user_id).order_by(CityRevision.id)
    return [
        {"city": slug, "number": each.number, "recorded_at": each.recorded_at, "content": each.content}
        for slug, each in db.session.execute(query)
    ]
