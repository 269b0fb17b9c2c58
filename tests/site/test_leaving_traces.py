"""After someone left: nothing in the database and on no page names her, and nobody else lost anything."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.cases.models import CaseStudy
from hub.cases.service import start_case
from hub.cities.models import CityApplication
from hub.core import chain, clock, outbox
from hub.core.db import db, transaction
from hub.core.log import Origin, come_from, record
from hub.core.outbox import OutgoingMail
from hub.follows.service import follow
from hub.people import service
from hub.people.events import PersonInvited
from hub.people.models import User
from hub.people.service import invite
from hub.people.service.proofs import make_proof
from hub.site.leaving import leave
from tests.people.accounts import make_user, sign_in
from tests.site import lives
from tests.site.leavers import another, deliver, find_user, head, organizer, send, texts_with


def test_afterwards_she_is_found_nowhere_in_the_database(client: FlaskClient, tmp_path: Path) -> None:
    app = client.application
    lives.live(client)
    with app.app_context():
        there = {place.split(":")[0] for place in texts_with(lives.NEEDLES)}
    assert {"user_account.name", "invitation.email", "outgoing_mail.recipient", "log_personal.content",
            "city_application.person_name", "sign_in.device", "outgoing_mail.error"} <= there  # fmt: skip
    assert send(client).status_code == 303
    with app.app_context():
        # Only the last mail knows her address, until it is sent.
        assert set(texts_with(lives.NEEDLES)) == {f"outgoing_mail.recipient: {lives.EMAIL}"}
    assert deliver(app, tmp_path) >= 1
    with app.app_context():
        assert texts_with(lives.NEEDLES) == []
        assert chain.verify().problems == []
        assert chain.verify().erased >= 5
    (mail,) = [path.read_text() for path in (tmp_path / "mail").glob("*.eml") if lives.EMAIL in path.read_text()]
    assert "Your account is closed" in mail
    assert not any(lives.NAME in path.read_text() for path in (tmp_path / "mail").glob("*.eml")), "withdrawn invitation"


def test_afterwards_no_page_names_her(client: FlaskClient) -> None:
    app = client.application
    user_id = lives.live(client)
    other = another(app)
    organizer(other)
    pages = [
        "/organizers", "/organizers/audit", "/organizers/audit.csv", f"/organizers/audit?person={user_id}",
        "/organizers/people", f"/organizers/people/{user_id}", "/organizers/people/invite", "/organizers/system",
        "/organizers/applications", "/organizers/sources", "/organizers/sources/hers",
    ]  # fmt: skip
    with app.app_context():
        case = db.session.scalars(select(CaseStudy).order_by(CaseStudy.id).limit(1)).one()
        applications = db.session.scalars(select(CityApplication.id)).all()
        pages += [f"/cases/{case.slug}", f"/cases/{case.slug}/history", f"/cases/{case.slug}.json", "/cities/gwangju"]
    seen = "".join(other.get(path).text for path in pages)
    assert lives.NAME in seen, "the look for her name can find it"
    assert send(client).status_code == 303
    pages += [f"/organizers/applications/{number}" for number in applications]
    for path in pages:
        response = other.get(path)
        assert response.status_code < 500, path
        for needle in lives.NEEDLES:
            assert needle not in response.text, (path, needle)
        assert f"left-{user_id}@invalid" not in response.text, path


def test_every_public_door_still_answers_and_names_nobody(client: FlaskClient) -> None:
    app = client.application
    lives.live(client)
    assert send(client).status_code == 303
    visitor = another(app)
    with app.test_request_context():
        rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    assert len(rules) > 40
    for path in sorted(set(rules) - {"/healthz"}):  # it asks the machine, not the record
        with visitor.get(path) as response:
            assert response.status_code < 500, path
            for needle in (*lives.NEEDLES, "@invalid"):
                assert needle.encode() not in response.data, (path, needle)


def test_those_who_stay_work_on(client: FlaskClient) -> None:
    app = client.application
    lives.live(client)
    mate = another(app)
    sign_in(mate, "mate@elsewhere.example", name="Mate", city="gwangju")
    assert lives.NAME in mate.get("/cities/gwangju/people").text
    assert send(client).status_code == 303
    for path in ("/desk", "/cities/gwangju/people", "/cities/gwangju/edit", "/cities/gwangju/commitments/C4.1/record",
                 "/notifications", "/following", "/account"):  # fmt: skip
        response = mate.get(path)
        assert response.status_code == 200, path
        assert lives.NAME not in response.text


def test_the_last_mail_is_sent_however_often_it_is_refused(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application
    sign_in(client, "member@example.org")
    assert send(client).status_code == 303
    really_send, moment = outbox.send, clock.now()

    def refuse(*_given: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({"member@example.org": (450, b"later")})

    monkeypatch.setattr(outbox, "send", refuse)
    with app.app_context():
        outbox.deliver_due("file:", "http://localhost", tmp_path, "tests", lambda: moment)
        (waiting,) = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("last:"))).all()
        assert (waiting.attempts, waiting.recipient) == (1, "member@example.org")
    monkeypatch.setattr(outbox, "send", really_send)
    with app.app_context():
        outbox.deliver_due("file:", "http://localhost", tmp_path, "tests", lambda: moment + timedelta(hours=7))
        assert texts_with(("member@example.org",)) == []


def test_a_last_mail_that_cannot_be_delivered_is_forgotten_too(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "member@example.org")
    assert send(client).status_code == 303

    def refuse(*_given: Any) -> None:
        raise OSError("no way to member@example.org")

    monkeypatch.setattr(outbox, "send", refuse)
    with client.application.app_context():
        moment = clock.now()
        for number in range(outbox.MAX_ATTEMPTS):
            outbox.deliver_due("file:", "x://localhost", tmp_path, "t", lambda n=number: moment + timedelta(days=n + 1))
        assert texts_with(("member@example.org",)) == []


def test_a_mail_that_is_cancelled_while_it_is_sent_stops_nothing(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.live(client)

    def cancelled(*_given: Any) -> None:
        with transaction():
            outbox.forget_mail_to([lives.EMAIL, lives.NEW_EMAIL])
        raise OSError("refused")

    monkeypatch.setattr(outbox, "send", cancelled)
    with client.application.app_context():
        assert outbox.deliver_due("file:", "x://localhost", tmp_path, "tests", clock.now) == 0
        assert texts_with((lives.NEW_EMAIL,)) != []
        assert db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == lives.EMAIL)).all() == []


def test_a_namesake_and_an_address_like_hers_keep_theirs(client: FlaskClient) -> None:
    app = client.application
    lives.live(client)
    namesake = make_user(client, f"not-{lives.EMAIL}", name=lives.NAME)
    now = clock.now()
    with app.app_context(), transaction():
        db.session.add(OutgoingMail(key="n", recipient=f"not-{lives.EMAIL}", subject="S", text="T", headers={},
                                    created_at=now, next_at=now))  # fmt: skip
        record(PersonInvited(7, "organizer", None, None), by=None, now=now, about=namesake,
               personal={"email": f"not-{lives.EMAIL}", "name": lives.NAME})  # fmt: skip
    position = head(app)
    assert send(client).status_code == 303
    with app.app_context():
        kept = chain.LogPersonal
        content = db.session.scalars(select(kept.content).where(kept.position == position, kept.part == "values")).one()
        assert content == {"email": f"not-{lives.EMAIL}", "name": lives.NAME}
        assert db.session.get_one(User, namesake).name == lives.NAME
        mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.key == "n")).one()
        assert mail.recipient == f"not-{lives.EMAIL}"
        assert chain.verify().problems == []


def test_an_address_that_is_another_persons_now_is_hers_no_more(client: FlaskClient) -> None:
    lives.live(client)
    other = make_user(client, lives.OLD_EMAIL, name="Next")
    assert send(client).status_code == 303
    assert find_user(client.application, other).email == lives.OLD_EMAIL


def test_the_network_address_she_left_from_is_not_kept(client: FlaskClient) -> None:
    sign_in(client, "member@example.org")
    client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    assert send(client).status_code == 303
    with client.application.app_context():
        assert texts_with(("198.51.100.9",)) == []


def test_what_she_did_through_every_service_names_her_nowhere_afterwards(client: FlaskClient, tmp_path: Path) -> None:
    """As the rooms themselves write it, not as the tests do: names, addresses, before and after."""
    app = client.application
    other = another(app)
    boss_id = organizer(other)
    user_id = sign_in(client, lives.OLD_EMAIL, name="Zora Old", city="gwangju")
    needles = (*lives.NEEDLES, "Zora Old")
    with app.app_context():

        def act(work: Callable[[User, datetime], Any], by: int = user_id) -> Any:
            come_from(Origin("web POST /x", lives.ADDRESS if by == user_id else "198.51.100.1"))
            with transaction():
                return work(db.session.get_one(User, by), clock.now())

        city_id = act(lambda me, now: me.memberships[0].city_id)
        act(lambda me, now: service.rename(lives.NAME, by=me, now=now))
        act(lambda me, now: service.choose_time_zone("Asia/Seoul", by=me, now=now))
        act(lambda me, now: service.withhold_name(True, by=me, now=now))
        act(lambda me, now: service.ask_change(lives.EMAIL, by=me, language="en", now=now))
        token = act(lambda me, now: make_proof(me, lives.EMAIL, now))
        act(lambda me, now: service.use_proof(token, by=me, now=now))
        act(lambda me, now: invite(by=me, email="friend@elsewhere.example", role="contributor", city_id=city_id,
                                         language="en", now=now))  # fmt: skip
        act(lambda boss, now: invite(by=boss, email=lives.EMAIL, role="organizer", city_id=None, language="en",
                                     now=now), boss_id)  # fmt: skip
        act(lambda me, now: start_case(city_id=city_id, language="en", title="A draft", summary="S", by=me,
                                             now=now))  # fmt: skip
        act(lambda me, now: follow("city", "graz", by=me, now=now))
        act(
            lambda boss, now: service.suspend_person(user_id, reason=f"{lives.NAME} is away", by=boss, now=now), boss_id
        )
        act(lambda boss, now: service.restore_person(user_id, by=boss, now=now), boss_id)
        there = {place.split(":")[0] for place in texts_with(needles)}
        assert {"log_personal.content", "invitation.email", "user_account.name"} <= there
        act(lambda boss, now: leave(user_id, by=boss, language="en", now=now), boss_id)
    deliver(app, tmp_path)
    with app.app_context():
        assert texts_with(needles) == []
        assert chain.verify().problems == []
        assert db.session.scalars(select(CaseStudy).where(CaseStudy.title == "A draft")).one().created_by == user_id
