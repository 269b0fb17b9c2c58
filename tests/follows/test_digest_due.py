"""How often mail comes, by topic and at each reader's own hour; one line a thing; a queue that does not run over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from hub.cases.events import CaseRevised
from hub.core import clock
from hub.core.db import db, transaction
from hub.core.outbox import OutgoingMail
from hub.follows import jobs, service
from hub.follows.jobs import leave_out
from hub.follows.models import AT_ONCE, DAILY, NEVER, WEEKLY, MailChoice, Notification
from hub.follows.tokens import read_manage_token, read_stop_token, read_unsubscribe_token
from hub.people.models import User
from tests.follows.acts import follow, happen, publish, read_on, record_status, start_reader, told
from tests.follows.mailing import EVENING, MORNING, mails, reader, send, setting, subscriber, told_subscriber

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
MONDAY = MORNING + 2 * DAY


@pytest.fixture(autouse=True)
def evening(session: Any) -> Iterator[None]:
    """The clock on an evening, the reader of the log at its head."""
    with clock.frozen_at(EVENING):
        start_reader()
        yield


def choose(user_id: int, **frequencies: str) -> None:
    with transaction():
        service.choose_mail(user_id, frequencies, clock.now())


def choice_of(user_id: int) -> MailChoice:
    db.session.rollback()
    return db.session.scalars(select(MailChoice).where(MailChoice.user_id == user_id)).one()


def sent_out() -> None:
    """Let what is queued count as sent."""
    with transaction():
        db.session.execute(update(OutgoingMail).values(sent_at=clock.now()))


def test_each_topic_comes_as_often_as_its_reader_wants(client: FlaskClient) -> None:
    user_id = reader(client)
    choose(user_id, cases=AT_ONCE, commitments=WEEKLY, news=NEVER)
    publish("one")
    record_status("gwangju", "C4.1")
    read_on()
    assert send(EVENING + 4 * MINUTE) == 0  # gathered for a while
    with clock.frozen_at(EVENING + 4 * MINUTE):
        publish("two")
        read_on()
    assert send(EVENING + 5 * MINUTE) == 1
    assert "/cases/one" in mails()[0].text
    assert "/cases/two" in mails()[0].text
    assert "/commitments" not in mails()[0].text
    assert choice_of(user_id).daily_on is None
    sent_out()
    assert send(MORNING) == send(MONDAY - MINUTE) == 0
    assert send(MONDAY) == 1
    assert "/cities/gwangju/commitments" in mails()[1].text
    assert choice_of(user_id).weekly_on == MONDAY.date()


def test_all_that_is_due_at_once_is_one_mail(client: FlaskClient) -> None:
    user_id = reader(client)
    choose(user_id, cases=WEEKLY)
    publish("one")
    record_status("gwangju", "C4.1")
    read_on()
    assert send(MONDAY) == 1
    assert mails()[0].subject == "2 things new in what you follow"
    choice = choice_of(user_id)
    assert (choice.daily_on, choice.weekly_on) == (MONDAY.date(), MONDAY.date())
    assert send(MONDAY + MINUTE) == 0


def test_it_comes_at_seven_where_its_reader_is(client: FlaskClient) -> None:
    with clock.frozen_at(EVENING - 20 * HOUR):  # midnight in UTC
        own = reader(client, "own", city="gwangju")
        reader(client, "of-city", city="gwangju", role="contributor")
        subscriber(zone="Pacific/Auckland")
        with transaction():
            db.session.execute(update(User).where(User.id == own).values(time_zone="America/Bogota"))
        publish("one")
        read_on()
    mornings = {"own": EVENING - 8 * HOUR, "guest": EVENING - 2 * HOUR, "of-city": EVENING + 2 * HOUR}
    for number, (name, morning) in enumerate(mornings.items()):
        assert [send(morning - MINUTE), send(morning)] == [0, 1], name
        assert mails()[number].recipient == f"{name}@example.org"


def test_who_has_no_account_gets_her_own_mail_and_can_stop_it(client: FlaskClient) -> None:
    number = subscriber(("city", "gwangju"), ("principle", "GP8"), language="ko")
    other = subscriber(name="other", cases=NEVER)
    publish("one", title="Case & one")
    read_on()
    assert send() == 1
    (mail,) = mails()
    assert mail.recipient == "guest@example.org"
    assert mail.key == f"digest:s{number}:{told_subscriber(number)[0].id}"
    assert '<html lang="ko">' in mail.html
    assert "/notifications" not in mail.text + mail.html
    assert "http://localhost/cases/one" in mail.text
    managed = re.search(r"http://localhost/follow/mail/(\S+)", mail.text)
    assert managed
    assert read_manage_token(managed[1]) == number
    stops: list[str] = re.findall(r"http://localhost/unsubscribe/(\S+)", mail.text)
    assert read_stop_token(stops[0]) == ((None, number), "city", "gwangju")
    assert read_unsubscribe_token(stops[-1]) == (None, number)
    assert mail.headers["List-Unsubscribe"] == f"<http://localhost/unsubscribe/{stops[-1]}>"
    assert all(stop in mail.html for stop in stops)
    leave_out(setting(MORNING))
    assert all(row.mailed_at for row in told_subscriber(other))


def test_several_events_of_one_thing_are_one_line(client: FlaskClient) -> None:
    user_id = reader(client)
    follow(user_id, ("case", "one"))
    case_id = publish("one", title="A fair")
    for _ in range(3):
        happen(CaseRevised(case_id))
    publish("two")
    read_on()
    assert len(told(user_id)) == 5
    assert send() == 1
    (mail,) = mails()
    assert mail.subject == "2 things new in what you follow"
    assert mail.text.count("\n- ") == 2
    assert mail.text.count("was revised") == 1
    assert "- “A fair” was revised\n  Gwangju published “A fair”\n  http://localhost/cases/one\n" in mail.text
    assert mail.html.count("<li") == 2


def test_what_was_seen_or_read_here_is_left_out(client: FlaskClient) -> None:
    user_id = reader(client)
    for number, column in enumerate((Notification.seen_at, Notification.read_at, None)):
        publish(f"case-{number}")
        read_on()
        if column is not None:
            with transaction():
                newest = select(func.max(Notification.id)).where(Notification.user_id == user_id).scalar_subquery()
                db.session.execute(update(Notification).where(Notification.id == newest).values({column: EVENING}))
    assert send() == 1
    assert re.findall(r"/cases/(\S+)", mails()[0].text) == ["case-2"]
    with transaction():
        db.session.execute(update(Notification).values(mailed_at=None, seen_at=EVENING))
    assert send(MORNING + 3 * DAY) == 0
    leave_out(setting(MORNING + 3 * DAY))
    assert {row.mailed_at for row in told(user_id)} == {MORNING + 3 * DAY}


def test_a_flood_is_one_mail_each_and_the_queue_does_not_run_over(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_QUEUED", 3)
    monkeypatch.setattr(jobs, "BATCH", 2)
    for number in range(5):
        often = {"cases": AT_ONCE} if number == 4 else {}
        subscriber(("city", "gwangju"), ("principle", "GP8"), name=f"guest{number}", **often)
    for number in range(12):
        publish(f"case-{number}")
    read_on()
    rounds = []
    for number in range(4):
        rounds.append(send(MORNING + number * MINUTE))
        if number:
            sent_out()
    assert rounds == [3, 0, 2, 0]
    assert mails()[0].recipient == "guest4@example.org", "who wants mail at once does not wait for all the others"
    assert len(mails()) == len({mail.recipient for mail in mails()}) == 5
    for mail in mails():
        assert mail.subject == "12 things new in what you follow"
        assert mail.text.count("\n- ") == 12


def test_suspended_meanwhile_or_gone_nobody_is_mailed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id, number = reader(client), subscriber()
    publish("one")
    read_on()
    really_hold = service.hold_reader

    def change_first(key: Any) -> bool:
        if key.user_id is None:
            service.drop_subscriber(number)
        else:
            db.session.execute(update(User).where(User.id == user_id).values(is_active=False))
        return really_hold(key)

    monkeypatch.setattr(service, "hold_reader", change_first)
    assert send() == 0
    assert mails() == []
    assert told_subscriber(number) == []


def test_daily_is_what_nobody_chose(client: FlaskClient) -> None:
    user_id = reader(client)
    choose(user_id, cases=WEEKLY)
    choose(user_id, cases=DAILY)
    publish("one")
    read_on()
    assert [send(MORNING - MINUTE), send(MORNING)] == [0, 1]
    assert choice_of(user_id).daily_on == MORNING.date()
