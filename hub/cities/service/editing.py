"""What a city's coordinators change in its profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from hub.cities.coalitions import choices_of
from hub.cities.events import CityChanged, SecondReaderChosen
from hub.cities.models import City, CityRevision
from hub.cities.policy import can_edit_city
from hub.cities.queries import profile_version
from hub.cities.service.joining import clean_email
from hub.cities.service.locking import locked
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record
from hub.core.text import safe_url
from hub.core.zones import is_zone
from hub.people.models import User

FIELDS = (
    "name_native", "native_language", "website", "contact_office", "contact_address", "hrc_since", "hrc_basis",
    "hrc_source", "time_zone",
)  # fmt: skip
FIRST_YEAR = 1948  # no human rights city is older than the Universal Declaration


def change_profile(slug: str, version: int, typed: Mapping[str, str], by: User, now: datetime) -> City:
    """Change a city's profile to what was typed, inside `transaction()`; what says the same changes nothing.

    `version` is the one that the coordinator saw. Raises NotFound, Forbidden, Invalid, and Conflict where someone
    changed the profile meanwhile.
    """
    city = db.session.scalar(locked(select(City).where(City.slug == slug)))
    if city is None:
        raise NotFound(f"no city {slug}")
    if not can_edit_city(by, city):
        raise Forbidden("only its own coordinators change a city's profile")
    if profile_version(city.id) != version:
        raise Conflict("the profile was changed meanwhile")
    values = checked(typed, now) | _coalition(typed, city)
    if all(getattr(city, name) == value for name, value in values.items()):
        return city
    before = city.profile()
    for name, value in values.items():
        setattr(city, name, value)
    city.updated_at = now
    db.session.flush()  # the revision carries the new version
    db.session.add(
        CityRevision(city_id=city.id, number=city.version, content=city.profile(), author_id=by.id, recorded_at=now)
    )
    record(CityChanged(city.id), by=by.id, now=now, changes=differing(before, city.profile()))
    return city


def checked(typed: Mapping[str, str], now: datetime) -> dict[str, str | int | None]:
    """Return the values of a profile as they are kept, empty ones as None; raises Invalid."""
    values: dict[str, str | int | None] = {name: typed.get(name, "").strip() or None for name in FIELDS}
    values["hrc_since"] = _year(typed.get("hrc_since", ""), now.year)
    for name in ("website", "hrc_source"):
        values[name] = _web_address(name, typed.get(name, ""))
    values["contact_address"] = _public_address(typed.get("contact_address", ""))
    if values["time_zone"] and not is_zone(str(values["time_zone"])):
        raise Invalid("time_zone", "Choose a time zone of the list, such as Asia/Seoul.")
    if values["name_native"] and not values["native_language"]:
        raise Invalid("native_language", "Say which language the name is in.")
    if values["contact_address"] and not values["contact_office"]:
        raise Invalid("contact_office", "Name the office that answers at this address.")
    if values["hrc_since"] and not values["hrc_basis"]:
        raise Invalid("hrc_basis", "Name the act that this is the year of.")
    if values["hrc_basis"] and not values["hrc_source"]:
        raise Invalid("hrc_source", "Give the address of a page that says so.")
    return values


def _coalition(typed: Mapping[str, str], city: City) -> dict[str, str | None]:
    """Return the coalition that a city chose, where its place leaves the choice to it; else nothing."""
    choices = choices_of(city.country, city.region)
    chosen = typed.get("coalition")
    if not choices or chosen is None:
        return {}
    if chosen and chosen not in choices:
        raise Invalid("coalition", "Choose one of the list.")
    return {"coalition": chosen or None}


def _year(text: str, this_year: int) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= this_year):
        raise Invalid("hrc_since", "Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=this_year)
    return int(text)


def _web_address(field: str, text: str) -> str | None:
    text = text.strip()
    if not text:
        return None
    address = safe_url(text)
    if not address or any(character.isspace() for character in address) or "@" in address.split("/")[2]:
        raise Invalid(field, "Write a web address that begins with https:// or http://.")
    return address


def _public_address(text: str) -> str | None:
    text = text.strip()
    if not text or "://" in text:
        return _web_address("contact_address", text)
    try:
        return clean_email("contact_address", text)
    except Invalid:
        raise Invalid("contact_address", "Write an e-mail address, or a web address with https://.") from None


def choose_second_reader(slug: str, is_needed: bool, by: User, now: datetime) -> City:
    """Say whether somebody else reads before a city's people publish anything, inside `transaction()`.

    Said already, nothing changes. Raises NotFound and Forbidden.
    """
    city = db.session.scalar(locked(select(City).where(City.slug == slug)))
    if city is None:
        raise NotFound(f"no city {slug}")
    if not can_edit_city(by, city):
        raise Forbidden("only its own coordinators say how a city publishes")
    if city.has_second_reader != is_needed:
        changes = {"has_second_reader": (city.has_second_reader, is_needed)}
        city.has_second_reader = is_needed
        record(SecondReaderChosen(city.id, is_needed), by=by.id, now=now, changes=changes)
    return city
