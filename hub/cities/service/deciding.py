"""What organizers decide: who is admitted, who is not, which city is suspended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.cities.coalitions import coalition_of
from hub.cities.events import ApplicationDeclined, CityAdmitted, CityRestored, CitySuspended
from hub.cities.models import (
    ADMITTED,
    DECLINED,
    MEMBER,
    ON_RECORD,
    SUSPENDED,
    UNCONFIRMED,
    WAITING,
    City,
    CityApplication,
    CityRevision,
)
from hub.cities.policy import can_decide_application, can_suspend_city
from hub.cities.queries import find_city
from hub.cities.service.locking import locked
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record, state_of
from hub.core.text import RESERVED_SLUGS
from hub.people import service as people
from hub.people.models import COORDINATOR, Invitation, User
from hub.vocabularies.queries import vocabulary

LONGEST_SLUG = 80
NEW_CITY = ("name", "country", "region", "gov_type", "coalition")
_SLUG = re.compile(r"[^\W_]+(-[^\W_]+)*")


@dataclass(frozen=True)
class NewCity:
    """What a city that was not on record begins with."""

    name: str
    slug: str
    region: str
    gov_type: str


class Admission(NamedTuple):
    """An admitted city, and the invitation that goes to the applicant with its token."""

    city: City
    invitation: Invitation
    token: str


def admit(application_id: int, place: int | NewCity, by: User, now: datetime) -> Admission:
    """Make the city of an application a member and invite the applicant as its coordinator, inside `transaction()`.

    `place` is the id of a city on record, or what a new one begins with. Raises Forbidden, NotFound, Invalid, and
    Conflict where it was decided already.
    """
    application = _load_waiting(application_id, by)
    city = _city_on_record(place) if isinstance(place, int) else _added(place, application.country, by, now)
    before = {"application": application.state}
    if isinstance(place, int):
        before |= {"membership": city.membership}
    city.membership, city.updated_at = MEMBER, now
    application.state, application.city = ADMITTED, city
    application.decided_at, application.decided_by = now, by.id
    db.session.flush()
    after = {"application": application.state, "membership": city.membership}
    if not isinstance(place, int):
        after |= {**state_of(city, NEW_CITY), "slug": city.slug}
    record(CityAdmitted(city.id, application.id), by=by.id, now=now, changes=differing(before, after))
    invitation, token = people.invite(
        by=by, email=application.email, role=COORDINATOR, city_id=city.id, language=application.language, now=now
    )
    return Admission(city, invitation, token)


def decline(application_id: int, reason: str, by: User, now: datetime) -> CityApplication:
    """Decline an application with the reason that the applicant reads, inside `transaction()`.

    Raises Forbidden, NotFound, Invalid, and Conflict where it was decided already.
    """
    application = _load_waiting(application_id, by)
    if not reason.strip():
        raise Invalid("reason", "Say why: the applicant reads it.")
    application.state, application.reason = DECLINED, reason
    application.decided_at, application.decided_by = now, by.id
    changes = {"application": (WAITING, DECLINED)}
    record(ApplicationDeclined(application.id), by=by.id, now=now, personal={"reason": reason}, changes=changes)
    return application


def suspend_city(slug: str, reason: str, by: User, now: datetime) -> City:
    """Stop a city's people from writing, inside `transaction()`; its pages stay.

    Raises Forbidden, NotFound, Invalid.
    """
    city = _load_city(slug, by)
    if not reason.strip():
        raise Invalid("reason", "Say why: other organizers read it.")
    if not city.is_suspended:
        city.membership_before, city.membership, city.updated_at = city.membership, SUSPENDED, now
        changes = {"membership": (city.membership_before, SUSPENDED)}
        event = CitySuspended(city.id, people.withdraw_of_city(city.id, now))
        record(event, by=by.id, now=now, personal={"reason": reason}, changes=changes)
    return city


def restore_city(slug: str, by: User, now: datetime) -> City:
    """Let a city's people write again, inside `transaction()`. Raises Forbidden, NotFound."""
    city = _load_city(slug, by)
    if city.is_suspended:
        city.membership, city.membership_before = city.membership_before or ON_RECORD, None
        city.updated_at = now
        record(CityRestored(city.id), by=by.id, now=now, changes={"membership": (SUSPENDED, city.membership)})
    return city


def _load_waiting(application_id: int, by: User) -> CityApplication:
    """Return the application, which nobody else can decide meanwhile."""
    if not can_decide_application(by):
        raise Forbidden("only organizers decide on applications")
    application = db.session.scalar(locked(select(CityApplication).where(CityApplication.id == application_id)))
    if application is None or application.state == UNCONFIRMED:
        raise NotFound("no such application")
    if application.state != WAITING:
        raise Conflict("the application was decided already")
    return application


def _load_city(slug: str, by: User) -> City:
    if not can_suspend_city(by):
        raise Forbidden("only organizers suspend cities")
    city = db.session.scalar(locked(select(City).where(City.slug == slug)))
    if city is None:
        raise NotFound(f"no city {slug}")
    return city


def _city_on_record(city_id: int) -> City:
    city = db.session.scalar(locked(select(City).where(City.id == city_id)))
    if city is None:
        raise Invalid("city", "Choose one of the list.")
    if city.is_suspended:
        raise Invalid("city", "This city is suspended. Restore it first.")
    return city


def _added(new: NewCity, country: str, by: User, now: datetime) -> City:
    words = vocabulary()
    if not new.name:
        raise Invalid("name", "A new city needs its name.")
    if len(new.slug) > LONGEST_SLUG or new.slug != new.slug.lower() or not _SLUG.fullmatch(new.slug):
        raise Invalid("slug", "Write small letters and digits, with single hyphens between words.")
    if new.slug in RESERVED_SLUGS:
        raise Invalid("slug", "This word has another meaning in the hub’s addresses. Choose another one.")
    if find_city(new.slug) is not None:
        raise Invalid("slug", "Another city has this address already.")
    if words.find("regions", new.region) is None:
        raise Invalid("region", "Choose one of the list.")
    if words.find("government_types", new.gov_type) is None:
        raise Invalid("gov_type", "Choose one of the list.")
    city = City(
        slug=new.slug, name=new.name, country=country, region=new.region, gov_type=new.gov_type, updated_at=now,
        coalition=coalition_of(country, new.region), membership=MEMBER,
    )  # fmt: skip
    try:
        with db.session.begin_nested():  # the revision names the city's id and version
            db.session.add(city)
    except IntegrityError:  # another organizer took the address at the same moment
        raise Invalid("slug", "Another city has this address already.") from None
    db.session.add(
        CityRevision(city_id=city.id, number=city.version, content=city.profile(), author_id=by.id, recorded_at=now)
    )
    return city
