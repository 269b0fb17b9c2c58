"""One spelling of an address, and wishes about addresses that the worker answers."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail
from hub.people import jobs, letters, service
from hub.people.addresses import is_address, plain_address
from hub.people.models import AskedByAddress
from hub.worker import do_at_once, run, run_once, setting_of
from tests.people.accounts import PASSWORD, make_user, new_address, send_form
from tests.people.doors import answer, change, mails, newest_entries, send

SPELLINGS = [
    "Ana@Example.ORG",
    "  ana@example.org\n",
    "ＡＮＡ@ｅｘａｍｐｌｅ.org",
    "ana＠example.org",
    "ANA@EXAMPLE．ORG",
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_an_address_is_one(typed: str) -> None:
    assert plain_address(typed) == "ana@example.org"
    assert plain_address(plain_address(typed)) == plain_address(typed)
    assert is_address(plain_address(typed))


OTHER_LETTERS = ["ana@광주.kr", "ana@münchen.de", "añá@example.org", "ana@exаmple.org", "ana@example。org", "anı@a.org"]


@pytest.mark.parametrize("typed", OTHER_LETTERS)
def test_letters_outside_ascii_are_no_address(typed: str) -> None:
    assert not is_address(plain_address(typed))


def test_a_domain_of_other_letters_is_written_as_mail_servers_do() -> None:
    assert is_address(plain_address("ana@XN--mnchen-3ya.de"))


def test_someone_signs_in_however_she_spells_her_address(client: FlaskClient) -> None:
    make_user(client, "ana@example.org")
    for typed in SPELLINGS:
        new_address(client)
        browser = client.application.test_client()
        new_address(browser)
        assert send_form(browser, typed, PASSWORD).status_code == 303


def waiting(client: FlaskClient) -> int:
    with client.application.app_context():
        return db.session.scalar(select(func.count()).select_from(AskedByAddress)) or 0


def statements_of(client: FlaskClient, path: str, **data: Any) -> list[str]:
    """Send a form and return the statements it took, without their values."""
    page = client.get(path)
    fields = {"csrf_token": page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0], **data}
    if 'name="form_key"' in page.text:
        fields["form_key"] = page.text.split('name="form_key" value="')[1].split('"')[0]
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(re.sub(r"savepoint_\d+", "savepoint", statement))

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.post(path, data=fields).status_code in (200, 400)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen


@pytest.mark.parametrize(("path", "data"), [("/password/forgot", {}), ("/login", {"password": "wrong password here"})])
def test_the_record_is_asked_alike_about_every_address(client: FlaskClient, path: str, data: dict[str, str]) -> None:
    make_user(client, "known@example.org", city="gwangju")
    change(client, make_user(client, "closed@example.org"), is_active=False)
    change(client, make_user(client, "bare@example.org"), password_hash="")
    new_address(client)
    asked = [
        statements_of(client, path, email=f"{name}@example.org", **data)
        for name in ("known", "nobody", "closed", "bare")
    ]
    assert asked[0]
    assert asked[1:] == asked[:1] * 3


def test_the_worker_answers_in_turn_and_leaves_nothing(client: FlaskClient) -> None:
    user_id = make_user(client, "ana@example.org", language="es")
    for email in ("ANA@example.org", "nobody@example.org"):
        new_address(client)
        assert send(client, "/password/forgot", email=email).status_code == 200
    assert waiting(client) == 2
    assert not mails(client, "ana@example.org")
    assert answer(client) == 2
    assert waiting(client) == 0
    assert [mail.subject for mail in mails(client, "nobody@example.org")] == []
    assert "?lang=es" in mails(client, "ana@example.org")[0].text
    assert newest_entries(client) == [("PasswordResetAsked", {"user_id": user_id}, None)]
    with client.application.app_context():
        newest = select(LogEntry.door).order_by(LogEntry.position.desc()).limit(1)
        assert db.session.scalar(newest) == "worker answer asked"


def test_one_that_cannot_be_answered_holds_up_nobody(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(client, "ana@example.org")
    make_user(client, "bo@example.org")
    for email in ("ana@example.org", "bo@example.org"):
        new_address(client)
        send(client, "/password/forgot", email=email)
    real = letters.queue_reset

    def queue(user: Any, *rest: Any) -> None:
        if user.email.startswith("ana"):
            raise RuntimeError("the template is broken")
        real(user, *rest)

    monkeypatch.setattr(letters, "queue_reset", queue)
    assert answer(client) == 1
    assert waiting(client) == 1
    assert len(mails(client, "bo@example.org")) == 1
    monkeypatch.setattr(letters, "queue_reset", real)
    assert answer(client) == 1
    assert len(mails(client, "ana@example.org")) == 1


def test_a_work_that_fails_leaves_the_workers_round_whole(client: FlaskClient) -> None:
    def fails(_setting: object) -> int:
        raise RuntimeError("no")

    with client.application.app_context():
        setting = setting_of(client.application.config["HUB"], "a worker")
        assert do_at_once((fails, lambda _setting: 3), setting) == 3


def test_the_worker_sends_the_mail_in_the_round_in_which_it_was_asked_for(busy_app: Flask) -> None:
    make_user(busy_app.test_client(), "ana@example.org")
    with transaction():
        service.ask_by_address("reset", "ana@example.org", language="en", now=clock.now())
    run_once(busy_app.config["HUB"], shared={}, jobs={})
    sent = db.session.scalars(select(OutgoingMail)).all()
    assert [mail.recipient for mail in sent if mail.sent_at is not None] == ["ana@example.org"]


def test_the_main_loop_answers_too(busy_app: Flask) -> None:
    make_user(busy_app.test_client(), "ana@example.org")
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(stop, busy_app.config["HUB"], busy_app.app_context))
    worker.start()
    try:
        with transaction():
            service.ask_by_address("reset", "ana@example.org", language="en", now=clock.now())
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            db.session.rollback()
            if db.session.scalar(select(OutgoingMail.sent_at)) is not None:
                break
            time.sleep(0.1)
        else:
            pytest.fail("no mail went out within a minute")
    finally:
        stop.set()
        worker.join(60)
    assert waiting(busy_app.test_client()) == 0


def test_wishes_nobody_answered_are_forgotten_after_two_days(client: FlaskClient) -> None:
    start = clock.now()
    with client.application.app_context():
        for ago in (timedelta(days=3), timedelta(days=1)):
            with transaction():
                service.ask_by_address("reset", "a@example.org", language="en", now=start - ago)
        jobs.forget_ended(setting_of(client.application.config["HUB"], "a worker"))
    assert waiting(client) == 1
