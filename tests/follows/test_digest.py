"""Mail about all that is new, in the reader's language and at her hour: never twice, never lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, update

from hub.cases.models import DRAFT, CaseStudy
from hub.cli.follows import digests
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.outbox import OutgoingMail, deliver_due
from hub.follows import letters, service, tokens
from hub.follows.jobs import JOBS
from hub.follows.models import DAILY, NEVER, Follow, MailChoice, Notification
from hub.follows.topics import TOPICS
from hub.people.models import User
from tests.follows.acts import city_id, publish, read_on, record_status, start_reader, told
from tests.follows.mailing import EVENING, MORNING, mails, reader, send

USES = pytest.mark.usefixtures("at_the_head")


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    """The clock on an evening."""
    with clock.frozen_at(EVENING):
        yield


@pytest.fixture
def at_the_head(evening: None, session: Any) -> None:
    """The reader at the head of the log."""
    start_reader()


@USES
def test_all_that_is_new_comes_in_one_mail_with_its_links(client: FlaskClient) -> None:
    user_id = reader(client)
    publish("one", title="Case & one")
    publish("two", city="utrecht", title="Case two")
    record_status("gwangju", "C4.1", is_demo=True)
    read_on()
    assert send() == 1
    (mail,) = mails()
    assert mail.recipient == "reader@example.org"
    assert mail.subject == "3 things new in what you follow"
    assert mail.key == f"digest:{user_id}:{max(row.id for row in told(user_id))}"
    assert "- Gwangju published “Case & one”\n  http://localhost/cases/one" in mail.text
    assert "- Utrecht published “Case two”\n  http://localhost/cases/two" in mail.text
    assert re.search(
        r"- On record of Gwangju: C4\.1 .+ \(Demo\)\n  http://localhost/cities/gwangju/commitments#", mail.text
    )
    assert mail.text.index("\nGwangju\n") < mail.text.index("Case & one")
    assert "\n\n\n\n" not in mail.text
    assert (
        '<a href="http://localhost/cases/one" lang="en" style="color:#a32d1b" dir="auto">Case &amp; one</a>'
        in mail.html
    )
    assert "http://localhost/following" in mail.text
    assert all(row.mailed_at == MORNING for row in told(user_id))
    assert db.session.scalars(select(MailChoice).where(MailChoice.user_id == user_id)).one().last_digest_at == MORNING


@USES
def test_it_is_in_the_language_of_its_reader(client: FlaskClient) -> None:
    for language in ("en", "ko", "fr", None, "xx"):
        reader(client, f"reader-{language}", language=language)
    record_status("gwangju", "C4.1")
    read_on()
    assert send() == 5
    for mail in mails():
        language = mail.recipient.partition("@")[0].removeprefix("reader-")
        spoken = language if language in ("ko", "fr") else "en"
        assert f'<html lang="{spoken}">' in mail.html
        assert ("광주" in mail.text) == (spoken == "ko")


@USES
def test_it_waits_for_seven_in_the_morning(client: FlaskClient) -> None:
    reader(client)
    publish("one")
    read_on()
    assert send(EVENING + timedelta(hours=10, minutes=59)) == 0
    assert send(MORNING + timedelta(hours=3)) == 1
    with clock.frozen_at(MORNING + timedelta(hours=4)):
        publish("two")
        read_on()
    assert send(MORNING + timedelta(hours=20)) == 0  # the next seven o'clock is tomorrow's
    assert send(MORNING + timedelta(days=1)) == 1
    assert [mail.subject for mail in mails()] == ["1 thing new in what you follow"] * 2


@USES
def test_run_twice_it_mails_once(client: FlaskClient) -> None:
    reader(client)
    publish("one")
    read_on()
    assert [send(), send(), send(MORNING + timedelta(days=3))] == [1, 0, 0]
    assert len(mails()) == 1


@USES
@pytest.mark.parametrize("place", ["queue_digest", "note_digest"])
def test_cut_off_between_nothing_doubles_and_nothing_is_lost(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    first, second = reader(client, "a"), reader(client, "b")
    publish("one")
    read_on()
    module: Any = letters if place == "queue_digest" else service
    whole, calls = getattr(module, place), []

    def cut_off(*given: Any, **named: Any) -> Any:
        result = whole(*given, **named)
        calls.append(result)
        if len(calls) == 1:
            raise RuntimeError("the power went")
        return result

    monkeypatch.setattr(module, place, cut_off)
    with pytest.raises(RuntimeError):
        send()
    assert len(mails()) == 1  # one person's trouble is not the other's
    assert [row.mailed_at for row in told(first)] == [None]
    monkeypatch.undo()
    assert send() == 1
    assert {mail.key.split(":")[1] for mail in mails()} == {str(first), str(second)}
    assert len(mails()) == 2


@USES
def test_not_for_the_suspended_nor_for_who_wants_none_and_nothing_floods_later(client: FlaskClient) -> None:
    suspended, unwilling = reader(client, "a"), reader(client, "b")
    publish("one")
    read_on()
    with transaction():
        db.session.execute(update(User).where(User.id == suspended).values(is_active=False))
    with transaction():
        service.choose_mail(unwilling, dict.fromkeys(TOPICS, NEVER), EVENING)
    publish("two")
    read_on()
    assert send() == 0
    with transaction():
        service.choose_mail(unwilling, dict.fromkeys(TOPICS, DAILY), MORNING)
    assert all(row.mailed_at is not None for row in told(unwilling))
    assert send(MORNING + timedelta(days=1)) == 0
    with clock.frozen_at(MORNING + timedelta(days=1)):
        publish("three")
        read_on()
    assert send(MORNING + timedelta(days=2)) == 1
    assert mails()[0].subject == "1 thing new in what you follow"


@USES
def test_none_goes_to_an_address_that_nobody_confirmed(client: FlaskClient) -> None:
    user_id = reader(client)
    publish("one")
    read_on()
    with transaction():
        db.session.execute(update(User).where(User.id == user_id).values(confirmed_at=None))
    assert send() == 0
    with transaction():
        db.session.execute(update(User).where(User.id == user_id).values(confirmed_at=EVENING))
    assert send() == 1


@USES
def test_what_is_no_longer_public_is_left_out(client: FlaskClient) -> None:
    user_id = reader(client)
    publish("one", title="Unspoken plan")
    publish("two", title="A plan")
    read_on()
    with transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "one").values(state=DRAFT))
    assert send() == 1
    assert "Unspoken" not in mails()[0].text + mails()[0].html
    assert mails()[0].subject == "1 thing new in what you follow"
    assert all(row.mailed_at for row in told(user_id))


@USES
def test_an_empty_one_is_not_sent(client: FlaskClient) -> None:
    user_id = reader(client)
    publish("one")
    read_on()
    with transaction():
        db.session.execute(update(CaseStudy).where(CaseStudy.slug == "one").values(state=DRAFT))
    assert send() == 0
    assert mails() == []
    assert [row.mailed_at for row in told(user_id)] == [MORNING]


@USES
def test_at_most_fifty_lines_and_the_number_of_the_rest(client: FlaskClient) -> None:
    reader(client)
    for number in range(53):
        publish(f"case-{number}")
    read_on()
    assert send() == 1
    (mail,) = mails()
    assert mail.subject == "53 things new in what you follow"
    assert mail.text.count("\n- ") == 50
    assert "And 3 more: http://localhost/notifications" in mail.text
    assert "case-52" in mail.text
    assert "/cases/case-1\n" not in mail.text


@USES
def test_one_query_more_for_one_line_more_it_is_not(client: FlaskClient) -> None:
    def statements(cases: int) -> int:
        user_id = reader(client, f"reader-{cases}")
        for number in range(cases):
            publish(f"case-{cases}-{number}")
        read_on()
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        bind = db.session.get_bind()
        event.listen(bind, "before_cursor_execute", note)
        try:
            assert send() >= 1
        finally:
            event.remove(bind, "before_cursor_execute", note)
        with transaction():
            db.session.execute(update(User).where(User.id == user_id).values(is_active=False))
        return len(seen)

    assert statements(20) == statements(3)


@USES
def test_by_hand_whatever_the_hour(client: FlaskClient) -> None:
    reader(client)
    publish("one")
    read_on()
    db.session.rollback()  # ends the savepoint that what the command does would stand in
    result = CliRunner().invoke(digests, ["send"], obj=lambda: client.application)
    assert result.exit_code == 0, result.output
    assert "Digests queued: 1." in result.output
    assert len(mails()) == 1
    assert {"digest", "leave out of mail", "forget notifications", "forget refusing addresses"} <= set(JOBS)


@USES
def test_the_mail_says_to_programs_how_to_stop_it(client: FlaskClient, tmp_path: Path) -> None:
    user_id = reader(client)
    publish("one")
    read_on()
    send()
    with transaction():
        db.session.execute(delete(OutgoingMail).where(OutgoingMail.key.not_like("digest:%")))
    assert deliver_due("file:", "http://localhost", tmp_path, "tests", lambda: MORNING) == 1
    (written,) = (tmp_path / "mail").glob("*.eml")
    head = written.read_bytes().partition(b"\n\n")[0].decode()  # as it goes out: programs decode nothing here
    assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in head + "\n"
    address = re.search(r"^List-Unsubscribe: <http://localhost(/unsubscribe/\S+)>$", head, re.M)
    assert address
    assert tokens.read_unsubscribe_token(address[1].removeprefix("/unsubscribe/")) == (user_id, None)


def test_two_workers_at_once_queue_one_mail(committing_app: Flask) -> None:
    """Not inside one savepoint: each worker has a connection of its own."""
    made = (Notification, MailChoice, Follow)
    with committing_app.app_context():
        user_id = reader(committing_app.test_client(), "two-workers")
        with transaction():
            told_of = {"event": "CityAdmitted", "subject_id": city_id("gwangju"), "created_at": EVENING,
                       "topic": "news", "thing": "city:1"}  # fmt: skip
            because = {"kind": "city", "key": "gwangju"}
            db.session.add_all(
                Notification(user_id=user_id, position=2_000_000 + number, because=because, **told_of)
                for number in range(3)
            )
    start, queued = threading.Barrier(4), []

    def work() -> None:
        with committing_app.app_context():
            start.wait(20)
            queued.append(send())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with committing_app.app_context():
        found = [mail.subject for mail in mails() if mail.recipient == "two-workers@example.org"]
        with transaction():  # what is committed here outlives the test
            for model in made:
                db.session.execute(delete(model).where(model.user_id == user_id))
            db.session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == "two-workers@example.org"))
            db.session.execute(delete(User).where(User.id == user_id))
    assert (sum(queued), len(queued), found) == (
        1, 4, ["1 thing new in what you follow"],
    )  # fmt: skip
