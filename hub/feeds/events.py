"""What happens to news and events."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryStored:
    """A news entry came in or was changed."""

    entry_id: int


@dataclass(frozen=True)
class EditionChanged:
    """A forum edition was added or changed."""

    edition_id: int
