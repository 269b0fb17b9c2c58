"""Making accounts, and what people change about themselves."""

from __future__ import annotations

from datetime import datetime

from hub.core.db import db
from hub.core.errors import Invalid
from hub.core.log import record
from hub.core.zones import is_zone
from hub.people import passwords
from hub.people.addresses import plain_address
from hub.people.events import (
    AccountCreated,
    AccountRenamed,
    LanguageChosen,
    NameShown,
    NameWithheld,
    PasswordChanged,
    TimeZoneChosen,
)
from hub.people.models import User
from hub.people.service.signins import end_sign_ins, locked


def create_user(
    *, email: str, name: str, password: str, is_organizer: bool, is_demo: bool, language: str | None, now: datetime
) -> User:
    """Make an account, inside `transaction()`."""
    user = User(
        email=plain_address(email), name=name, is_organizer=is_organizer, is_demo=is_demo, language=language,
        created_at=now, confirmed_at=now, password_hash=passwords.hash_password(password),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()  # the log entry names the account's id
    changes = {
        "name": (None, name), "language": (None, language), "is_organizer": (None, is_organizer),
        "has_password": (None, True),
    }  # fmt: skip
    record(AccountCreated(user.id), by=None, now=now, personal={"email": user.email}, changes=changes)
    return user


def change_password(user_id: int, *, checked_hash: str, new_hash: str, now: datetime, keep: int = 0) -> User:
    """Give an account a new password, inside `transaction()`, and end its sign-ins but one; the first one checks "".

    Raises Invalid naming `present` when the password is no longer the one that was checked.
    """
    user = locked(user_id)
    if user is None or not user.is_active or user.password_hash != checked_hash:
        raise Invalid("present", "This is not your present password.")
    set_password(user, new_hash, now, by_mail=False, keep=keep)
    return user


def set_password(user: User, new_hash: str, now: datetime, *, by_mail: bool, keep: int = 0) -> None:
    """Give an account a new password and end its sign-ins but one, inside `transaction()`.

    One that was chosen through a mail proves the address too. The log is told that there is another password, no hash.
    """
    had_one, was_confirmed = bool(user.password_hash), user.confirmed_at is not None
    user.password_hash = new_hash
    if by_mail and not was_confirmed:
        user.confirmed_at = now
    end_sign_ins(user.id, now, keep=keep)
    changes = {
        "has_password": (had_one, True), "is_confirmed": (was_confirmed, user.confirmed_at is not None)
    }  # fmt: skip
    record(PasswordChanged(user.id, by_mail), by=user.id, now=now, changes=changes)


def rename(name: str, *, by: User, now: datetime) -> None:
    """Write one's own name otherwise, inside `transaction()`."""
    if by.name != name:
        before, by.name = by.name, name
        record(AccountRenamed(by.id), by=by.id, now=now, changes={"name": (before, name)})


def choose_language(language: str | None, *, by: User, now: datetime) -> None:
    """Choose the language of one's own pages and mails, inside `transaction()`; None: as the browser asks."""
    if by.language != language:
        before, by.language = by.language, language
        record(LanguageChosen(by.id, language), by=by.id, now=now, changes={"language": (before, language)})


def choose_time_zone(name: str | None, *, by: User, now: datetime) -> None:
    """Choose the time zone of one's own pages and mails, inside `transaction()`; None: that of her city.

    Raises Invalid naming `time_zone` for a name that is none.
    """
    if by.time_zone == name:
        return
    if name is not None and not is_zone(name):
        raise Invalid("time_zone", "Choose a time zone of the list, such as Asia/Seoul.")
    before, by.time_zone = by.time_zone, name
    record(TimeZoneChosen(by.id, name), by=by.id, now=now, changes={"time_zone": (before, name)})


def withhold_name(is_withheld: bool, *, by: User, now: datetime) -> None:
    """Say whether public pages leave one's own name out, inside `transaction()`."""
    if by.is_name_withheld != is_withheld:
        by.is_name_withheld = is_withheld
        event = NameWithheld(by.id) if is_withheld else NameShown(by.id)
        record(event, by=by.id, now=now, changes={"is_name_withheld": (not is_withheld, is_withheld)})
