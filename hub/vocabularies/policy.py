"""Who may change what cities are asked for."""

from __future__ import annotations

from typing import Protocol


class Person(Protocol):
    """What this room asks of whoever is signed in; accounts stand in a higher one."""

    id: int

    @property
    def organizes(self) -> bool:
        """Whether she is an organizer of the forum."""


def can_keep_items(person: Person | None) -> bool:
    """Tell whether someone may add, change and replace items: organizers."""
    return person is not None and person.organizes
