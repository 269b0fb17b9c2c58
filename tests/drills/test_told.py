"""The worker is killed again and again while news fan out to many followers: all are told once, and mailed once."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.outbox import OutgoingMail
from hub.core.readers import lag
from hub.follows.handlers import HANDLERS
from hub.follows.jobs import JOBS, MOST_QUEUED
from hub.follows.letters import MOST_LINES
from hub.follows.models import AT_ONCE, Follow, MailChoice, Notification, Subscriber
from hub.follows.topics import TOPICS
from hub.people.models import User
from hub.worker import run_once
from tests.conftest import FULL
from tests.drills.house import House, house
from tests.drills.workers import workers
from tests.follows.acts import READER, publish, start_reader
from tests.nodes import inside

KILLS, EVENTS, FOLLOWERS = (50, 200, 1000) if FULL else (3, 12, 40)
EAGER = 10 if FULL else 4  # of so many followers one has mail at once
LONGEST = 2.0 if FULL else 0.6  # seconds that a worker lives
ROUND = 20  # minutes: longer than what a killed worker holds
DOMAIN = "@followers.example"


@pytest.fixture
def telling_house(tmp_path: Path, request: pytest.FixtureRequest, engine_name: str) -> Iterator[House]:
    """A house with many followers: members and, every other one, readers without an account."""
    for home in house(tmp_path, request):
        with inside(home.app), transaction():
            add_followers(datetime.now(UTC))
        with inside(home.app):
            start_reader()  # past what the demo network brought
        yield home


def add_followers(now: datetime) -> None:
    """Add followers, all of whom the same news reach twice over."""
    names = [f"follower{number}{DOMAIN}" for number in range(FOLLOWERS)]
    same = {"password_hash": "", "confirmed_at": now, "created_at": now, "language": "en"}
    db.session.execute(insert(User), [{"email": name, "name": name, **same} for name in names[::2]])
    same = {"language": "en", "time_zone": "UTC", "created_at": now}
    db.session.execute(insert(Subscriber), [{"email": name, **same} for name in names[1::2]])
    found = {"user_id": User, "subscriber_id": Subscriber}
    ids = [
        {"user_id": None, "subscriber_id": None, kind: number}
        for kind, table in found.items()
        for number in db.session.scalars(select(table.id).where(table.email.endswith(DOMAIN)).order_by(table.id))
    ]
    things = (("city", "gwangju"), ("principle", "GP8"))
    follows = [each | {"kind": kind, "key": key, "created_at": now} for each in ids for kind, key in things]
    db.session.execute(insert(Follow), follows)
    eager = {"frequencies": dict.fromkeys(TOPICS, AT_ONCE)}
    db.session.execute(insert(MailChoice), [each | eager for each in ids[::EAGER]])


def told() -> Counter[int]:
    """Return how many were told of each entry of the log."""
    rows = db.session.execute(
        select(Notification.position, func.count().label("number")).group_by(Notification.position)
    )
    return Counter({row.position: row.number for row in rows})


def unfinished() -> bool:
    """Tell whether there was something to do still: news to tell, or mail to send."""
    waiting = select(func.count()).where(OutgoingMail.sent_at.is_(None))
    return bool(lag(READER) or db.session.scalar(waiting))


def catch_up(home: House, moment: datetime) -> None:
    """Do all that is due at a moment."""
    with inside(home.app), clock.frozen_at(moment):
        run_once(home.app.config["HUB"], {READER: HANDLERS}, JOBS)
        assert not unfinished()


def mailed(home: House) -> tuple[dict[str, int], dict[str, Counter[str]]]:
    """Return, by address, of how many things its mails tell, and how often each title stands in them."""
    totals: Counter[str] = Counter()
    titles: dict[str, Counter[str]] = {}
    files = list((home.folder / "var" / "mail").glob("*.eml"))
    for file in files:
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if mail["To"].endswith(DOMAIN):
            number = int(mail["Subject"].split()[0])
            lines = re.findall(r"“Told (\d+)”", mail.get_body(("plain",)).get_content())
            assert len(lines) == min(number, MOST_LINES)
            totals[mail["To"]] += number
            titles.setdefault(mail["To"], Counter()).update(lines)
    with inside(home.app):
        sent = select(func.count()).where(OutgoingMail.sent_at.is_not(None), OutgoingMail.key.startswith("digest:"))
        assert db.session.scalar(sent) == len(files), "as many mails in the sink as went out"
    return totals, titles


def test_all_are_told_once_and_mailed_once(telling_house: House, capsys: pytest.CaptureFixture[str]) -> None:
    home, numbers, at_work = telling_house, count(1), 0
    with workers(home) as started:
        for number in range(1, KILLS + 1):
            with inside(home.app):
                for _ in range(EVENTS // KILLS):
                    name = next(numbers)
                    publish(f"told-{name}", title=f"Told {name}")
            home.clock.set(minutes=ROUND * number)
            worker = started.start()
            time.sleep(random.uniform(0, LONGEST))
            os.kill(worker, signal.SIGKILL)
            assert started.ended() == -signal.SIGKILL
            with inside(home.app):
                at_work += unfinished()
                assert max(told().values(), default=0) <= FOLLOWERS
    moment = clock.now() + timedelta(minutes=ROUND * (KILLS + 1))
    catch_up(home, moment)
    for minute in range(FOLLOWERS // MOST_QUEUED + 1):  # the next morning, for as long as mails are made
        catch_up(home, moment + timedelta(days=1, minutes=minute))
    with inside(home.app):
        found = told()
        waiting = select(func.count()).where(Notification.mailed_at.is_(None))
        assert db.session.scalar(waiting) == 0
    assert found == dict.fromkeys(found, FOLLOWERS)
    assert len(found) == EVENTS // KILLS * KILLS
    totals, titles = mailed(home)
    assert totals == {f"follower{number}{DOMAIN}": len(found) for number in range(FOLLOWERS)}
    assert all(set(each.values()) == {1} for each in titles.values())
    with capsys.disabled():
        print(
            f"\n{KILLS} workers killed, {at_work} at work; {FOLLOWERS * len(found)} told, {sum(totals.values())} mailed"
        )
    assert at_work, "every worker was done before it was killed"
