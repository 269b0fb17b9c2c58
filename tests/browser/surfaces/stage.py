"""A city of its own with its people, cases and records, whose every text is written anew for each batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from hub.cities.models import City
from hub.core.db import db, transaction
from hub.people.models import COORDINATOR, Membership, User
from hub.people.service import begin_sign_in

CITY = "payloadville"
TOWNS = [f"payloadtown-{number}" for number in range(20)]
MEMBERS = 40


class Batch:
    """Some payloads; each kind of place is given all of them, spread over as many texts as it has."""

    def __init__(self, number: int, payloads: Sequence[str], *, is_harmless: bool = False) -> None:
        self.mark = f"zebra{number}"  # stands in every text, so that a page that does not show it is seen
        self.payloads, self.is_harmless = list(payloads), is_harmless

    def texts(self, places: int) -> list[str]:
        """Return so many texts of one line that hold all payloads together, each beginning with the mark."""
        return [" ".join([self.mark, *self.payloads[place::places]]) for place in range(places)]

    def prose(self, places: int) -> list[str]:
        """Return so many texts of many paragraphs that hold all payloads together."""
        return ["\n\n".join([self.mark, *self.payloads[place::places]]) for place in range(places)]

    def addresses(self, places: int) -> list[str]:
        """Return so many web addresses whose queries hold all payloads together, as they stand."""
        return [f"https://example.org/?q={text}" for text in self.texts(places)]

    def some(self, number: int) -> list[str]:
        """Return a few of the payloads, one by one, others for every batch."""
        return self.payloads[:: max(1, len(self.payloads) // number)][:number]

    def harmless(self, number: int) -> Batch:
        """Return a batch of so many texts of the same lengths that are only letters."""
        return Batch(0, [re.sub(r"[^\w\s]|_", "x", payload) for payload in self.some(number)], is_harmless=True)


@dataclass
class Stage:
    """Where the texts are shown."""

    app: Flask
    cookies: dict[str, str] = field(default_factory=dict)  # by who
    users: dict[str, int] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)
    city_id: int = 0
    sources: Any = None  # what the rooms keep between batches
    mails: list[str] = field(default_factory=list)  # HTML of what was written last
    numbers: count[int] = field(default_factory=lambda: count(1))

    def sign_in(self) -> None:
        """Sign both people in anew: some pages ask for a fresh proof of who one is."""
        for who, user_id in self.users.items():
            client = self.app.test_client()
            with self.app.app_context(), transaction():
                user = db.session.get_one(User, user_id)
                token = begin_sign_in(user, is_remembered=False, now=datetime.now(UTC), device="A browser")
            with client.session_transaction() as session:
                session.update(_user_id=token, _fresh=False)
            cookie = client.get_cookie("session", domain="localhost")
            assert cookie
            self.cookies[who] = cookie.value


def make_stage(app: Flask) -> Stage:
    """Make the city, other towns, an organizer, a coordinator and people beside her."""
    stage, now = Stage(app), datetime.now(UTC)
    with app.app_context(), transaction():
        for slug in (CITY, *TOWNS):
            place = {"country": "KR", "region": "asia-pacific", "gov_type": "municipality", "lat": 35.0, "lon": 127.0}
            db.session.add(City(slug=slug, name=slug, updated_at=now, membership="member", **place))
        db.session.flush()
        stage.city_id = db.session.scalars(select(City.id).where(City.slug == CITY)).one()
        stage.users["organizer"] = _user("stage-organizer", now, is_organizer=True, has_factor=True)
        stage.users["coordinator"] = _user("stage-coordinator", now)
        stage.members = [_user(f"stage-{number}", now) for number in range(MEMBERS)]
        for user_id in (stage.users["coordinator"], *stage.members):
            member = {"user_id": user_id, "city_id": stage.city_id, "role": COORDINATOR, "since_at": now}
            db.session.add(Membership(**member))
    return stage


def _user(name: str, now: datetime, **values: Any) -> int:
    user = User(
        email=f"{name}@example.org", name=name, password_hash="", created_at=now, confirmed_at=now, language="en",
        **values,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    return user.id
