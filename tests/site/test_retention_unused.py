"""Accounts that nobody uses are closed after a warning; a clock that is wrong for a while does no harm."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cities.models import DECLINED, WAITING
from hub.core import clock
from hub.core.db import Base, db, transaction
from hub.core.log import record
from hub.core.outbox import OutgoingMail
from hub.follows.models import Notification
from hub.people.events import SignedIn
from hub.people.models import Invitation, Membership, PasswordReset, SignIn, User
from hub.site import idle
from tests.site.clocks import (
    DAY,
    JOBS,
    MINUTE,
    START,
    add,
    applicant,
    happened,
    is_open,
    kept,
    mail,
    make_idle,
    run,
    stored,
    there,
    verdict,
)

TOLD = START + idle.UNUSED_KEPT - idle.TOLD_BEFORE


def signs_in(app: Flask, user_id: int, moment: datetime) -> None:
    with app.app_context(), transaction():
        record(SignedIn(user_id, "password"), by=user_id, now=moment)


def warned(app: Flask) -> int:
    return there(app, OutgoingMail, OutgoingMail.key.startswith("unused:"))


def test_someone_who_never_comes_back_is_told_and_then_closed(client: FlaskClient) -> None:
    app = client.application
    user_id = make_idle(client)
    run(app, idle.close_unused, TOLD - MINUTE)
    assert warned(app) == 0
    run(app, idle.close_unused, TOLD)
    run(app, idle.close_unused, TOLD + DAY)
    assert warned(app) == 1
    run(app, idle.close_unused, START + idle.UNUSED_KEPT - MINUTE)
    assert is_open(app, user_id)
    run(app, idle.close_unused, START + idle.UNUSED_KEPT)
    assert not is_open(app, user_id)
    with app.app_context():
        user = db.session.get_one(User, user_id)
        assert (user.name, user.left_at) == ("", START + idle.UNUSED_KEPT)
        last = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("last:"))).one()
        assert (last.recipient, "three years" in last.text) == ("idle@example.org", True)
        assert warned(app) == 0
    run(app, idle.close_unused, START + idle.UNUSED_KEPT + DAY)
    assert verdict(app).problems == []


def test_someone_who_signs_in_after_the_mail_stays(client: FlaskClient) -> None:
    app = client.application
    user_id = make_idle(client)
    run(app, idle.close_unused, TOLD)
    signs_in(app, user_id, TOLD + DAY)
    run(app, idle.close_unused, START + idle.UNUSED_KEPT + 100 * DAY)
    assert is_open(app, user_id)
    assert warned(app) == 1
    run(app, idle.close_unused, TOLD + DAY + idle.UNUSED_KEPT - idle.TOLD_BEFORE)
    assert warned(app) == 2


def test_nobody_is_closed_unwarned_however_late_the_worker_comes(client: FlaskClient) -> None:
    app = client.application
    user_id = make_idle(client)
    late = START + 10 * idle.UNUSED_KEPT
    run(app, idle.close_unused, late)
    assert is_open(app, user_id)
    run(app, idle.close_unused, late + idle.TOLD_BEFORE - MINUTE)
    assert is_open(app, user_id)
    run(app, idle.close_unused, late + idle.TOLD_BEFORE)
    assert not is_open(app, user_id)


def test_who_has_a_role_or_is_demo_or_suspended_is_left_alone(client: FlaskClient) -> None:
    app = client.application
    ids = [
        make_idle(client, "city@example.org", city="graz"), make_idle(client, "boss@example.org", is_organizer=True),
        make_idle(client, "demo@example.org", is_demo=True), make_idle(client, "suspended@example.org"),
    ]  # fmt: skip
    with app.app_context(), transaction():
        db.session.get_one(User, ids[-1]).is_active = False
    for days in (0, 31, 62):
        run(app, idle.close_unused, START + idle.UNUSED_KEPT + days * DAY)
    assert warned(app) == 0
    with app.app_context():
        assert all(db.session.get_one(User, each).left_at is None for each in ids)


def test_many_are_looked_at_in_batches(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "BATCH", 2)
    for number in range(5):
        make_idle(client, f"idle{number}@example.org")
    assert run(client.application, idle.close_unused, TOLD) == 5


def test_a_role_given_meanwhile_keeps_the_account(client: FlaskClient) -> None:
    from hub.cities.models import City

    app = client.application
    user_id = make_idle(client)
    run(app, idle.close_unused, TOLD)
    with app.app_context():
        city_id = db.session.scalars(select(City.id).limit(1)).one()
    add(app, Membership(user_id=user_id, city_id=city_id, role="contributor", since_at=TOLD))
    run(app, idle.close_unused, START + idle.UNUSED_KEPT)
    assert is_open(app, user_id)


def test_a_clock_that_jumps_on_and_back_deletes_nothing_early_and_never_errs(client: FlaskClient, files: Path) -> None:
    app = client.application
    user_id = make_idle(client)
    now = START + 10 * DAY
    path = stored(files, b"just stored")
    hers = {"user_id": user_id, "created_at": now, "expires_at": now + 60 * DAY}
    waiting, invited = applicant(WAITING, token="w"), {"role": "organizer", "created_at": now}
    add(
        app, mail("sent", sent_at=now + 15 * DAY), mail("waiting"), waiting,
        applicant(DECLINED, token="d", decided_at=now), SignIn(token_hash="s", **hers),
        PasswordReset(token_hash="r", **hers),
        Invitation(token_hash="i", email="x@example.org", expires_at=now + 7 * DAY, **invited),
        Notification(user_id=user_id, position=1, event="E", topic="work", subject_id=1, thing="x", because={},
                     created_at=now),
    )  # fmt: skip
    position = happened(app, now)

    def rows() -> dict[str, int]:
        with app.app_context():
            return {
                table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.tables.values()
                if table.name != "log_head"  # where the log ends is noted by the same clock
            }

    before = rows()
    for moment in (now, now + 40 * DAY, now, now - 40 * DAY, now, now + 40 * DAY, now):
        for name, job in JOBS.items():
            run(app, job, moment)
            assert verdict(app).problems == [], name
    assert rows() == before
    assert path.exists()
    assert kept(app, position, "origin")
    assert is_open(app, user_id)
    assert there(app, Invitation, Invitation.email == "") == 0


def test_the_jobs_bear_being_done_twice_on_an_empty_and_on_a_full_record(client: FlaskClient) -> None:
    app = client.application
    for _round in range(2):
        for job in JOBS.values():
            run(app, job, clock.now())
    from tests.site import lives

    lives.live(client)
    far = clock.now() + 4000 * DAY
    for _round in range(2):
        for job in JOBS.values():
            run(app, job, far)
    assert verdict(app).problems == []
