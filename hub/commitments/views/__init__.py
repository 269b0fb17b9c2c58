"""Doors of this room: the matrix, each item, the commitments of each city, and recording them."""

from hub.commitments.views import (
    badges,
    changes,
    checklists,
    checks,
    city,
    cityitem,
    editions,
    evidence,
    item,
    items,
    network,
    planning,
    plans,
    recording,
    registers,
    reports,
)
from hub.commitments.views.blueprint import bp

__all__ = [
    "badges",
    "bp",
    "changes",
    "checklists",
    "checks",
    "city",
    "cityitem",
    "editions",
    "evidence",
    "item",
    "items",
    "network",
    "planning",
    "plans",
    "recording",
    "registers",
    "reports",
]
