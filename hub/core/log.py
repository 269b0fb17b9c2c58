"""The event log: what happened, in the order of commits, each entry chained to the one before.

Personal values stand in a side row; the chain covers only their salted hash, so they can be erased and the chain holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import ForeignKey, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, JSONDict, db, pk, utc

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ADVISORY_LOCK = 0x48524348  # "HRCH": one appender at a time on PostgreSQL
_PENDING = "hub_recorded"
GENESIS = "0" * 64


class LogName(Base):
    """The name of this log; a restore gives it a new one, so that whatever followed the old one starts again."""

    __tablename__ = "log_name"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(String(36))


class LogEntry(Base):
    """One thing that happened; append-only."""

    __tablename__ = "log_entry"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[JSONDict]
    actor_id: Mapped[int | None]
    recorded_at: Mapped[utc]
    personal_hash: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_hash(self) -> str:
        """Return what `hash` must be, given the entry's content and the entry before it."""
        moment = self.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
        parts = [self.position, self.kind, self.payload, self.actor_id, moment, self.personal_hash, self.previous_hash]
        return hashlib.sha256(canonical(parts)).hexdigest()


class LogPersonal(Base):
    """The personal values of an entry, with the salt that makes their hash unguessable; may be erased."""

    __tablename__ = "log_personal"

    position: Mapped[int] = mapped_column(ForeignKey("log_entry.position"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[JSONDict]


def canonical(value: Any) -> bytes:
    """Return the one JSON spelling of a value, for hashing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record(event: DataclassInstance, *, by: int | None, now: datetime, personal: dict[str, Any] | None = None) -> None:
    """Say that something happened, inside `transaction()`; the entry is written as the last step before the commit."""
    pending = db.session.info.setdefault(_PENDING, [])
    pending.append((event, by, now, personal))


def forget_recorded() -> None:
    """Drop what was recorded but not appended, after a commit or a rollback."""
    db.session.info.pop(_PENDING, None)


def append_recorded() -> None:
    """Chain the recorded events to the log, under the one lock that makes their numbers the order of commits."""
    pending = db.session.info.pop(_PENDING, [])
    if not pending:
        return
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    last = db.session.execute(
        select(LogEntry.position, LogEntry.hash).order_by(LogEntry.position.desc()).limit(1)
    ).first()
    position, previous = (last[0], last[1]) if last else (0, GENESIS)
    for event, by, now, personal in pending:
        position += 1
        entry = LogEntry(
            position=position, kind=type(event).__name__, payload=asdict(event), actor_id=by, recorded_at=now,
            previous_hash=previous,
        )  # fmt: skip
        if personal:
            salt = secrets.token_hex(16)
            entry.personal_hash = hashlib.sha256(salt.encode() + canonical(personal)).hexdigest()
            db.session.add(LogPersonal(position=position, salt=salt, content=personal))
        entry.hash = previous = entry.computed_hash()
        db.session.add(entry)
    db.session.flush()


def head_position() -> int:
    """Return the number of the newest entry, 0 when there is none."""
    return db.session.scalar(select(func.max(LogEntry.position))) or 0


def entries_after(position: int, limit: int = 500) -> list[LogEntry]:
    """Return up to `limit` entries that follow `position`, oldest first."""
    query = select(LogEntry).where(LogEntry.position > position).order_by(LogEntry.position).limit(limit)
    return list(db.session.scalars(query))


def log_name() -> str:
    """Return the name of this log; empty before the database was set up."""
    return db.session.scalar(select(LogName.name)) or ""


def ensure_log_name() -> None:
    """Give the log a name when it has none; inside `transaction()`."""
    if not log_name():
        db.session.add(LogName(id=1, name=str(uuid4())))


def verify_chain() -> list[str]:
    """Return what is wrong with the chain, in plain words; an empty list when every entry is in place and unaltered."""
    problems: list[str] = []
    expected, previous = 1, GENESIS
    entries = select(LogEntry).order_by(LogEntry.position).execution_options(yield_per=500)
    for entry in db.session.scalars(entries):
        if entry.position != expected:
            problems.append(f"entry {expected} is missing")
        if entry.previous_hash != previous:
            problems.append(f"entry {entry.position} does not follow the entry before it")
        if entry.computed_hash() != entry.hash:
            problems.append(f"entry {entry.position} was altered")
        expected, previous = entry.position + 1, entry.hash
    for personal in db.session.scalars(select(LogPersonal)):
        owner = db.session.get(LogEntry, personal.position)
        digest = hashlib.sha256(personal.salt.encode() + canonical(personal.content)).hexdigest()
        if owner is None or owner.personal_hash != digest:
            problems.append(f"the personal values of entry {personal.position} were altered")
    return problems
