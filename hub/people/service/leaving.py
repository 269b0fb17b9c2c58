"""Leaving for good: the account stays as an empty place, so that what was written keeps an author nobody can name."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, func, or_, select, update

from hub.core.db import db
from hub.core.errors import Forbidden, Invalid, NotFound
from hub.core.log import CHANGES, VALUES, LogPersonal, record
from hub.people import policy
from hub.people.addresses import is_address
from hub.people.events import PersonLeft
from hub.people.models import (
    AddressProof,
    AskedByAddress,
    Ceremony,
    Invitation,
    Membership,
    OneTimeCode,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignIn,
    User,
)

HERS = (SignIn, Passkey, OneTimeCode, RecoveryCode, Ceremony, AddressProof, AskedByAddress, PasswordReset, Membership)
"""The tables whose rows go with the person."""
_PART = r"a-z0-9!#$%&'*+/=?^_`{|}~-"  # what may stand in an address, so that a part of another one is not hers


@dataclass(frozen=True)
class Gone:
    """What was known of someone who left, for the rooms that have more to forget."""

    user_id: int
    email: str
    name: str
    language: str | None
    addresses: frozenset[str]  # the present one and those before it
    withdrawn: list[int]
    positions: list[int]  # of log entries about others whose values name her


def forget_person(user_id: int, *, by: User | None, now: datetime) -> Gone:
    """Close an account for good and empty it, inside `transaction()`; `by` is its person, an organizer, or nobody.

    Raises Forbidden, NotFound for one that is not there or was left, Invalid naming `understood` for a demo account
    and for the last organizer.
    """
    organizers = _locked_organizers()
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None or user.left_at is not None:
        raise NotFound(f"no account {user_id}")
    if not policy.can_forget(by, user):
        raise Forbidden("neither her own account nor an organizer")
    if user.is_demo:
        raise Invalid("understood", "A demo account belongs to nobody, so nobody can leave with it.")
    if organizers == [user]:
        raise Invalid("understood", "This is the last organizer. Invite another one first.")
    addresses = addresses_of(user)
    gone = Gone(
        user_id=user.id, email=user.email, name=user.name, language=user.language, addresses=addresses,
        withdrawn=_end_invitations(user.id, addresses, now), positions=_naming(user, addresses),
    )  # fmt: skip
    for table in HERS:
        db.session.execute(delete(table).where(table.user_id == user.id))
    db.session.execute(delete(AskedByAddress).where(AskedByAddress.email.in_(addresses)))
    user.email, user.name, user.password_hash = f"left-{user.id}@invalid", "", ""
    user.is_organizer = user.is_active = user.has_factor = user.is_name_withheld = False
    user.language = user.time_zone = user.confirmed_at = None
    user.left_at = now
    db.session.flush()
    db.session.expire(user, ["memberships"])
    record(PersonLeft(user.id, gone.withdrawn), by=by.id if by is not None else None, now=now)
    return gone


def addresses_of(user: User) -> frozenset[str]:
    """Return the addresses that are or were hers, as far as the record knows; none that is another account's now."""
    found = {user.email}
    for table in (AddressProof, AskedByAddress):
        found |= set(db.session.scalars(select(table.email).where(table.user_id == user.id)))
    found |= set(db.session.scalars(select(Invitation.email).where(Invitation.accepted_by == user.id)))
    sealed = LogPersonal.part.in_((VALUES, CHANGES))
    for content in db.session.scalars(select(LogPersonal.content).where(LogPersonal.about_id == user.id, sealed)):
        found |= {text for text in _texts(content) if is_address(text)}
    others = select(User.email).where(User.email.in_(found), User.id != user.id)
    return frozenset(found - set(db.session.scalars(others)) - {""})


def is_last_organizer(user: User) -> bool:
    """Tell whether nobody else is an organizer."""
    others = select(User.id).where(User.is_organizer, User.is_active, User.id != user.id).limit(1)
    return user.is_organizer and user.is_active and db.session.scalar(others) is None


def _locked_organizers() -> list[User]:
    query = select(User).where(User.is_organizer, User.is_active).order_by(User.id)
    return list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _end_invitations(user_id: int, addresses: Collection[str], now: datetime) -> list[int]:
    """Withdraw what waits of the invitations by her and to her, and forget to which address of hers they went."""
    to_her = or_(Invitation.email.in_(addresses), Invitation.accepted_by == user_id)
    waiting = select(Invitation.id).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    ids = list(db.session.scalars(waiting.where(or_(to_her, Invitation.invited_by == user_id)).order_by(Invitation.id)))
    db.session.execute(update(Invitation).where(Invitation.id.in_(ids)).values(withdrawn_at=now))
    db.session.execute(update(Invitation).where(to_her).values(email=""))
    return ids


def _naming(user: User, addresses: Collection[str]) -> list[int]:
    """Return the entries with values that hold one of her addresses, or that are her name and about nobody else."""
    written = func.lower(cast(LogPersonal.content, Text))
    needles = [_as_stored(text) for text in {*addresses, user.name} if text]
    query = select(LogPersonal.position, LogPersonal.about_id, LogPersonal.content)
    query = query.where(LogPersonal.part == VALUES, or_(*(written.contains(each, autoescape=True) for each in needles)))
    address = re.compile(rf"(?<![.{_PART}])(?:{'|'.join(map(re.escape, addresses))})(?![{_PART}]|\.[a-z0-9])")
    found = []
    for position, about_id, content in db.session.execute(query.order_by(LogPersonal.position)):
        texts = [text.strip().lower() for text in _texts(content)]
        has_address = any(address.search(text) for text in texts)
        is_named = about_id is None and user.name.strip().lower() in texts
        if about_id != user.id and (has_address or is_named):
            found.append(position)
    return found


def _as_stored(text: str) -> str:
    """Return a text in small letters as it stands inside stored JSON, where other letters than ASCII are escaped."""
    return json.dumps(text)[1:-1].lower()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)
