"""Writing cities: seeding, joining, deciding, editing."""

from hub.cities.service.deciding import Admission, NewCity, admit, decline, restore_city, suspend_city
from hub.cities.service.editing import change_profile, choose_second_reader
from hub.cities.service.joining import (
    KEPT_UNCONFIRMED,
    Letter,
    Wish,
    add_letter,
    apply_for_city,
    confirm_application,
    forget_unconfirmed,
)
from hub.cities.service.seeding import load_cities, load_organisations

__all__ = [
    "KEPT_UNCONFIRMED",
    "Admission",
    "Letter",
    "NewCity",
    "Wish",
    "add_letter",
    "admit",
    "apply_for_city",
    "change_profile",
    "choose_second_reader",
    "confirm_application",
    "decline",
    "forget_unconfirmed",
    "load_cities",
    "load_organisations",
    "restore_city",
    "suspend_city",
]
