"""What happens to commitments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatusRecorded:
    """A city's status on an item was recorded, with the evidence that came along."""

    record_id: int
    city_id: int
    item_code: str = ""
