"""The clock runs forty days ahead and is put right: what ended has ended, and nothing waits for the forty days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count, pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hub.core.db import db, transaction
from hub.core.jobs import JobState
from hub.core.log import LogEntry
from hub.core.outbox import OutgoingMail, queue_mail
from hub.core.readers import LogReader
from hub.feeds.models import FeedSource
from hub.feeds.queries import list_due
from hub.people.models import User
from hub.people.service import begin_sign_in
from tests.cli.test_killed import CITIES, cookies_of_coordinators, follow_all, look_for
from tests.conftest import FULL
from tests.drills.house import House, house, wait_until, wait_until_settled
from tests.drills.load import Heard, Load
from tests.hands import Hands, forms_in
from tests.nodes import inside

ROUNDS = 5 if FULL else 1
DAYS = 40
GUEST = "guest@example.org"
MEMBER = "gwangju@example.org"


@pytest.fixture
def shifted_house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house whose clock can be set."""
    yield from house(tmp_path_factory.mktemp("house"), request)


def link_to(house: House, address: str, path: str) -> str:
    """Wait for the mail to an address and return the link in it that leads to a part of the hub."""
    found: list[str] = []

    def has_come() -> bool:
        for file in (house.folder / "var" / "mail").glob("*.eml"):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            text = mail.get_body(("plain",))
            if mail["To"] == address and text is not None:
                found.extend(re.findall(rf"https?://[^/]+({path}\S+)", text.get_content()))
        return bool(found)

    wait_until(has_come, f"a mail to {address} with {path}")
    return found[-1]


def leads_on(hands: Hands, path: str) -> bool:
    """Tell whether a mailed link still offers its form."""
    answer = hands.get(path)
    assert answer.status_code in (200, 404, 410), answer.status_code
    return any(form.action.startswith(path) or not form.action for form in forms_in(answer.text))


def signed_in(hands: Hands) -> bool:
    """Tell whether a browser is signed in."""
    return hands.get("/desk", allow_redirects=False).status_code == 200


def cookies_at(app: Flask, moment: datetime) -> dict[str, str]:
    """Sign the writers in again, as by a clock that shows this moment."""
    cookies = {}
    for city in CITIES:
        client = app.test_client()
        with app.app_context(), transaction():
            writer = db.session.scalars(select(User).where(User.email == f"writer-{city}@example.org")).one()
            token = begin_sign_in(writer, is_remembered=False, now=moment)
        with client.session_transaction() as session:
            session.update(_user_id=token, _fresh=False)
        cookie = client.get_cookie("session", domain="localhost")
        assert cookie
        cookies[city] = cookie.value
    return cookies


def leave_things_held(house: House) -> None:
    """Leave everything as a worker does that is killed while the clock runs ahead."""
    ahead = datetime.now(UTC) + timedelta(days=DAYS)
    held = {"lease_owner": "gone", "lease_until": ahead + timedelta(seconds=15)}
    with inside(house.app):
        with transaction():
            db.session.execute(update(LogReader).values(held))
            db.session.execute(update(JobState).values(held | {"next_at": ahead + timedelta(seconds=30)}))
            source = db.session.scalars(select(FeedSource).limit(1)).one()
            source.address, source.next_check_at = "http://127.0.0.1:9/feed", ahead  # no public address
            source.lease_owner, source.lease_until = "gone", ahead + timedelta(seconds=15)
            key = f"ahead-{ahead.timestamp()}"
            queue_mail(key=key, to=GUEST, subject="Later", text="Later.", html="", now=ahead)
            db.session.flush()
            db.session.execute(update(OutgoingMail).where(OutgoingMail.key == key).values(held))
        assert not list_due(ahead - timedelta(hours=1))
        assert list_due(datetime.now(UTC)), "a source waits for the forty days"


def goes_on(house: House) -> None:
    """Wait until nothing waits for the forty days any more."""
    soon = timedelta(days=DAYS - 1)

    def is_right() -> bool:
        now = datetime.now(UTC)
        with inside(house.app):
            late = [
                db.session.scalar(select(func.count()).where(column > now + soon))
                for column in (JobState.next_at, JobState.lease_until, LogReader.lease_until, FeedSource.next_check_at)
            ]
            return not any(late)

    wait_until(is_right, "jobs, readers and sources are due by the right clock again")


def look_at_order() -> None:
    """The log keeps the order in which things happened, whatever the clock said; nothing of what was said is gone."""
    query = select(LogEntry.recorded_at).order_by(LogEntry.position)
    moments = list(db.session.scalars(query.where(LogEntry.kind == "CasePublished", LogEntry.actor_id.is_not(None))))
    turns = [one > other for one, other in pairwise(moments)]
    assert turns.count(True) >= ROUNDS, "the clock never went back"


def test_a_clock_that_ran_ahead_holds_nothing_up(shifted_house: House, capsys: pytest.CaptureFixture[str]) -> None:
    app, heard, marks = shifted_house.app, Heard(), count(1)
    reader, first = follow_all(app), cookies_of_coordinators(app)
    with shifted_house.serving():
        member, visitor = Hands(shifted_house.base_url), Hands(shifted_house.base_url)
        member.keep("session", first["gwangju"])
        people = "/cities/gwangju/people"
        assert member.fill(people, people, {"email": GUEST, "role": "contributor"}).status_code == 303
        visitor.fill("/password/forgot", "/password/forgot", {"email": MEMBER})
        links = link_to(shifted_house, GUEST, "/invitations/"), link_to(shifted_house, MEMBER, "/password/reset/")
        assert [leads_on(visitor, link) for link in links] == [True, True]

        def write(cookies: dict[str, str]) -> None:
            with Load(shifted_house.base_url, cookies, heard, marks) as load:
                load.write_more(8)
            wait_until_settled(app)

        write(first)
        for _ in range(ROUNDS):
            heard.phase = "ahead"
            shifted_house.clock.set(days=DAYS)
            assert not signed_in(member), "a sign-in outlived its twelve hours"
            assert [leads_on(visitor, link) for link in links] == [False, False]
            write(cookies_at(app, datetime.now(UTC) + timedelta(days=DAYS)))
            leave_things_held(shifted_house)
            heard.phase = "back"
            shifted_house.clock.set()
            write(cookies_at(app, datetime.now(UTC)))
            goes_on(shifted_house)
        shifted_house.check()
    with inside(app):
        look_for(heard.said, reader)
        look_at_order()
    with capsys.disabled():
        print(f"\n{ROUNDS} times ahead and back: {heard.figures()}")
    assert heard.wrong == []
