"""What happens at the organizers' desk."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ParkedEntryPutBack:
    """An entry of the log that a reader had given up was handed to it again."""

    reader: str
    position: int
    is_quiet = True
