"""What cities do in the exchange: taking up practices, asking and answering, replying."""

from hub.exchange.service.adapting import (
    LONGEST,
    Outside,
    Said,
    record_adaptation,
    record_next_step,
    record_outside_practice,
    refusal,
    remove_adaptation,
)
from hub.exchange.service.commenting import comment_on_adaptation, remove_comment
from hub.exchange.service.seeding import load_adaptations

__all__ = [
    "LONGEST",
    "Outside",
    "Said",
    "comment_on_adaptation",
    "load_adaptations",
    "record_adaptation",
    "record_next_step",
    "record_outside_practice",
    "refusal",
    "remove_adaptation",
    "remove_comment",
]
