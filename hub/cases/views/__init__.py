"""Doors of this room for people: reading a case, writing it, moving it, its pictures and documents."""

from hub.cases.views import (  # noqa: F401  each puts its doors on the blueprint
    compare,
    confirming,
    copies,
    files,
    moving,
    reading,
    review,
    starting,
    translating,
    versions,
    writing,
)
from hub.cases.views.base import bp

__all__ = ["bp"]
