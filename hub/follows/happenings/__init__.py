"""What happened that the followers of a thing are told of, newest first, read from the tables for its feed."""

from hub.follows.happenings.base import NEWEST, Happening
from hub.follows.happenings.cases import of_place, published, revised, told_of_case, translated
from hub.follows.happenings.cities import checked, joined, pinned, recorded
from hub.follows.happenings.exchange import answered, asked, of_cities, replied, taken_up

__all__ = [
    "NEWEST",
    "Happening",
    "answered",
    "asked",
    "checked",
    "joined",
    "of_cities",
    "of_place",
    "pinned",
    "published",
    "recorded",
    "replied",
    "revised",
    "taken_up",
    "told_of_case",
    "translated",
]
