"""What a happening is, and how many of a kind are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

NEWEST = 50


class Happening(NamedTuple):
    """Something followers are told: when, what it is about, where it stands, and a name that no other happening has."""

    at: datetime
    event: str
    subject: Any
    path: str
    name: str
    summary: str = ""
    author: str = ""

    @property
    def subject_id(self) -> int:
        """The number of what it is about."""
        return int(self.subject.id)

    @property
    def position(self) -> int:
        """No entry of the log: it was read from the tables."""
        return 0
