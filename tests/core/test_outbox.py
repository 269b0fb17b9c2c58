"""Mail waits in the record, goes out once, and is tried again when it was refused or cut off."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hub.core import outbox
from hub.core.db import db, transaction

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = "https://hub.example"


def queue(key: str, **values: Any) -> None:
    given = {"to": "a@example.org", "subject": "Two\n lines", "text": "Words", "html": "<p>Words</p>", "now": NOW}
    with transaction():
        outbox.queue_mail(key=key, **(given | values))


def deliver(folder: Path, moment: datetime = NOW, mail_url: str = "file:") -> int:
    return outbox.deliver_due(mail_url, BASE, folder, "worker-1", lambda: moment)


def mails(folder: Path) -> list[Any]:
    return [message_from_bytes(p.read_bytes(), policy=policy.default) for p in sorted((folder / "mail").glob("*.eml"))]


def row(key: str) -> outbox.OutgoingMail:
    db.session.rollback()
    return db.session.scalars(select(outbox.OutgoingMail).where(outbox.OutgoingMail.key == key)).one()


def test_a_mail_goes_out_once_and_is_then_forgotten(session: Any, tmp_path: Path) -> None:
    queue("digest:1", headers={"List-Unsubscribe": "<https://hub.example/u>"})
    queue("digest:1", text="Other words")
    assert deliver(tmp_path) == 1
    assert deliver(tmp_path, NOW + timedelta(days=2)) == 0
    (mail,) = mails(tmp_path)
    assert mail["To"] == "a@example.org"
    assert mail["Subject"] == "Two lines"
    assert mail["List-Unsubscribe"] == "<https://hub.example/u>"
    assert mail["Message-ID"].endswith("@hub.example>")
    assert mail.get_body(("plain",)).get_content() == "Words\n"
    sent = row("digest:1")
    assert sent.sent_at == NOW
    assert (sent.text, sent.html) == ("", "")


def test_a_mail_cut_off_while_sending_goes_again_with_the_same_id(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("invitation:1")
    really_send = outbox.send

    class Killed(BaseException):
        pass

    def die_after_sending(*arguments: Any) -> None:
        really_send(*arguments)
        raise Killed

    monkeypatch.setattr(outbox, "send", die_after_sending)
    with pytest.raises(Killed):
        deliver(tmp_path)
    monkeypatch.setattr(outbox, "send", really_send)
    assert deliver(tmp_path) == 0, "the lease of the dead worker still holds"
    assert deliver(tmp_path, NOW + outbox.LEASE + timedelta(seconds=1)) == 1
    assert len(mails(tmp_path)) == 1, "the same Message-ID, so the same file"


def test_a_refused_mail_waits_longer_each_time_and_is_given_up_at_last(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("x")

    def refuse(*_arguments: Any) -> None:
        raise smtplib.SMTPServerDisconnected("the server is asleep")

    monkeypatch.setattr(outbox, "send", refuse)
    moment, pauses = NOW, []
    for _ in range(outbox.MAX_ATTEMPTS):
        assert deliver(tmp_path, moment) == 0
        waiting = row("x")
        pauses.append(waiting.next_at - moment)
        moment = waiting.next_at
    assert pauses == sorted(pauses)
    assert pauses[-1] == outbox.LONGEST_PAUSE
    assert "asleep" in row("x").error
    assert row("x").given_up_at is not None
    assert [mail.key for mail in outbox.waiting_mail()] == ["x"]
    monkeypatch.undo()
    assert deliver(tmp_path, moment + timedelta(days=9)) == 0


def test_nothing_is_queued_by_a_transaction_that_fails(session: Any, tmp_path: Path) -> None:
    def fail_half_way() -> None:
        with transaction():
            outbox.queue_mail(key="y", to="a@example.org", subject="s", text="t", html="", now=NOW)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert deliver(tmp_path) == 0
