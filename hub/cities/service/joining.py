"""How a city asks to join: the application, its confirmation, the letter of the mayor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from hub.cities.events import ApplicationConfirmed, ApplicationForgotten, CityApplied, LetterReceived
from hub.cities.models import UNCONFIRMED, WAITING, CityApplication
from hub.cities.queries import find_city_called
from hub.cities.service.locking import locked
from hub.core.db import db
from hub.core.errors import Conflict, Invalid, NotFound
from hub.core.log import differing, record
from hub.core.tokens import hash_token, new_token
from hub.people.addresses import is_address, plain_address

KEPT_UNCONFIRMED = timedelta(days=7)
MOST_A_DAY = 3  # mails that strangers can make us send to one address


@dataclass(frozen=True)
class Wish:
    """What an applicant says."""

    city_name: str
    country: str
    person_name: str
    person_role: str
    email: str
    message: str
    language: str


class Letter(NamedTuple):
    """A stored letter of the mayor."""

    sha256: str
    name: str
    mime: str


def clean_email(field: str, text: str) -> str:
    """Return an address in lower case; raises Invalid for what cannot be one."""
    email = plain_address(text)
    if not is_address(email):
        raise Invalid(field, "This is not an e-mail address. Write it like name@city.example.")
    return email


def apply_for_city(wish: Wish, letter: Letter | None, now: datetime) -> tuple[CityApplication, str] | None:
    """Keep an application until its address is confirmed; return it with the token to mail, inside `transaction()`.

    Returns None, and keeps nothing, where the address was written to often enough today. Raises Invalid.
    """
    email = clean_email("email", wish.email)
    since = now - timedelta(days=1)
    lately = select(func.count()).where(CityApplication.email == email, CityApplication.created_at > since)
    if (db.session.scalar(lately) or 0) >= MOST_A_DAY:
        return None
    token, token_hash = new_token()
    application = CityApplication(
        token_hash=token_hash, state=UNCONFIRMED, city_name=wish.city_name, country=wish.country,
        city=find_city_called(wish.city_name, wish.country), person_name=wish.person_name, person_role=wish.person_role,
        email=email, language=wish.language, message=wish.message, created_at=now,
    )  # fmt: skip
    if letter is not None:
        application.letter_sha256, application.letter_name, application.letter_mime = letter
    db.session.add(application)
    db.session.flush()  # the log entry names the application's id
    record(CityApplied(application.id), by=None, now=now, changes=differing({}, _shown(application)))
    return application, token


def confirm_application(token: str, now: datetime) -> CityApplication:
    """Let an application wait for an organizer, inside `transaction()`; done before, nothing more. Raises NotFound."""
    application = _load(token)
    if application.state == UNCONFIRMED:
        application.state, application.confirmed_at = WAITING, now
        record(ApplicationConfirmed(application.id), by=None, now=now, changes={"application": (UNCONFIRMED, WAITING)})
    return application


def add_letter(token: str, letter: Letter, now: datetime) -> CityApplication:
    """Keep the letter of the mayor with a waiting application, in place of one sent before, inside `transaction()`.

    Raises NotFound, and Conflict where the application does not wait.
    """
    application = _load(token)
    if application.state != WAITING:
        raise Conflict("the application does not wait")
    changes = {"letter": (application.letter_sha256, letter.sha256)}  # its name may name a person
    application.letter_sha256, application.letter_name, application.letter_mime = letter
    record(LetterReceived(application.id), by=None, now=now, changes=changes)
    return application


def forget_unconfirmed(now: datetime) -> int:
    """Delete the applications whose address nobody confirmed in seven days, inside `transaction()`; return how many."""
    old = select(CityApplication).where(
        CityApplication.state == UNCONFIRMED, CityApplication.created_at < now - KEPT_UNCONFIRMED
    )
    gone = list(db.session.scalars(locked(old.order_by(CityApplication.id))))
    for application in gone:
        record(ApplicationForgotten(application.id), by=None, now=now, changes=differing(_shown(application), {}))
        db.session.delete(application)
    return len(gone)


def _shown(application: CityApplication) -> dict[str, str | None]:
    """Return what the log says of an application: nothing of the person, who may never become known here."""
    return {
        "application": application.state, "city_name": application.city_name, "country": application.country,
        "letter": application.letter_sha256,
    }  # fmt: skip


def _load(token: str) -> CityApplication:
    wanted = select(CityApplication).where(CityApplication.token_hash == hash_token(token))
    application = db.session.scalar(locked(wanted))
    if application is None:
        raise NotFound("no such application")
    return application
