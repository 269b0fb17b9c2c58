"""Passkeys of accounts: begun, added, removed, and used."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from webauthn import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url

from hub.core.db import db
from hub.core.errors import Conflict, Invalid, NotFound
from hub.core.log import differing, record
from hub.people.events import PasskeyAdded, PasskeyRefused, PasskeyRemoved
from hub.people.factors import passkeys_of
from hub.people.models import Passkey, User
from hub.people.passkeys import NewKey, Site, ask_new, ask_proof
from hub.people.service.ceremonies import ACCEPT, REGISTER, begin_ceremony
from hub.people.service.factors import acting, note_factors, note_removed, state_of
from hub.people.service.signins import locked

MOST_PASSKEYS = 20
Asked = tuple[str, dict[str, Any]]  # the ceremony's token, and what the browser is asked


def begin_adding(user: User, *, site: Site, now: datetime) -> Asked:
    """Begin to add a passkey to an account, inside `transaction()`. Raises Invalid where there are very many."""
    known = passkeys_of(user.id)
    if len(known) >= MOST_PASSKEYS:
        raise Invalid("passkey", "You have %(most)d passkeys. Remove one first.", most=MOST_PASSKEYS)
    handle = known[0].user_handle if known else _random(64)
    challenge = _random(32)
    content = {"challenge": challenge, "handle": handle}
    token = begin_ceremony(REGISTER, user_id=user.id, content=content, now=now)
    asked = ask_new(
        site, challenge=base64url_to_bytes(challenge), handle=handle, address=user.email, name=user.name, known=known
    )  # fmt: skip
    return token, asked


def begin_accepting(invitation_id: int, *, email: str, name: str, site: Site, now: datetime) -> Asked:
    """Begin an account that opens by a passkey, for someone invited, inside `transaction()`."""
    challenge, handle = _random(32), _random(64)
    content = {"challenge": challenge, "handle": handle, "invitation": invitation_id, "name": name}
    token = begin_ceremony(ACCEPT, user_id=None, content=content, now=now)
    asked = ask_new(
        site, challenge=base64url_to_bytes(challenge), handle=handle, address=email, name=name, known=[]
    )  # fmt: skip
    return token, asked


def begin_proof(kind: str, user: User | None, *, site: Site, now: datetime) -> Asked:
    """Begin to prove a passkey, of someone where she is known, inside `transaction()`."""
    challenge = _random(32)
    token = begin_ceremony(kind, user_id=user.id if user else None, content={"challenge": challenge}, now=now)
    known = passkeys_of(user.id) if user is not None else []
    return token, ask_proof(site, challenge=base64url_to_bytes(challenge), known=known)


def _random(size: int) -> str:
    return bytes_to_base64url(secrets.token_bytes(size))


def add_passkey(new: NewKey, *, name: str, handle: str, by: User, now: datetime) -> Passkey:
    """Add a key that a device made to an account, inside `transaction()`. Raises Conflict for one that is known."""
    user = acting(by)
    before = state_of(user.id)
    passkey = Passkey(
        user_id=user.id, credential_id=new.credential_id, public_key=new.public_key, user_handle=handle,
        sign_count=new.sign_count, transports=new.transports, name=name, created_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError:
        raise Conflict("this passkey is known already") from None
    note_factors(user)
    record(PasskeyAdded(user.id, passkey.id), by=user.id, now=now, changes=differing(before, state_of(user.id)))
    return passkey


def remove_passkey(passkey_id: int, *, by: User, now: datetime) -> str:
    """Remove one of one's own passkeys, inside `transaction()`, and return its name.

    Raises NotFound for one that is not hers, Invalid naming `passkey` where it is an organizer's last factor.
    """
    user = acting(by)
    before = state_of(user.id)
    passkey = db.session.get(Passkey, passkey_id)
    if passkey is None or passkey.user_id != user.id:
        raise NotFound(f"no passkey {passkey_id} of hers")
    name = passkey.name
    db.session.delete(passkey)
    note_removed(user, "passkey")
    record(PasskeyRemoved(user.id, passkey_id), by=user.id, now=now, changes=differing(before, state_of(user.id)))
    return name


def use_passkey(passkey_id: int, count: int, *, now: datetime) -> User | None:
    """Note that a passkey was proved, inside `transaction()`, and return whose it is, locked.

    None when it was removed or its account closed meanwhile, and when it counts backwards, as a copy would: that is
    noted in the log (Web Authentication, section 6.1.1; devices that do not count always say nought).
    """
    found = db.session.get(Passkey, passkey_id)
    user = locked(found.user_id) if found is not None else None
    passkey = db.session.get(Passkey, passkey_id, populate_existing=True)
    if user is None or passkey is None or not user.is_active:
        return None
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        record(
            PasskeyRefused(user.id, passkey.id), by=None, now=now, changes={"sign_count": (passkey.sign_count, count)}
        )  # fmt: skip
        return None
    passkey.sign_count, passkey.used_at = count, now
    return user
