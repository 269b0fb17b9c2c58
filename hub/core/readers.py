"""Shared readers of the log: each keeps its place in the database and moves it with its effect, under a lease."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, UtcDateTime, db, transaction, utc
from hub.core.errors import NotFound
from hub.core.leases import has_come, is_free
from hub.core.log import LogEntry, entries_after, head_position

LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(seconds=2**MAX_ATTEMPTS)

Handler = Callable[[LogEntry, datetime], None]
Handlers = Mapping[str, tuple[Handler, ...]]


class LogReader(Base):
    """The place of one shared reader, and who may move it until when."""

    __tablename__ = "log_reader"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FailedEntry(Base):
    """An entry whose handler failed: tried again later, parked after eight failures, shown to organizers."""

    __tablename__ = "log_failed_entry"

    reader: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text)
    next_at: Mapped[utc]
    parked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def take_lease(name: str, owner: str, now: datetime) -> bool:
    """Take or renew the right to move a reader for a while; False while another worker holds it."""
    with transaction():
        if db.session.get(LogReader, name) is None:
            db.session.add(LogReader(name=name, position=0, lease_owner=owner, lease_until=now + LEASE))
            return True
        is_ours = or_(LogReader.lease_owner.is_(None), LogReader.lease_owner == owner)
        free = or_(is_ours, is_free(LogReader.lease_until, now, LEASE))
        taken = db.session.execute(
            update(LogReader).where(LogReader.name == name, free).values(lease_owner=owner, lease_until=now + LEASE)
        )
        return int(getattr(taken, "rowcount", 0)) == 1


def release_lease(name: str, owner: str) -> None:
    """Give the lease back so that another worker need not wait for it to run out."""
    with transaction():
        db.session.execute(
            update(LogReader).where(LogReader.name == name, LogReader.lease_owner == owner).values(lease_owner=None)
        )


def advance(name: str, handlers: Handlers, owner: str, clock: Callable[[], datetime], *, patient: bool = True) -> int:
    """Move a reader on as far as it goes and return how many entries it passed.

    A failing entry is tried again after a pause that doubles (`patient`), or at once, and parked after eight failures.
    A parked one that someone asked to try again (`retry_parked`) is handled first, though the place is past it.
    """
    passed = _handle_asked(name, handlers, owner, clock, patient)
    if not lag(name):
        return passed  # an idle worker only reads
    while take_lease(name, owner, clock()):
        place = db.session.scalar(select(LogReader.position).where(LogReader.name == name)) or 0
        batch = [(entry.position, entry.kind) for entry in entries_after(place, 100)]
        if not batch:
            break
        for position, kind in batch:
            if kind not in handlers:
                continue
            if not _step_over(name, place, position - 1, owner):
                return passed
            passed, place = passed + position - 1 - place, position - 1
            if not _pass_entry(name, handlers[kind], position, owner, clock(), patient):
                return passed
            passed, place = passed + 1, position
        if not _step_over(name, place, batch[-1][0], owner):
            return passed
        passed += batch[-1][0] - place
    release_lease(name, owner)
    return passed


def _step_over(name: str, place: int, position: int, owner: str) -> bool:
    """Move the place past entries that nobody handles, all in one go; False when the lease went to another."""
    if place == position:
        return True
    with transaction():
        return _move(name, position, owner, since=place)


def _pass_entry(
    name: str, handlers: tuple[Handler, ...], position: int, owner: str, now: datetime, patient: bool
) -> bool:
    while True:
        failed = db.session.get(FailedEntry, (name, position))
        if patient and failed is not None and not has_come(failed.next_at, now, LONGEST_PAUSE):
            return False
        try:
            with transaction():
                if not _move(name, position, owner):
                    return False
                _handle(name, position, handlers, now)
            return True
        except Exception as error:  # whatever a handler raises must not stop the reader
            if _note_failure(name, position, owner, error, now):
                return True
            if patient:
                return False


def _handle(name: str, position: int, handlers: tuple[Handler, ...], now: datetime) -> None:
    """Handle one entry and forget that it ever failed, in the transaction of the caller."""
    entry = db.session.get_one(LogEntry, position)
    for handler in handlers:
        handler(entry, now)
    db.session.execute(delete(FailedEntry).where(FailedEntry.reader == name, FailedEntry.position == position))


def _handle_asked(name: str, handlers: Handlers, owner: str, clock: Callable[[], datetime], patient: bool) -> int:
    """Handle the entries below the place that were put back after they had been parked; return how many went well."""
    place = db.session.scalar(select(LogReader.position).where(LogReader.name == name)) or 0
    asked = (FailedEntry.reader == name, FailedEntry.parked_at.is_(None), FailedEntry.position <= place)
    query = select(FailedEntry.position, LogEntry.kind).join(LogEntry, LogEntry.position == FailedEntry.position)
    waiting = db.session.execute(query.where(*asked).order_by(FailedEntry.position)).all()
    done = 0
    for position, kind in waiting:
        if not take_lease(name, owner, clock()):
            break
        done += _handle_again(name, handlers.get(kind, ()), position, owner, clock(), patient)
    return done


def _handle_again(
    name: str, handlers: tuple[Handler, ...], position: int, owner: str, now: datetime, patient: bool
) -> int:
    while True:
        failed = db.session.get(FailedEntry, (name, position))
        if failed is None or failed.parked_at is not None:
            return 0
        if patient and not has_come(failed.next_at, now, LONGEST_PAUSE):
            return 0
        try:
            with transaction():
                if not _holds_asked(name, position, owner):
                    return 0
                _handle(name, position, handlers, now)
            return 1
        except Exception as error:  # as when it was met first
            if _note_failure(name, position, owner, error, now) or patient:
                return 0


def _holds_asked(name: str, position: int, owner: str) -> bool:
    """Tell whether the lease is still ours and the entry still waits; the reader's row stays locked meanwhile."""
    held = db.session.execute(
        update(LogReader).where(LogReader.name == name, LogReader.lease_owner == owner).values(lease_owner=owner)
    )
    waiting = db.session.get(FailedEntry, (name, position))
    return int(getattr(held, "rowcount", 0)) == 1 and waiting is not None and waiting.parked_at is None


