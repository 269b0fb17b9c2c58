"""Cities for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.cities.models import City


def make_city(session: Any, slug: str, name: str, **more: Any) -> City:
    """Put a city into the database of the test."""
    values: dict[str, Any] = {
        "country": "KR",
        "region": "asia-pacific",
        "gov_type": "municipality",
        "updated_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    city = City(slug=slug, name=name, **values | more)
    session.add(city)
    session.commit()
    return city
