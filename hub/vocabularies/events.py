"""What happens to the vocabularies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VocabularyLoaded:
    """Terms or items were added or changed from the seed files."""

    stamp: int


@dataclass(frozen=True)
class ItemAdded:
    """An organizer added something that cities can be asked for."""

    item_code: str
    stamp: int


@dataclass(frozen=True)
class ItemChanged:
    """An organizer changed what an item says or how it is counted, or replaced it by another."""

    item_code: str
    stamp: int
