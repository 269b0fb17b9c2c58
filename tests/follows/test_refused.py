"""Addresses that refuse mail: paused and shown, tried again on wish, and nothing that was told is lost."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock, outbox
from hub.core.db import db, transaction
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail, deliver_due
from hub.follows import queries, service
from hub.follows.jobs import forget_refusing
from hub.follows.models import Subscriber
from tests.follows.acts import publish, read_on, start_reader, told
from tests.follows.mailing import EVENING, MORNING, mails, reader, send, setting, subscriber, told_subscriber
from tests.people.accounts import sign_in

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def evening(session: Any) -> Iterator[None]:
    """The clock on an evening, the reader of the log at its head."""
    with clock.frozen_at(EVENING):
        start_reader()
        yield


def refuse(monkeypatch: pytest.MonkeyPatch, **errors: Exception) -> None:
    """Let a mail server say so of the address that each name begins."""

    def say(message: Any, *_more: Any) -> None:
        error = errors.get(message["To"].partition("@")[0])
        if error is not None:
            raise error

    monkeypatch.setattr(outbox, "send", say)


def refused(code: int, words: bytes) -> Exception:
    return smtplib.SMTPRecipientsRefused({"someone@example.org": (code, words)})


def deliver(moment: Any = MORNING) -> int:
    return deliver_due("smtp://localhost", "http://localhost", Path("."), "tests", lambda: moment)


def paused() -> dict[str, str]:
    db.session.rollback()
    return {each.address.partition("@")[0]: each.why for each in queries.paused_readers(10)}


def wait_out() -> Any:
    """Try what waits until it is given up; returns the moment of the last attempt."""
    moment = MORNING
    for _ in range(outbox.MAX_ATTEMPTS):
        deliver(moment)
        db.session.rollback()
        moment = (
            db.session.scalars(select(OutgoingMail.next_at).order_by(OutgoingMail.next_at.desc())).first() or moment
        )
    return moment


def test_an_address_that_refuses_for_good_is_paused_and_the_news_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id, number, well = reader(client), subscriber(), reader(client, "well")
    publish("one")
    read_on()
    refuse(monkeypatch, reader=refused(550, b"5.1.1 No such\n mailbox \xff"), guest=refused(553, b"never heard of"))
    assert send() == 3
    assert deliver() == 1
    assert send(MORNING + MINUTE) == 0
    assert paused() == {"reader": "550 5.1.1 No such mailbox \ufffd", "guest": "553 never heard of"}
    assert [mail.recipient for mail in mails()] == ["well@example.org"]
    entries = db.session.scalars(select(LogEntry).where(LogEntry.kind == "MailPaused").order_by(LogEntry.position))
    assert sorted((each.payload for each in entries), key=str) == [
        {"user_id": user_id, "subscriber_id": None}, {"user_id": None, "subscriber_id": number},
    ]  # fmt: skip
    publish("two")
    read_on()
    assert send(MORNING + DAY) == 1  # nothing more is queued for who is paused
    refuse(monkeypatch)
    with transaction():
        service.resume_mail(user_id=user_id, now=MORNING)
        service.resume_mail(user_id=well, now=MORNING)  # not paused: nothing happens
    assert send(MORNING + 2 * DAY) == 1
    assert mails()[-1].recipient == "reader@example.org"
    assert "/cases/one" in mails()[-1].text
    assert "/cases/two" in mails()[-1].text
    assert send(MORNING + 3 * DAY) == 0


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (refused(450, b"later"), "450 later"),
        (refused(550, b"5.7.1 we do not like your network"), "550 5.7.1 we do not like your network"),
        (smtplib.SMTPDataError(552, b"too much"), "552 too much"),
        (ConnectionRefusedError("nobody is there"), ""),
        (smtplib.SMTPSenderRefused(550, b"who are you", "hub@localhost"), ""),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), ""),
    ],
)
def test_what_may_pass_is_tried_for_long_first(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    user_id = reader(client)
    publish("one")
    read_on()
    refuse(monkeypatch, reader=error)
    assert send() == 1
    deliver()
    assert send(MORNING + MINUTE) == 0
    assert paused() == {}
    last = wait_out()
    queued = send(last)
    assert paused() == ({"reader": why} if why else {})
    assert queued == (0 if why else 1)  # the server's own trouble is no matter of the address: the news go again
    assert len(mails()) == queued
    assert [row.mailed_at for row in told(user_id)] == [last if queued else None]


def test_other_mail_to_a_refusing_address_is_given_up_and_stays_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, guest=refused(550, b"No such mailbox"))
    with transaction():
        outbox.queue_mail(key="invitation:1", to="guest@example.org", subject="s", text="t", html="", now=MORNING)
    assert deliver() == 0
    (mail,) = outbox.waiting_mail()
    assert (mail.attempts, mail.given_up_at, mail.error) == (1, MORNING, "SMTPRecipientsRefused: 550 No such mailbox")
    assert send(MORNING + MINUTE) == 0
    assert len(outbox.waiting_mail()) == 1


def test_a_subscriber_who_refuses_for_thirty_days_is_forgotten(client: FlaskClient) -> None:
    member, number, fresh = reader(client), subscriber(), subscriber(name="fresh")
    publish("one")
    read_on()
    with transaction():
        service.pause_mail(queries.ReaderKey(member, None), "550 no", MORNING)
        service.pause_mail(queries.ReaderKey(None, number), "550 no", MORNING)
        service.pause_mail(queries.ReaderKey(None, fresh), "550 no", MORNING + DAY)
    assert forget_refusing(setting(MORNING + 30 * DAY - MINUTE)) == 0
    assert forget_refusing(setting(MORNING + 30 * DAY)) == 1
    assert list(db.session.scalars(select(Subscriber.id))) == [fresh]
    assert told_subscriber(number) == []
    assert len(told(member)) == len(told_subscriber(fresh)) == 1
    db.session.rollback()
    entry = db.session.scalars(select(LogEntry).order_by(LogEntry.position.desc())).first()
    assert entry is not None
    assert (entry.kind, entry.payload) == ("SubscriptionsForgotten", {"number": 1})


def test_who_is_gone_meanwhile_holds_nothing_up(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    number = subscriber()
    publish("one")
    read_on()
    assert send() == 1
    with transaction():
        service.drop_subscriber(number)
    refuse(monkeypatch, guest=refused(550, b"no"))
    deliver()
    assert send(MORNING + MINUTE) == 0
    assert mails() == []
    assert paused() == {}


def test_organizers_see_whose_mail_is_paused(client: FlaskClient) -> None:
    sign_in(client, "boss@example.org", is_organizer=True)
    assert "No reader" in client.get("/organizers/system").text
    number = subscriber()
    with transaction():
        service.pause_mail(queries.ReaderKey(None, number), "550 <i>no</i>", MORNING)
    page = client.get("/organizers/system").text
    assert "Mail to 1 reader is paused" in page
    assert "guest@example.org" in page
    assert "550 &lt;i&gt;no&lt;/i&gt;" in page
