"""The event log: what happened, in the order of commits, each entry chained to the one before.

Personal values stand in side rows, sealed: the chain covers only their salted hashes, so they can be erased and the
chain holds (`hub.core.chain`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from sqlalchemy import JSON, Boolean, ForeignKey, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, JSONDict, db, pk, utc

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ADVISORY_LOCK = 0x48524348  # "HRCH": one appender at a time on PostgreSQL
_PENDING, _ORIGIN = "hub_recorded", "hub_origin"
GENESIS = "0" * 64
VALUES, CHANGES, ORIGIN = "values", "changes", "origin"
LONGEST = 4000  # characters of a text that are kept in before and after
MARK = 40  # a text that was cut already has room for the mark that says so
BESIDE = 200  # characters shown before a difference that lies beyond the cut

_SPELLER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

Changes = Mapping[str, tuple[Any, Any]]  # by field: what it was before, what it is after


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
    personal_hash: Mapped[str | None] = mapped_column(String(64))  # of entries before there were sealed parts
    door: Mapped[str | None] = mapped_column(String(200))  # through which it came: web, cli, worker, and which one
    sealed: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # [part, whom it is about, hash] each
    is_quiet: Mapped[bool] = mapped_column(Boolean, default=False)  # no public page follows from it
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def computed_hash(self) -> str:
        """Return what `hash` must be, given the entry's content and the entry before it."""
        return entry_hash(self)


class LogPersonal(Base):
    """One sealed part of an entry, with the salt that makes its hash unguessable; may be erased.

    `values` names people, `changes` holds before and after, `origin` the network address of whoever did it.
    """

    __tablename__ = "log_personal"

    position: Mapped[int] = mapped_column(ForeignKey("log_entry.position"), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    about_id: Mapped[int | None] = mapped_column(index=True)  # the account whose values they are
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[JSONDict]

    def computed_hash(self) -> str:
        """Return the hash of the part with its salt."""
        return part_hash(self.salt, self.content)


@dataclass(frozen=True)
class Origin:
    """From where something is done: the door (no personal value), the network address, and the request's id."""

    door: str
    address: str = ""
    request_id: str = ""


class _Recorded(NamedTuple):
    event: DataclassInstance
    by: int | None
    now: datetime
    personal: Mapping[str, Any] | None
    changes: Changes | None
    about: int | None


def canonical(value: Any) -> bytes:
    """Return the one JSON spelling of a value, for hashing."""
    return _SPELLER.encode(value).encode()


def entry_hash(entry: Any) -> str:
    """Return the hash of an entry, given as an object or a row with its columns."""
    moment = entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        entry.position, entry.kind, entry.payload, entry.actor_id, moment, entry.personal_hash, entry.previous_hash,
    ]  # fmt: skip
    if entry.door is not None or entry.sealed is not None:  # entries before these fields are hashed as they were
        parts += [entry.door, entry.sealed]
    return hashlib.sha256(canonical(parts)).hexdigest()


def part_hash(salt: str, content: Any) -> str:
    """Return the hash of a sealed part with its salt."""
    return hashlib.sha256(salt.encode() + canonical(content)).hexdigest()


def come_from(origin: Origin) -> None:
    """Say from where the writes that follow in this session come; doors, commands and the worker call it."""
    db.session.info[_ORIGIN] = origin


def record(
    event: DataclassInstance,
    *,
    by: int | None,
    now: datetime,
    personal: Mapping[str, Any] | None = None,
    changes: Changes | None = None,
    about: int | None = None,
) -> None:
    """Say that something happened, inside `transaction()`; the entry is written as the last step before the commit.

    `personal` are values that name people, `changes` what the fields were before and are after, kept as `plain` spells
    them; both can be erased. They are about the account `about`, else the event's `user_id`, else nobody. An event
    class with `is_quiet = True` changes no public page.
    """
    if about is None:
        about = getattr(event, "user_id", None)
    real = {name: _pair(old, new) for name, (old, new) in (changes or {}).items() if old != new}
    pending = db.session.info.setdefault(_PENDING, [])
    pending.append(_Recorded(event, by, now, personal, real, about))


def forget_recorded() -> None:
    """Drop what was recorded but not appended, after a commit or a rollback."""
    db.session.info.pop(_PENDING, None)


def append_recorded() -> None:
    """Chain the recorded events to the log, under the one lock that makes their numbers the order of commits."""
    pending: list[_Recorded] = db.session.info.pop(_PENDING, [])
    if not pending:
        return
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    last = db.session.execute(
        select(LogEntry.position, LogEntry.hash).order_by(LogEntry.position.desc()).limit(1)
    ).first()
    position, previous = (last[0], last[1]) if last else (0, GENESIS)
    origin: Origin = db.session.info.get(_ORIGIN) or Origin("")
    for each in pending:
        position += 1
        parts = _seal(position, each, origin)
        entry = LogEntry(
            position=position, kind=type(each.event).__name__, payload=asdict(each.event), actor_id=each.by,
            recorded_at=each.now, previous_hash=previous, door=origin.door[:200] or None,
            is_quiet=bool(getattr(each.event, "is_quiet", False)),
            sealed=[[part.part, part.about_id, part.computed_hash()] for part in parts] or None,
        )  # fmt: skip
        entry.hash = previous = entry.computed_hash()
        db.session.add(entry)
        db.session.add_all(parts)
    db.session.flush()


def _seal(position: int, each: _Recorded, origin: Origin) -> list[LogPersonal]:
    came = {"address": origin.address, "request_id": origin.request_id} if origin.address else {}
    wanted: list[tuple[str, int | None, Mapping[str, Any]]] = [
        (VALUES, each.about, each.personal or {}),
        (CHANGES, each.about, {name: list(pair) for name, pair in (each.changes or {}).items()}),
        (ORIGIN, each.by, came),
    ]
    return [
        LogPersonal(position=position, part=part, about_id=about, salt=secrets.token_hex(16), content=dict(content))
        for part, about, content in wanted
        if content
    ]


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: days and moments as ISO 8601 text, texts beyond 4,000 characters cut."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if len(value) <= LONGEST + MARK else f"{value[:LONGEST]}… ({len(value)})"
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _pair(old: Any, new: Any) -> tuple[Any, Any]:
    """Return before and after as they are kept; of two texts that differ beyond the cut, the part where they do."""
    are_texts = isinstance(old, str) and isinstance(new, str)
    if not are_texts or max(len(old), len(new)) <= LONGEST + MARK or old[:LONGEST] != new[:LONGEST]:
        return plain(old), plain(new)
    differs = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(old))
    start = min(differs, len(old), len(new)) - BESIDE
    return plain(f"…{old[start:]}"), plain(f"…{new[start:]}")


def state_of(thing: object, names: Iterable[str]) -> dict[str, Any]:
    """Return these fields of a thing as they are now, to be compared with `differing` after a change."""
    return {name: getattr(thing, name) for name in names}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two states of a thing, for `changes`; what one lacks counts as None.

    Of a thing that is new or gone the other state is empty.
    """
    names = sorted({*before, *after})
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def head_position() -> int:
    """Return the number of the newest entry, 0 when there is none."""
    return db.session.scalar(select(func.max(LogEntry.position))) or 0


def newest_change() -> datetime | None:
    """Return when the newest entry was recorded that public pages follow from; None when there is none."""
    newest = select(LogEntry.recorded_at).where(~LogEntry.is_quiet).order_by(LogEntry.position.desc())
    return db.session.scalar(newest.limit(1))


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
