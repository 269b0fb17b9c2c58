"""Two people at one moment, with real commits: one decision stands, and twenty questions a day are twenty."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.errors import Conflict, Invalid
from hub.core.log import LogEntry
from hub.exchange.models import WAITING, Question, Reply
from hub.exchange.service import asking, replying
from hub.people.models import User
from hub.people.service import create_user
from tests.cases.factory import make_case
from tests.cities.factory import make_city
from tests.cities.test_at_once import both


def test_two_at_one_moment(busy_app: Flask) -> None:
    now = clock.now()
    make_city(db.session, "quiet", "Quiet")
    case_id = make_case("fair", city="quiet").id
    with transaction():
        for email in ("a@example.org", "b@example.org"):
            user = create_user(
                email=email, name="A", password="x" * 20, is_organizer=True, is_demo=False, language=None, now=now
            )  # fmt: skip
            user.has_factor = True
        wish = replying.Wish(case_id, None, "River", "Ana", "Chair", "a@river.example", "Named", "Never heard", "en")
        kept = replying.ask_for_reply(wish, now)
        assert kept is not None
        reply = replying.confirm_reply(kept[1], now)
    reply_id, seen = reply.id, reply.version

    def release(user: User) -> None:
        replying.release_reply(reply_id, seen, by=user, now=now)

    def decline(user: User) -> None:
        replying.decline_reply(reply_id, seen, "Not named", by=user, now=now)

    assert both(busy_app, release, decline) == ["conflict", "done"]
    assert db.session.get_one(Reply, reply_id).state != WAITING
    decided = select(func.count()).where(LogEntry.kind.in_(("ReplyReleased", "ReplyDeclined")))
    assert db.session.scalar(decided) == 1

    first = db.session.scalars(select(User.id).order_by(User.id)).first()
    with transaction():
        user = db.session.get_one(User, first)
        for number in range(19):
            asking.ask(case_id, asking.Asked(f"Question {number}"), by=user, now=now - timedelta(hours=1))

    def ask(_user: User) -> None:
        try:
            asking.ask(case_id, asking.Asked("The last one"), by=db.session.get_one(User, first), now=now)
        except Invalid as error:
            raise Conflict(str(error)) from None

    assert both(busy_app, ask, ask) == ["conflict", "done"]
    assert db.session.scalar(select(func.count()).select_from(Question)) == 20
