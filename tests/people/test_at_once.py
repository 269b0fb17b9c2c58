"""Two at one moment, each with a connection of its own, not inside one savepoint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, or_, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import HubError
from hub.people import service
from hub.people.models import Invitation, Membership, PasswordReset, SignIn, User
from tests.people.accounts import make_user
from tests.people.doors import city_id_of

HOST = "@at-once.example"


@pytest.fixture
def app_of_its_own(seeded_app: Flask) -> Iterator[Flask]:
    """The application without a savepoint; the people made here are taken away again."""
    yield seeded_app
    with seeded_app.app_context(), transaction():
        ids = list(db.session.scalars(select(User.id).where(User.email.endswith(HOST))))
        mine = or_(Invitation.email.endswith(HOST), Invitation.invited_by.in_(ids))
        db.session.execute(delete(Invitation).where(mine))
        for model in (SignIn, PasswordReset, Membership):
            db.session.execute(delete(model).where(model.user_id.in_(ids)))
        db.session.execute(delete(User).where(User.id.in_(ids)))


def at_once(app: Flask, *works: Callable[[], Any]) -> list[str]:
    """Do each work in a transaction of a thread of its own; return "" or the name of what it raised, sorted."""
    start, results = threading.Barrier(len(works)), []

    def do(work: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait(30)
            try:
                with transaction():
                    work()
                results.append("")
            except HubError as error:
                results.append(type(error).__name__)

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(results)


def invited(app: Flask, email: str, role: str, city: str | None) -> str:
    city_id = city_id_of(app.test_client(), city) if city else None
    with app.app_context(), transaction():
        return service.invite(by=None, email=email, role=role, city_id=city_id, language="en", now=clock.now())[1]


def take_up(token: str) -> Callable[[], Any]:
    values: dict[str, Any] = {"name": "New", "new_hash": "x", "confirmed_hash": None, "language": None}
    return lambda: service.accept_invitation(token, now=clock.now(), **values)


def count_accounts(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(User.email.endswith(HOST), User.is_active)) or 0


def test_one_invitation_taken_up_twice_makes_one_account(app_of_its_own: Flask) -> None:
    token = invited(app_of_its_own, f"a{HOST}", "coordinator", "gwangju")
    assert at_once(app_of_its_own, *[take_up(token)] * 3) == ["", "NotFound", "NotFound"]
    assert count_accounts(app_of_its_own) == 1


def test_two_invitations_to_one_address_make_one_account(app_of_its_own: Flask) -> None:
    tokens = [invited(app_of_its_own, f"a{HOST}", "coordinator", city) for city in ("gwangju", "utrecht")]
    assert at_once(app_of_its_own, *[take_up(token) for token in tokens]) == ["", "Invalid"]
    assert count_accounts(app_of_its_own) == 1


def test_two_organizers_cannot_both_suspend_the_other(app_of_its_own: Flask) -> None:
    client = app_of_its_own.test_client()
    one, two = (make_user(client, f"{name}{HOST}", is_organizer=True) for name in ("one", "two"))

    def suspend(by: int, other: int) -> Callable[[], Any]:
        return lambda: service.suspend_person(
            other, reason="because", by=db.session.get_one(User, by), now=clock.now()
        )  # fmt: skip

    assert at_once(app_of_its_own, suspend(one, two), suspend(two, one)) == ["", "Forbidden"]
    assert count_accounts(app_of_its_own) == 1


def test_two_organizers_cannot_both_end_their_role(app_of_its_own: Flask) -> None:
    client = app_of_its_own.test_client()
    ids = [make_user(client, f"{name}{HOST}", is_organizer=True) for name in ("one", "two")]

    def step_down(me: int) -> Callable[[], Any]:
        return lambda: service.end_organizer_role(me, by=db.session.get_one(User, me), now=clock.now())

    assert at_once(app_of_its_own, *[step_down(me) for me in ids]) == ["", "Invalid"]


def test_two_coordinators_cannot_both_leave_or_remove_the_other(app_of_its_own: Flask) -> None:
    client = app_of_its_own.test_client()
    one, two = (make_user(client, f"{name}{HOST}", city="gwangju") for name in ("one", "two"))
    city_id = city_id_of(client, "gwangju")

    def remove(by: int, other: int) -> Callable[[], Any]:
        return lambda: service.remove_member(
            other, city_id=city_id, by=db.session.get_one(User, by), now=clock.now()
        )  # fmt: skip

    assert at_once(app_of_its_own, remove(one, two), remove(two, one)) == ["", "Forbidden"]
    with app_of_its_own.app_context(), transaction():
        left = list(db.session.scalars(select(Membership.user_id).where(Membership.city_id == city_id)))
        gone = ({one, two} - set(left)).pop()
        db.session.add(Membership(user_id=gone, city_id=city_id, role="coordinator", since_at=clock.now()))
    assert len(left) == 1
    assert at_once(app_of_its_own, remove(one, one), remove(two, two)) == ["", "Invalid"]


def test_one_reset_used_twice_changes_the_password_once(app_of_its_own: Flask) -> None:
    make_user(app_of_its_own.test_client(), f"a{HOST}")
    with app_of_its_own.app_context(), transaction():
        asked = service.ask_reset(f"a{HOST}", clock.now())
    assert asked is not None

    def reset(new: str) -> Callable[[], Any]:
        return lambda: service.use_reset(asked[1], new_hash=new, now=clock.now())

    assert at_once(app_of_its_own, reset("x"), reset("y"), reset("z")) == ["", "NotFound", "NotFound"]


def test_a_sign_in_with_the_old_password_does_not_outlive_the_new_one(app_of_its_own: Flask) -> None:
    user_id = make_user(app_of_its_own.test_client(), f"a{HOST}")
    with app_of_its_own.app_context():
        checked = db.session.get_one(User, user_id).password_hash

    def change() -> None:
        service.change_password(user_id, checked_hash=checked, new_hash="new", now=clock.now())

    def sign_in() -> None:
        service.open_sign_in(user_id, checked_hash=checked, is_remembered=True, now=clock.now())

    assert at_once(app_of_its_own, change, sign_in, sign_in) == ["", "", ""]
    with app_of_its_own.app_context():
        assert not db.session.scalars(select(SignIn).where(SignIn.user_id == user_id)).all()
