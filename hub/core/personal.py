"""What the core knows about a person: the mails to her address, and her part in the log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from hub.core.db import db
from hub.core.log import LogEntry, LogPersonal
from hub.core.outbox import OutgoingMail


def about(user_id: int, addresses: Collection[str]) -> dict[str, Any]:
    """Return the mails to a person's addresses, and the log entries that are by her or about her."""
    return {"mails": _mails(addresses), "log_entries": _entries(user_id)}


def _mails(addresses: Collection[str]) -> list[dict[str, Any]]:
    query = select(OutgoingMail).where(OutgoingMail.recipient.in_(addresses)).order_by(OutgoingMail.id)
    return [
        {
            "to": mail.recipient, "subject": mail.subject, "queued_at": mail.created_at, "sent_at": mail.sent_at,
            "given_up_at": mail.given_up_at,
        }
        for mail in db.session.scalars(query)
    ]  # fmt: skip


def _entries(user_id: int) -> list[dict[str, Any]]:
    parts: dict[int, dict[str, Any]] = {}
    for part in db.session.scalars(select(LogPersonal).where(LogPersonal.about_id == user_id)):
        parts.setdefault(part.position, {})[part.part] = part.content
    held = select(LogPersonal.position).where(LogPersonal.about_id == user_id)
    named = LogEntry.payload["user_id"].as_integer() == user_id
    query = select(LogEntry).where(or_(LogEntry.actor_id == user_id, named, LogEntry.position.in_(held)))
    return [
        {
            "number": entry.position, "kind": entry.kind, "recorded_at": entry.recorded_at, "door": entry.door,
            "is_by_you": entry.actor_id == user_id, "said": entry.payload, "about_you": parts.get(entry.position, {}),
        }
        for entry in db.session.scalars(query.order_by(LogEntry.position))
    ]  # fmt: skip
