"""The jobs that forget, at any moment one likes, and rows for them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub.cities import jobs as cities
from hub.cities.models import CityApplication
from hub.core import chain
from hub.core import retention as core
from hub.core.db import db, transaction
from hub.core.files import blob_path, store_blob
from hub.core.jobs import Setting
from hub.core.log import LogEntry, LogPersonal, Origin, come_from, record
from hub.core.outbox import OutgoingMail
from hub.follows import jobs as follows
from hub.people import jobs as people_jobs
from hub.people import retention as people
from hub.people.events import InvitationWithdrawn
from hub.people.models import User
from hub.site import keeping
from tests.people.accounts import make_user

START = datetime(2027, 5, 6, 7, 8, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
JOBS: dict[str, Callable[[Setting], object]] = {
    name: job.run
    for room in (core, people_jobs, people, cities, follows, keeping)
    for name, job in room.JOBS.items()
    if name != "digest"
}


def setting(app: Flask, moment: datetime) -> Setting:
    hub = app.config["HUB"]
    return Setting(
        mail_url="file:", base_url=hub.base_url, data_dir=hub.data_dir, files_dir=hub.files_dir,
        fetch_allow=frozenset(), languages=("en",), owner="tests", clock=lambda: moment,
    )  # fmt: skip


def run(app: Flask, job: Callable[[Setting], Any], moment: datetime) -> Any:
    with app.app_context():
        return job(setting(app, moment))


def add(app: Flask, *rows: Any) -> list[int]:
    with app.app_context(), transaction():
        db.session.add_all(rows)
        db.session.flush()
        return [getattr(row, "id", 0) for row in rows]


def there(app: Flask, table: Any, *conditions: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def verdict(app: Flask) -> chain.Verdict:
    with app.app_context():
        return chain.verify()


def kept(app: Flask, position: int, part: str) -> bool:
    with app.app_context():
        return db.session.get(LogPersonal, (position, part)) is not None


def head(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.max(LogEntry.position))) or 0


def mail(key: str, **values: Any) -> OutgoingMail:
    given = {"recipient": "a@example.org", "subject": "S", "text": "T", "headers": {}, "created_at": START}
    return OutgoingMail(key=key, next_at=START, **given, **values)


def happened(app: Flask, moment: datetime, by: int | None = None, address: str = "203.0.113.5") -> int:
    with app.app_context():
        come_from(Origin("web POST /x", address))
        with transaction():
            record(InvitationWithdrawn(1, "organizer", None), by=by, now=moment)
    return head(app)


def applicant(state: str, *, token: str, **values: Any) -> CityApplication:
    given: dict[str, Any] = {
        "city_name": "Utopia", "country": "AT", "person_name": "Ursula", "person_role": "Mayor",
        "email": "ursula@utopia.example", "message": "Words of Ursula", "created_at": START, "letter_sha256": "a" * 64,
        "letter_name": "Ursula.pdf", "letter_mime": "application/pdf",
    }  # fmt: skip
    return CityApplication(token_hash=token, state=state, **(given | values))


def make_idle(client: FlaskClient, email: str = "idle@example.org", **values: Any) -> int:
    user_id = make_user(client, email, **values)
    with client.application.app_context(), transaction():
        db.session.get_one(User, user_id).created_at = START
    return user_id


def is_open(app: Flask, user_id: int) -> bool:
    with app.app_context():
        return db.session.get_one(User, user_id).is_active


def stored(files: Path, content: bytes, *, days: float = 0) -> Path:
    path = blob_path(files, store_blob(files, content))
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))
    return path
