"""Everything the hub knows about a person, put together from every room."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from hub.cases import personal as cases
from hub.cities import personal as cities
from hub.commitments import personal as commitments
from hub.core import personal as core
from hub.exchange import personal as exchange
from hub.feeds import personal as feeds
from hub.follows import personal as follows
from hub.people import personal as people
from hub.people.models import User
from hub.people.service.leaving import addresses_of
from hub.vocabularies import personal as vocabularies


def about(user: User) -> dict[str, dict[str, Any]]:
    """Return what each room knows about a person; passwords, keys, codes and tokens are no knowledge about her."""
    addresses = addresses_of(user)
    return {
        "people": people.about(user, addresses),
        "cities": cities.about(user.id, addresses),
        "cases": cases.about(user.id),
        "commitments": commitments.about(user.id),
        "feeds": feeds.about(user.id),
        "exchange": exchange.about(user.id, addresses),
        "follows": follows.about(user.id, addresses),
        "vocabularies": vocabularies.about(user.id),
        "core": core.about(user.id, addresses),
    }


def document(user: User, base_url: str, now: datetime) -> bytes:
    """Return it as the JSON file that a person takes along: UTF-8, indented, moments as ISO 8601 in UTC."""
    found = {"hub": base_url, "made_at": now, **about(user)}
    return (json.dumps(found, ensure_ascii=False, indent=2, default=_spelled) + "\n").encode()


def _spelled(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} has no spelling in JSON")
