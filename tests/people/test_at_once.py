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
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.people import service
from hub.people.jobs import answer_asked
from hub.people.models import AddressProof, AskedByAddress, Invitation, Membership, PasswordReset, SignIn, User
from hub.people.service.proofs import make_proof
from hub.worker import setting_of
from tests.cities.factory import make_city
from tests.people.accounts import make_user
from tests.people.doors import city_id_of

HOST = "@at-once.example"


@pytest.fixture
def app_of_its_own(committing_app: Flask) -> Iterator[Flask]:
    """The application without a savepoint; the people made here are taken away again."""
    yield committing_app
    with committing_app.app_context(), transaction():
        ids = list(db.session.scalars(select(User.id).where(User.email.endswith(HOST))))
        mine = or_(Invitation.email.endswith(HOST), Invitation.invited_by.in_(ids))
        db.session.execute(delete(Invitation).where(mine))
        for model in (SignIn, PasswordReset, AddressProof, AskedByAddress, Membership):
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
    values: dict[str, Any] = {"name": "New", "new_hash": "x"}
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


def make_people(app: Flask, *names: str) -> list[int]:
    """Make accounts on the empty database of a busy application and return their ids."""
    with app.app_context():
        return [make_user(app.test_client(), f"{name}{HOST}") for name in names]


def test_twenty_who_take_up_one_invitation_make_one_account(busy_app: Flask) -> None:
    city_id = make_city(db.session, "quiet", "Quiet").id
    db.session.commit()
    with transaction():
        _invitation, token = service.invite(
            by=None, email=f"a{HOST}", role="coordinator", city_id=city_id, language="en", now=clock.now()
        )
    db.session.remove()
    assert at_once(busy_app, *[take_up(token)] * 20) == ["", *["NotFound"] * 19]
    with busy_app.app_context():
        assert count_accounts(busy_app) == 1
        assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
        accepted = select(func.count()).where(LogEntry.kind == "InvitationAccepted")
        assert db.session.scalar(accepted) == 1


def test_two_workers_answer_one_wish_once(busy_app: Flask) -> None:
    make_people(busy_app, "a", "b", "c")
    with busy_app.app_context():
        for name in ("a", "b", "c", "nobody"):
            with transaction():
                service.ask_by_address("reset", f"{name}{HOST}", language="en", now=clock.now())
    start, answered = threading.Barrier(3), []

    def work() -> None:
        with busy_app.app_context():
            start.wait(30)
            answered.append(answer_asked(setting_of(busy_app.config["HUB"], "a worker")))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(answered) == 4
    with busy_app.app_context():
        recipients = list(db.session.scalars(select(OutgoingMail.recipient).order_by(OutgoingMail.recipient)))
        assert recipients == [f"{name}{HOST}" for name in ("a", "b", "c")]
        assert db.session.scalar(select(func.count()).select_from(PasswordReset)) == 3
        assert db.session.scalar(select(func.count()).select_from(AskedByAddress)) == 0


def proofs(app: Flask, *wishes: tuple[int, str]) -> list[str]:
    """Make links that prove addresses and return their tokens."""
    made = []
    for user_id, email in wishes:
        with app.app_context(), transaction():
            made.append(make_proof(db.session.get_one(User, user_id), email, clock.now()) or "")
    return made


def prove(token: str, user_id: int) -> Callable[[], Any]:
    return lambda: service.use_proof(token, by=db.session.get_one(User, user_id), now=clock.now())


def test_two_links_of_one_person_change_the_address_once(busy_app: Flask) -> None:
    [me] = make_people(busy_app, "old")
    first, second = proofs(busy_app, (me, f"new{HOST}"), (me, f"new{HOST}"))
    works = [prove(first, me), prove(second, me), prove(first, me)]
    assert at_once(busy_app, *works) == ["", "NotFound", "NotFound"]
    with busy_app.app_context():
        assert db.session.get_one(User, me).email == f"new{HOST}"
        assert db.session.scalar(select(func.count()).where(LogEntry.kind == "EmailChanged")) == 1


def test_two_people_who_prove_one_address_do_not_share_it(busy_app: Flask) -> None:
    one, two = make_people(busy_app, "one", "two")
    first, second = proofs(busy_app, (one, f"new{HOST}"), (two, f"new{HOST}"))
    assert at_once(busy_app, prove(first, one), prove(second, two)) == ["", "Invalid"]
    with busy_app.app_context():
        found = set(db.session.scalars(select(User.email)))
    assert f"new{HOST}" in found
    assert found & {f"one{HOST}", f"two{HOST}"} != set()


def test_an_address_change_and_an_end_of_all_sign_ins_do_not_both_count(busy_app: Flask) -> None:
    [me] = make_people(busy_app, "old")
    [token] = proofs(busy_app, (me, f"new{HOST}"))

    def end() -> None:
        service.end_all_of_mine(by=db.session.get_one(User, me), now=clock.now())

    results = at_once(busy_app, prove(token, me), end)
    with busy_app.app_context():
        email = db.session.get_one(User, me).email
        assert not db.session.scalars(select(SignIn).where(SignIn.user_id == me)).all()
    assert (results, email) in ((["", ""], f"new{HOST}"), (["", "NotFound"], f"old{HOST}"))


def test_two_coordinators_cannot_both_make_the_other_a_contributor(app_of_its_own: Flask) -> None:
    client = app_of_its_own.test_client()
    one, two = (make_user(client, f"{name}{HOST}", city="gwangju") for name in ("one", "two"))
    city_id = city_id_of(client, "gwangju")

    def demote(by: int, other: int) -> Callable[[], Any]:
        return lambda: service.change_role(
            other, city_id=city_id, role="contributor", by=db.session.get_one(User, by), now=clock.now()
        )  # fmt: skip

    assert at_once(app_of_its_own, demote(one, two), demote(two, one)) == ["", "Forbidden"]


def test_an_invitation_is_taken_up_or_withdrawn_with_its_inviter_never_both(app_of_its_own: Flask) -> None:
    client = app_of_its_own.test_client()
    boss = make_user(client, f"boss{HOST}", is_organizer=True)
    inviter = make_user(client, f"inviter{HOST}", city="gwangju")
    city_id = city_id_of(client, "gwangju")
    with app_of_its_own.app_context(), transaction():
        by = db.session.get_one(User, inviter)
        invitation, token = service.invite(
            by=by, email=f"a{HOST}", role="contributor", city_id=city_id, language="en", now=clock.now()
        )
        number = invitation.id

    def suspend() -> None:
        service.suspend_person(inviter, reason="why", by=db.session.get_one(User, boss), now=clock.now())

    results = at_once(app_of_its_own, suspend, take_up(token))
    with app_of_its_own.app_context():
        found = db.session.get_one(Invitation, number)
        is_taken, is_withdrawn = found.accepted_at is not None, found.withdrawn_at is not None
    assert (results, is_taken, is_withdrawn) in ((["", ""], True, False), (["", "NotFound"], False, True))
