"""What happens to the vocabularies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VocabularyLoaded:
    """Terms or items were added or changed from the seed files."""

    stamp: int
