"""Two people at one moment, with real commits: one of them wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from hub.cities import service
from hub.cities.models import City, CityApplication
from hub.cities.service import Wish
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.people.letters import queue_invitation
from hub.people.models import Invitation, Membership, User
from hub.people.service import create_user
from tests.cities.factory import make_city


@pytest.fixture
def quiet_city(busy_app: Flask) -> Flask:
    """The application with a city, two organizers who coordinate it, and an application."""
    city_id, now = make_city(db.session, "quiet", "Quiet").id, clock.now()
    with transaction():
        for email in ("a@example.org", "b@example.org"):
            user = create_user(
                email=email, name="A", password="x" * 20, is_organizer=True, is_demo=False, language=None, now=now
            )  # fmt: skip
            user.has_factor = True  # organizers act only with one
            db.session.add(Membership(user_id=user.id, city_id=city_id, role="coordinator", since_at=now))
        kept = service.apply_for_city(Wish("Quiet", "KR", "N", "O", "n@quiet.example", "M", "en"), None, now)
        assert kept is not None
        service.confirm_application(kept[1], now)
    return busy_app


def both(app: Flask, *work: Callable[[User], None]) -> list[str]:
    """Let two people do something at one moment, and return how it went for each."""
    start, ends = threading.Barrier(len(work)), []

    def run(user_id: int, one: Callable[[User], None]) -> None:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    one(db.session.get_one(User, user_id))
                ends.append("done")
            except Conflict:
                ends.append("conflict")
            except Exception as error:
                ends.append(repr(error))
            finally:
                db.session.remove()

    ids = list(db.session.scalars(select(User.id).order_by(User.id)))
    db.session.rollback()
    threads = [threading.Thread(target=run, args=pair) for pair in zip(ids, work, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.rollback()
    return sorted(ends)


def count(kind: str) -> int:
    return len(list(db.session.scalars(select(LogEntry).where(LogEntry.kind == kind))))


def test_one_decision_is_made(quiet_city: Flask) -> None:
    number = db.session.scalars(select(CityApplication.id)).one()
    place = db.session.scalars(select(City.id)).one()

    def admit(me: User) -> None:
        admission = service.admit(number, place, me, clock.now())
        queue_invitation(admission.invitation, admission.token, clock.now())

    assert both(quiet_city, admit, admit) == ["conflict", "done"]
    assert count("CityAdmitted") == 1
    assert len(list(db.session.scalars(select(Invitation)))) == 1
    assert len(list(db.session.scalars(select(OutgoingMail)))) == 1


def test_admitting_and_declining_at_once(quiet_city: Flask) -> None:
    number = db.session.scalars(select(CityApplication.id)).one()
    place = db.session.scalars(select(City.id)).one()
    ends = both(
        quiet_city,
        lambda me: void(service.admit(number, place, me, clock.now())),
        lambda me: void(service.decline(number, "No.", me, clock.now())),
    )
    assert ends == ["conflict", "done"]
    assert count("CityAdmitted") + count("ApplicationDeclined") == 1


def test_two_profiles_saved_at_once(quiet_city: Flask) -> None:
    def save(office: str) -> Callable[[User], None]:
        return lambda me: void(service.change_profile("quiet", 0, {"contact_office": office}, me, clock.now()))

    assert both(quiet_city, save("One"), save("Two")) == ["conflict", "done"]
    assert count("CityChanged") == 1


def test_suspended_by_two_at_once(quiet_city: Flask) -> None:
    def suspend(me: User) -> None:
        service.suspend_city("quiet", "Why", me, clock.now())

    assert both(quiet_city, suspend, suspend) == ["done", "done"]
    assert count("CitySuspended") == 1


def void(_made: object) -> None:
    """Let go of what was made."""
