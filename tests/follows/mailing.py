"""What tests of digests share: readers with and without an account, the job that queues, and the mails it made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from hub.core import clock
from hub.core.db import db, transaction
from hub.core.jobs import Setting
from hub.core.outbox import OutgoingMail
from hub.follows.jobs import send_digests
from hub.follows.models import Follow, MailChoice, Notification, Subscriber
from tests.follows.acts import follow
from tests.people.accounts import make_user

EVENING = datetime(2030, 3, 1, 20, 0, tzinfo=UTC)
MORNING = datetime(2030, 3, 2, 7, 0, tzinfo=UTC)  # a Saturday; who has no city reads by UTC


def setting(now: datetime) -> Setting:
    """Return what jobs know of an installation at a moment."""
    return Setting(
        mail_url="file:", base_url="http://localhost", data_dir=Path("."), files_dir=Path("."), fetch_allow=frozenset(),
        languages=("en", "ko", "es", "fr"), owner="tests", clock=lambda: now,
    )  # fmt: skip


def send(now: datetime = MORNING) -> int:
    """Run the job that queues digests; returns how many it queued."""
    return send_digests(setting(now))


def mails() -> list[OutgoingMail]:
    """Return the digests that were queued, oldest first."""
    db.session.rollback()
    wanted = select(OutgoingMail).where(OutgoingMail.key.startswith("digest:")).order_by(OutgoingMail.id)
    return list(db.session.scalars(wanted))


def reader(client: FlaskClient, name: str = "reader", **values: Any) -> int:
    """Make a member who follows Gwangju and Principle 8; returns her id."""
    user_id = make_user(client, f"{name}@example.org", **values)
    follow(user_id, ("city", "gwangju"), ("principle", "GP8"))
    return user_id


def subscriber(
    *things: tuple[str, str], name: str = "guest", language: str = "en", zone: str = "UTC", **frequencies: str
) -> int:
    """Make someone without an account who follows things by mail; returns her number."""
    now = clock.now()
    with transaction():
        row = Subscriber(email=f"{name}@example.org", language=language, time_zone=zone, created_at=now)
        db.session.add(row)
        db.session.flush()
        for kind, key in things or (("city", "gwangju"),):
            db.session.add(Follow(subscriber_id=row.id, kind=kind, key=key, created_at=now))
        if frequencies:
            db.session.add(MailChoice(subscriber_id=row.id, frequencies=frequencies))
        return row.id


def told_subscriber(subscriber_id: int) -> list[Notification]:
    """Return what someone without an account was told, oldest first."""
    db.session.rollback()
    query = select(Notification).where(Notification.subscriber_id == subscriber_id).order_by(Notification.position)
    return list(db.session.scalars(query))
