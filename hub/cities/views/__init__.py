"""Doors of this room: the directory, each city, joining, the organizers' lists, the profile."""

from hub.cities.views import city, directory, editing, joining, organizing
from hub.cities.views.blueprint import bp

__all__ = ["bp", "city", "directory", "editing", "joining", "organizing"]
