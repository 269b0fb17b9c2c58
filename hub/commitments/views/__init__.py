"""Doors of this room: the matrix, each item, the commitments of each city, and recording them."""

from hub.commitments.views import city, item, network, recording
from hub.commitments.views.blueprint import bp

__all__ = ["bp", "city", "item", "network", "recording"]
