"""What it takes to tell many: one event to 1,000 and to 10,000 followers, a page with 10,000 unread, mail for them all.

    python -m bench.follows [FOLLOWERS]           (1,000 and 10,000 one after the other)

Prints, per number of followers, the CPU ms at the least and the median of: writing who is told of one published case;
the page of notifications of a member who has as many unread as there are followers; finding out that no mail is due
while all of them wait for their morning; a round of the job that queues mail, which makes at most 500, and the mails of
50 cases published at once, for one reader. Then by how much each grew from the first to the last. SQLite.
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from hub import settings as hub_settings
from hub.app import create_app
from hub.cases.events import CasePublished
from hub.cases.models import PUBLISHED, CaseStudy
from hub.cities.models import City
from hub.core import clock, migrate
from hub.core.db import db, prepare_sqlite, transaction
from hub.core.log import LogEntry, head_position, record
from hub.core.outbox import OutgoingMail
from hub.core.paths import SEEDS
from hub.follows.handlers import HANDLERS
from hub.follows.jobs import send_waiting
from hub.follows.models import Follow, MailChoice, Notification
from hub.people.models import User
from hub.people.service import begin_sign_in
from hub.site import seeding
from hub.web import requestlog
from tests.nodes import environment_of, inside

SIZES = (1_000, 10_000)
ROUNDS = 9
IMPORT = 50  # cases published at once
CITY = "gwangju"


def main(followers: int | None = None) -> int:
    """Print the tables; returns 0."""
    with tempfile.TemporaryDirectory() as name:
        environment = environment_of(Path(name), 8000, DATA_DIR=name, LIMIT_FACTOR="1000")
        app = create_app(hub_settings.load(environment))
        requestlog.configure_logging(logging.WARNING)  # not a line for each request
        with inside(app):
            prepare_sqlite(db.engine)
            migrate.upgrade(db.engine)
            seeding.load_all(SEEDS, clock.now())
            first = head_position()
        sizes = (followers,) if followers else SIZES
        found = [_measure(app, size, first) for size in sizes]
        if len(found) > 1:
            print(f"-- growth from {sizes[0]:,} to {sizes[-1]:,}")
            for label, before in found[0].items():
                print(f"{label:52} {found[-1][label] / before:6.1f} times")
    return 0


def _measure(app: Flask, size: int, first: int) -> dict[str, float]:
    """Print what each takes with so many followers; returns the medians."""
    print(f"-- {size:,} followers")
    print(f"{'':52} {'least':>8} {'CPU ms':>8}")
    with inside(app):
        readers = _add_followers(size, clock.now())
        [entry] = _publish(1)
        taken = {"one event told": _time(lambda: _tell(entry), before=_forget_told)}
        now, languages = clock.now(), ("en",)
        waits = now.replace(hour=12) + timedelta(minutes=1)  # told at noon: the morning is far
        with transaction():
            db.session.execute(update(Notification).values(created_at=now.replace(hour=12)))
        taken["no mail due, all wait"] = _time(lambda: send_waiting(waits, languages))
        morning = waits + timedelta(days=1)
        taken["a round of mail, 500 at most"] = _time(
            lambda: send_waiting(morning, languages), rounds=2, before=_forget_mail
        )
        _forget_told()
        member = readers[0]
        _give_many(member, size)
        cookie = _sign_in(app, member)
    taken["notifications page, as many unread"] = _time(lambda: _ask(app, cookie))
    with inside(app):
        _forget_told()
        for entry in _publish(IMPORT):
            _tell(entry)
        queued = send_waiting(clock.now() + timedelta(days=2), languages)
        lines = db.session.scalars(select(OutgoingMail.text).limit(1)).one().count("\n- ")
        print(f"{IMPORT} cases at once: {queued} mails in the first round, one each, {lines} lines in it")
    for label, costs in taken.items():
        print(f"{label:52} {min(costs):8.1f} {statistics.median(costs):8.1f}", flush=True)
    return {label: statistics.median(costs) for label, costs in taken.items()}


def _time(work: Callable[[], Any], *, rounds: int = ROUNDS, before: Callable[[], None] = lambda: None) -> list[float]:
    """Do something a few times, once to warm up; returns the CPU ms of each."""
    costs = []
    for _ in range(rounds + 1):
        before()
        begun = time.process_time()
        work()
        costs.append((time.process_time() - begun) * 1000)
    return costs[1:]


def _add_followers(size: int, now: datetime) -> list[int]:
    """Let there be so many members who follow one city; returns their ids."""
    there = db.session.scalar(select(func.count()).where(Follow.kind == "city")) or 0
    rows = [
        {"email": f"reader{number}@example.org", "name": f"Reader {number}", "password_hash": "", "confirmed_at": now,
         "created_at": now, "language": "en"}
        for number in range(there, size)
    ]  # fmt: skip
    with transaction():
        db.session.execute(insert(User), rows)
        ids = list(db.session.scalars(select(User.id).order_by(User.id)))
        same = {"kind": "city", "key": CITY, "created_at": now}
        db.session.execute(insert(Follow), [{"user_id": number, **same} for number in ids[there:]])
    return ids


def _publish(number: int) -> list[int]:
    """Publish made-up cases in one transaction, as an import does; returns the entries of the log."""
    now, before = clock.now(), head_position()
    with transaction():
        city_id = db.session.scalars(select(City.id).where(City.slug == CITY)).one()
        for each in range(number):
            case = CaseStudy(
                slug=f"made-up-{before}-{each}", city_id=city_id, country="KR", language="en", summary="A summary.",
                title=f"Made-up case {before} {each}", state=PUBLISHED, published_at=now, updated_at=now,
            )  # fmt: skip
            db.session.add(case)
            db.session.flush()
            record(CasePublished(case.id), by=None, now=now)
    return list(range(before + 1, before + 1 + number))


def _tell(position: int) -> None:
    with transaction():
        entry = db.session.get_one(LogEntry, position)
        for handler in HANDLERS[entry.kind]:
            handler(entry, clock.now())


def _forget_told() -> None:
    with transaction():
        for table in (Notification, MailChoice, OutgoingMail):
            db.session.execute(delete(table))


def _forget_mail() -> None:
    with transaction():
        for table in (MailChoice, OutgoingMail):
            db.session.execute(delete(table))
        db.session.execute(update(Notification).values(mailed_at=None))


def _give_many(user_id: int, number: int) -> None:
    """Let a member have so many unread notifications, of five hundred cases."""
    cases = list(db.session.scalars(select(CaseStudy.id).order_by(CaseStudy.id).limit(500)))
    now = clock.now()
    same = {"user_id": user_id, "event": "CaseRevised", "topic": "cases", "because": {"kind": "city", "key": CITY}}
    rows = [
        {**same, "position": each, "subject_id": case_id, "thing": f"case:{case_id}",
         "created_at": now - timedelta(minutes=number - each)}
        for each in range(number)
        for case_id in [cases[each % len(cases)]]
    ]  # fmt: skip
    with transaction():
        db.session.execute(insert(Notification), rows)


def _sign_in(app: Flask, user_id: int) -> str:
    client = app.test_client()
    with transaction():
        token = begin_sign_in(db.session.get_one(User, user_id), is_remembered=False, now=clock.now())
    with client.session_transaction() as session:
        session.update(_user_id=token, _fresh=False)
    cookie = client.get_cookie("session", domain="localhost")
    if cookie is None:
        raise RuntimeError("nobody is signed in")
    return str(cookie.value)


def _ask(app: Flask, cookie: str) -> None:
    client = app.test_client()
    client.set_cookie("session", cookie, domain="localhost")
    answer = client.get("/notifications", headers={"Host": "localhost:8000"})
    if answer.status_code != 200:
        raise RuntimeError(f"the page answered {answer.status_code}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
