"""Hearing nothing of one thing, though other things that one follows may reach it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cases.events import CaseRevised
from hub.cases.models import DRAFT, CaseStudy
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry, head_position
from hub.follows import service
from hub.follows.models import Mute
from hub.people.models import User
from tests.follows.acts import (
    city_id,
    follow,
    happen,
    press,
    publish,
    read_on,
    record_status,
    start_reader,
    token_of,
    told,
)
from tests.follows.between import answer, ask, stories
from tests.people.accounts import make_user, sign_in


@pytest.fixture
def reader_id(client: FlaskClient) -> int:
    """A person signed in, with the reader at the head of the log."""
    user_id = sign_in(client, "reader@example.org")
    with client.application.app_context():
        start_reader()
    return user_id


def test_what_is_muted_is_told_no_more_and_again_when_she_says_so(client: FlaskClient, reader_id: int) -> None:
    with client.application.app_context():
        follow(reader_id, ("city", "gwangju"), ("source", "a-source"))
        case_id = publish("a-fair", title="A fair")
        publish("a-street")
        record_status("gwangju", "C4.1")
        stories("a-source", "one")
        asker = make_user(client, "asker@example.org", city="utrecht")
        question_id = ask(case_id, by=asker, city="utrecht")
        follow(reader_id, ("question", str(question_id)))
        read_on()
        assert len(told(reader_id)) == 4
        head, place = head_position(), f"{city_id('gwangju')}:C4.1"
    muted = {"case": "a-fair", "status": place, "source": "a-source", "question": str(question_id)}
    for kind, key in muted.items():
        assert press(client, "/mute", kind=kind, id=key, next="/notifications").location == "/notifications"
        assert press(client, "/mute", kind=kind, id=key).status_code == 303
    with client.application.app_context():
        entries = db.session.scalars(select(LogEntry).where(LogEntry.position > head)).all()
        assert [each.kind for each in entries] == ["Muted"] * 4, "pressed twice, it is muted once"
        assert all(set(each.payload) == {"user_id"} and "changes" not in str(each.sealed) for each in entries)
        waiting = [row.subject_id for row in told(reader_id) if row.mailed_at is None]
        assert len(waiting) == 1, "what waits of them is not mailed; the rest is"
        happen(CaseRevised(case_id))
        record_status("gwangju", "C4.1")
        record_status("gwangju", "C4.2")
        stories("a-source", "two")
        answer(question_id, by=asker, is_by_city=False)
        read_on()
        assert [row.thing for row in told(reader_id)][4:] == [f"status:{place[:-1]}2"]
    page = client.get("/following").text
    assert 'href="/cases/a-fair"' in page
    assert page.count('action="/unmute"') == 4
    for kind, key in muted.items():
        press(client, "/unmute", kind=kind, id=key)
        press(client, "/unmute", kind=kind, id=key)
    assert 'id="muted"' not in client.get("/following").text
    with client.application.app_context():
        assert db.session.scalars(select(LogEntry.kind).order_by(LogEntry.position.desc()).limit(1)).one() == "Unmuted"
        happen(CaseRevised(case_id))
        read_on()
        assert told(reader_id)[-1].event == "CaseRevised"


def test_what_is_her_work_still_reaches_her(client: FlaskClient) -> None:
    own = sign_in(client, "own@example.org", city="gwangju")
    with client.application.app_context():
        start_reader()
        case_id = publish("a-fair")
    press(client, "/mute", kind="case", id="a-fair")
    with client.application.app_context():
        ask(case_id, by=make_user(client, "asker@example.org", city="utrecht"))
        read_on()
        assert [row.because["kind"] for row in told(own)] == ["office"]


def test_wrong_things_are_refused_and_gone_ones_keep_no_name(client: FlaskClient, reader_id: int) -> None:
    assert client.post("/mute", data={"kind": "city", "id": "gwangju"}).status_code == 400  # no token
    with client.application.app_context():
        case_id = publish("a-plan", title="Unspoken plan")
        publish("a-draft", state=DRAFT)
        hidden = ask(
            case_id, by=make_user(client, "asker@example.org", city="graz"), city="graz", is_between_cities=True
        )
        number = city_id("gwangju")
    wrong = [
        ("search", "x", 400), ("office", "gwangju", 400), ("", "", 400), ("case", "a-draft", 404), ("case", "-", 404),
        ("city", "\x00", 404), ("city", "x" * 200, 404), ("question", str(hidden), 404), ("question", "9" * 30, 404),
        ("status", "x", 404), ("status", f"{number}:", 404), ("status", f"{number}:C99", 404), ("status", ":C4.1", 404),
        ("status", f"0{number}:C4.1", 404), ("status", "2147483647:C4.1", 404), ("country", "kr", 404),
    ]  # fmt: skip
    token = token_of(client)
    for kind, key, status in wrong:
        sent = {"csrf_token": token, "kind": kind, "id": key}
        assert client.post("/mute", data=sent).status_code == status, (kind, key)
        assert client.post("/unmute", data=sent).status_code == 303
    assert press(client, "/mute", kind="case", id="a-plan", next="https://evil.example").location == "/desk"
    with client.application.app_context(), transaction():
        assert db.session.scalar(select(func.count()).select_from(Mute)) == 1
        case = db.session.get_one(CaseStudy, case_id)
        case.state, case.city_id = DRAFT, None
    page = client.get("/following").text
    assert "Unspoken" not in page
    assert page.count('action="/unmute"') == 1


def test_two_at_once_make_one(busy_app: Flask) -> None:
    client = busy_app.test_client()
    with busy_app.app_context():
        user_id = make_user(client, "reader@example.org")
    together, wrong = threading.Barrier(2), []

    def press_once() -> None:
        with busy_app.app_context():
            me = db.session.get_one(User, user_id)
            together.wait()
            try:
                with transaction():
                    service.mute("country", "KR", by=me, now=clock.now())
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=press_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with busy_app.app_context():
        assert wrong == []
        assert len(list(db.session.scalars(select(Mute).where(Mute.user_id == user_id)))) == 1


def test_five_hundred_are_the_most(client: FlaskClient, reader_id: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("hub.follows.service.muting.MOST_MUTES", 1)
    assert press(client, "/mute", kind="city", id="gwangju").status_code == 303
    assert press(client, "/mute", kind="city", id="graz").status_code == 400
