"""Doors of this room: home, about, methodology, privacy, health, the desks, the log, the machines."""

from hub.site.views import desks, leaving, machines, pages, privacy, searching, takeout, trail  # noqa: F401  doors
from hub.site.views.base import bp

__all__ = ["bp"]
