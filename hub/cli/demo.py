"""The demo network's accounts: one per role, named by role, with passwords made on the first run."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cities.models import City
from hub.core.db import db, transaction
from hub.core.files import write_atomically
from hub.people.models import CONTRIBUTOR, COORDINATOR, Membership, User
from hub.people.queries import find_user_by_email
from hub.people.service import create_user
from hub.settings import Settings

ACCOUNTS = (
    ("organizer", None, "organizer@example.org", "Demo organizer", "en"),
    (COORDINATOR, "gwangju", "gwangju@example.org", "Demo coordinator, Gwangju", "ko"),
    (COORDINATOR, "utrecht", "utrecht@example.org", "Demo coordinator, Utrecht", "en"),
    (COORDINATOR, "rosario", "rosario@example.org", "Demo coordinator, Rosario", "es"),
    (CONTRIBUTOR, "gwangju", "contributor@example.org", "Demo contributor, Gwangju", "ko"),
)


def is_empty() -> bool:
    """Tell whether nobody and no city is on record yet; vocabularies alone are an empty network."""
    return db.session.scalar(select(City.id).limit(1)) is None and db.session.scalar(select(User.id).limit(1)) is None


def is_demo() -> bool:
    """Tell whether the record holds demo accounts."""
    return db.session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None


def ensure_accounts(settings: Settings, now: datetime) -> dict[str, Any]:
    """Make the demo accounts that are missing and return them with the base address and their passwords."""
    path = settings.data_dir / "demo.json"
    passwords: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    missing = [account for account in ACCOUNTS if account[2] not in passwords]
    if missing:
        passwords |= {account[2]: f"demo-{secrets.token_urlsafe(15)}" for account in missing}
        write_atomically(path, json.dumps(passwords, indent=1).encode())
        path.chmod(0o600)
    with transaction():
        for role, city_slug, email, name, language in ACCOUNTS:
            if find_user_by_email(email) is not None:
                continue
            user = create_user(
                email=email, name=name, password=passwords[email], is_organizer=role == "organizer", is_demo=True,
                language=language, now=now,
            )  # fmt: skip
            if city_slug is not None:
                city_id = db.session.scalars(select(City.id).where(City.slug == city_slug)).one()
                db.session.add(Membership(user_id=user.id, city_id=city_id, role=role, since_at=now))
    accounts = [
        {"role": role, "city": city, "email": email, "password": passwords[email]}
        for role, city, email, _name, _language in ACCOUNTS
    ]
    return {"base_url": settings.base_url, "accounts": accounts}


def sign_in_table(document: dict[str, Any]) -> str:
    """Return the demo sign-ins as lines that a person can read."""
    rows = [("role", "city", "address", "password")]
    rows += [(each["role"], each["city"] or "-", each["email"], each["password"]) for each in document["accounts"]]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
