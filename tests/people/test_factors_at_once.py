"""Many at one moment, each with a connection of its own: what counts once, counts once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import func, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import HubError
from hub.core.log import LogEntry
from hub.people import service
from hub.people.models import Invitation, OneTimeCode, Passkey, RecoveryCode, User
from hub.people.secrets import seal
from hub.people.service.accepting import make_account
from hub.people.service.ceremonies import SECOND_STEP, SIGN_IN, begin_ceremony, count_try, take_ceremony
from hub.people.service.factors import take_code, turn_off_codes
from hub.people.service.passkeys import remove_passkey, use_passkey
from hub.people.service.recovery import make_recovery_codes, take_recovery_code
from tests.conftest import SECRET
from tests.people.accounts import make_user

NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
SECRET_OF_APP = pyotp.random_base32()


def at_once(app: Flask, works: list[Callable[[], Any]]) -> Counter[str]:
    """Do each work in a transaction of a thread of its own; count what came of it, or the names of errors."""
    start, results = threading.Barrier(len(works)), Counter[str]()

    def do(work: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait(30)
            try:
                with transaction():
                    result = work()
                    said = str(result) if isinstance(result, bool | int) else "done" if result is not None else "none"
                results[said] += 1
            except HubError as error:
                results[type(error).__name__] += 1
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    db.session.rollback()
    return results


def entries(kind: str) -> int:
    """Return how many entries of a kind the log has."""
    return db.session.scalar(select(func.count()).where(LogEntry.kind == kind)) or 0


def person(app: Flask, email: str = "ana@example.org", **values: Any) -> int:
    """Make an account with one-time codes and return its id."""
    user_id = make_user(app.test_client(), email, has_factor=True, **values)
    with transaction():
        secret = seal(SECRET_OF_APP, SECRET)
        db.session.add(OneTimeCode(user_id=user_id, secret=secret, created_at=NOW, confirmed_at=NOW))
    return user_id


def invited(by: int | None = None) -> str:
    """Invite someone to organize, as the operator or an organizer, and return the token."""
    with transaction():
        actor = db.session.get_one(User, by) if by else None
        return service.invite(
            by=actor, email="ana@example.org", role="organizer", city_id=None, language="en", now=clock.now()
        )[1]


def test_twenty_accept_one_invitation_and_one_does(busy_app: Flask) -> None:
    user_id = person(busy_app)
    with transaction():
        make_recovery_codes(by=db.session.get_one(User, user_id), now=NOW)
    token = invited()

    def accept() -> bool:
        service.accept_invitation(token, by=db.session.get_one(User, user_id), now=clock.now())
        return True

    assert at_once(busy_app, [accept] * 20) == {"True": 1, "NotFound": 19}
    assert entries("InvitationAccepted") == 1
    assert db.session.get_one(User, user_id).is_organizer


def test_twenty_make_one_account(busy_app: Flask) -> None:
    token = invited()

    def make() -> bool:
        make_account(token, name="Ana", new_hash="x", language=None, now=clock.now())
        return True

    assert at_once(busy_app, [make] * 20) == {"True": 1, "Invalid": 19}
    assert entries("AccountCreated") == 1


def test_an_inviter_who_ends_at_the_same_moment_gives_a_role_or_none(busy_app: Flask) -> None:
    by, other = (make_user(busy_app.test_client(), f"{name}@example.org", is_organizer=True) for name in "ab")
    user_id = person(busy_app)
    with transaction():
        make_recovery_codes(by=db.session.get_one(User, user_id), now=NOW)
    token = invited(by)

    def accept() -> bool:
        service.accept_invitation(token, by=db.session.get_one(User, user_id), now=clock.now())
        return True

    def suspend() -> str:
        service.suspend_person(by, reason="because", by=db.session.get_one(User, other), now=clock.now())
        return "done"

    done = at_once(busy_app, [accept, suspend])
    invitation = db.session.scalars(select(Invitation)).one()
    assert done["done"] == 1
    assert done["True"] + done["NotFound"] == 1
    assert db.session.get_one(User, user_id).is_organizer == bool(done["True"])
    assert (invitation.accepted_at is None) == (invitation.withdrawn_at is not None)


def test_one_code_opens_once(busy_app: Flask) -> None:
    user_id = person(busy_app)
    code = pyotp.TOTP(SECRET_OF_APP).at(NOW)
    assert at_once(busy_app, [lambda: take_code(user_id, code, key=SECRET, now=NOW)] * 10) == {"True": 1, "False": 9}


def test_one_recovery_code_opens_once(busy_app: Flask) -> None:
    user_id = person(busy_app)
    with transaction():
        _user, codes = make_recovery_codes(by=db.session.get_one(User, user_id), now=NOW)
    taken = at_once(busy_app, [lambda: take_recovery_code(user_id, codes[0], now=NOW)] * 10)
    assert taken == {"True": 1, "False": 9}
    assert entries("RecoveryCodeUsed") == 1
    assert db.session.scalar(select(func.count()).where(RecoveryCode.used_at.is_not(None))) == 1


def test_one_ceremony_is_taken_once_and_tried_five_times(busy_app: Flask) -> None:
    with transaction():
        one = begin_ceremony(SIGN_IN, user_id=None, content={}, now=NOW)
        two = begin_ceremony(SECOND_STEP, user_id=None, content={}, now=NOW)
    taken = at_once(busy_app, [lambda: take_ceremony(one, SIGN_IN, user_id=None, now=NOW)] * 10)
    assert taken == {"done": 1, "NotFound": 9}
    tried = at_once(busy_app, [lambda: count_try(two, SECOND_STEP, now=NOW)] * 10)
    assert tried == {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "NotFound": 5}


def add_passkey(user_id: int, name: str) -> int:
    """Put a passkey into the record and return its id."""
    with transaction():
        passkey = Passkey(
            user_id=user_id, credential_id=name, public_key="x", user_handle="x", transports=[], name=name,
            created_at=NOW,
        )  # fmt: skip
        db.session.add(passkey)
        db.session.flush()
        return passkey.id


def test_an_organizer_does_not_lose_both_factors_at_one_moment(busy_app: Flask) -> None:
    user_id = person(busy_app, is_organizer=True)
    passkey_id = add_passkey(user_id, "one")

    def without_codes() -> str:
        turn_off_codes(by=db.session.get_one(User, user_id), now=NOW)
        return "done"

    def without_passkey() -> str:
        return remove_passkey(passkey_id, by=db.session.get_one(User, user_id), now=NOW)

    assert at_once(busy_app, [without_codes, without_passkey]) == {"done": 1, "Invalid": 1}
    assert db.session.get_one(User, user_id).organizes


def test_one_count_of_a_passkey_is_taken_once(busy_app: Flask) -> None:
    passkey_id = add_passkey(person(busy_app), "one")
    assert at_once(busy_app, [lambda: use_passkey(passkey_id, 5, now=NOW)] * 5) == {"done": 1, "none": 4}
    assert entries("PasskeyRefused") == 4
