"""Who is told because it is her work, without following anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.commitments import service
from hub.commitments.models import StatusRecord
from hub.commitments.service import Finding
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.outbox import OutgoingMail
from hub.follows import queries
from hub.follows.letters import queue_digest
from hub.follows.queries import ReaderKey
from hub.follows.told import lines_of
from hub.people.models import Membership, User
from tests.commitments.factory import make_record
from tests.follows.acts import city_id, follow, read_on, record_status, start_reader, told
from tests.people.accounts import make_user, sign_in


@pytest.fixture(autouse=True)
def at_the_head(session: Any) -> None:
    start_reader()


def causes(user_id: int) -> list[tuple[str, str, str]]:
    return [(row.event, row.because["kind"], row.because["key"]) for row in told(user_id)]


def words(user_id: int) -> list[str]:
    user = db.session.get_one(User, user_id)
    return [line.news.text if line.news else "" for line in lines_of(told(user_id), user)]


def test_coordinators_hear_what_others_recorded_of_their_city(client: FlaskClient) -> None:
    own = make_user(client, "own@example.org", city="suva")
    writer = make_user(client, "writer@example.org", city="suva", role="contributor")
    follower = make_user(client, "follower@example.org", city="suva")
    late = make_user(client, "late@example.org", city="suva")
    organizer = make_user(client, "organizer@example.org", is_organizer=True)
    follow(follower, ("city", "suva"))
    with transaction():
        held = db.session.scalars(select(Membership).where(Membership.user_id == late)).one()
        held.since_at = clock.now() + timedelta(days=1)
    record_status("suva", "R1", by=own)
    record_status("suva", "R2", by=organizer)
    read_on()
    read_on()
    assert causes(own) == [("StatusRecorded", "office", "suva")], "not of what she recorded herself"
    assert causes(follower) == [("StatusRecorded", "city", "suva")] * 2, "told once, as a follower"
    assert [causes(each) for each in (writer, late, organizer)] == [[], [], []]


def test_a_check_is_told_to_organizers_to_the_peer_asked_and_to_the_city(client: FlaskClient) -> None:
    suva, graz = make_user(client, "suva@example.org", city="suva"), make_user(client, "graz@example.org", city="graz")
    organizer = make_user(client, "organizer@example.org", is_organizer=True)
    resting = make_user(client, "resting@example.org", is_organizer=True)
    db.session.get_one(User, resting).is_active = False
    made = make_record(db.session, "suva", "R1", "operating", "2020", url="https://example.org/one")
    now = clock.now()
    with transaction():
        by, code = db.session.get_one(User, suva), "R1"
        request = service.ask_for_check(by=by, city_id=made.city_id, item_code=code, note="", now=now)
        request_id, version = request.id, request.version
    with transaction():
        peer = city_id("graz")
        service.ask_peer(by=_user(organizer), request_id=request_id, city_id=peer, seen=version, now=now)
    with transaction():
        found = Finding("peer", "refused", "It says something else.", "none")
        assert service.decide_check(by=_user(graz), request_id=request_id, found=found, now=now)
    with transaction():
        service.appeal(by=_user(suva), request_id=request_id, reason="Read on.", now=now)
    read_on()
    assert causes(organizer) == [("CheckRequested", "organizers", "")] * 2
    assert causes(graz) == [("PeerAsked", "office", "graz")]
    assert causes(suva) == [("StatusRefused", "office", "suva")]
    assert causes(resting) == []
    label = words(graz)[0].removeprefix("An organizer asks your city to check ").removesuffix(" of Suva")
    assert label.startswith("R1 ")
    with transaction():
        reader = queries.find_reader(ReaderKey(suva, None))
        assert reader is not None
        assert queue_digest(reader, queries.list_waiting(reader.key), ("en",), now)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == "suva@example.org")).one()
    assert mail.subject == "1 thing new for your work"
    assert "or because they are your work here" in mail.text
    assert words(suva) == [f"Checked and not confirmed: {label} of Suva"]
    assert words(organizer) == [f"Suva asks for a check: {label}", f"Suva appeals against a refusal: {label}"]


def test_the_page_says_why_one_is_told(app: Flask, client: FlaskClient) -> None:
    db.session.remove()
    with app.app_context():
        user_id = sign_in(client, "both@example.org", city="suva", is_organizer=True)
        other = make_user(client, "other@example.org", is_organizer=True)
        record_status("suva", "R1", by=other)
        made = make_record(db.session, "graz", "R1", "operating", "2020", url="https://example.org/one")
        peer = make_user(client, "graz@example.org", city="graz")
        with transaction():
            service.ask_for_check(
                by=_user(peer), city_id=made.city_id, item_code="R1", note="", now=clock.now()
            )  # fmt: skip
        read_on()
        assert {row.because["kind"] for row in told(user_id)} == {"office", "organizers"}
        assert db.session.scalars(select(StatusRecord.id)).first()
    page = client.get("/notifications").text
    assert "because you are an organizer" in page
    assert 'because you coordinate <a href="/cities/suva/commitments"' in page
    assert 'href="/checks/' in page
    assert "asks for a check" in client.get("/desk").text


def _user(user_id: int) -> User:
    return db.session.get_one(User, user_id)