def _move(name: str, position: int, owner: str, since: int | None = None) -> bool:
    """Move the place in the transaction that holds the effect; no row changes when the lease went to another."""
    place = position - 1 if since is None else since
    moved = db.session.execute(
        update(LogReader)
        .where(LogReader.name == name, LogReader.lease_owner == owner, LogReader.position == place)
        .values(position=position)
    )
    return int(getattr(moved, "rowcount", 0)) == 1


def _note_failure(name: str, position: int, owner: str, error: Exception, now: datetime) -> bool:
    with transaction():
        failed = db.session.get(FailedEntry, (name, position))
        if failed is None:
            failed = FailedEntry(reader=name, position=position, attempts=0, error="", next_at=now)
            db.session.add(failed)
        failed.attempts += 1
        failed.error = f"{type(error).__name__}: {error}"[:2000]
        failed.next_at = now + timedelta(seconds=2**failed.attempts)
        if failed.attempts < MAX_ATTEMPTS:
            return False
        failed.parked_at = now
        return _move(name, position, owner) or _is_past(name, position)


def _is_past(name: str, position: int) -> bool:
    place = db.session.scalar(select(LogReader.position).where(LogReader.name == name)) or 0
    return place >= position


def parked_entries() -> list[FailedEntry]:
    """Return the entries that were given up, newest first."""
    query = select(FailedEntry).where(FailedEntry.parked_at.is_not(None)).order_by(FailedEntry.parked_at.desc())
    return list(db.session.scalars(query))


def retry_parked(name: str, position: int, now: datetime) -> None:
    """Put a parked entry back, inside `transaction()`: its reader tries it again at its next turn, up to eight times.

    Raises NotFound when no such entry is parked.
    """
    failed = db.session.get(FailedEntry, (name, position))
    if failed is None or failed.parked_at is None:
        raise NotFound
    failed.parked_at, failed.attempts, failed.next_at = None, 0, now


def lag(name: str) -> int:
    """Return how many entries a reader is behind the head of the log."""
    place = db.session.scalar(select(LogReader.position).where(LogReader.name == name)) or 0
    return head_position() - place
