"""Reads of what forum editions showed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import func, select

from hub.cities.models import City
from hub.commitments.editions import Held
from hub.commitments.models import EditionSnapshot, StatusRecord, StatusSpan
from hub.core.db import db
from hub.core.errors import NotFound
from hub.feeds.models import ForumEdition


def get_snapshot(year: int) -> EditionSnapshot:
    """Return what was fixed for the forum of a year; raises NotFound."""
    found = db.session.scalar(select(EditionSnapshot).where(EditionSnapshot.year == year))
    if found is None:
        raise NotFound(f"no edition {year}")
    return found


def list_snapshots() -> list[EditionSnapshot]:
    """Return what was fixed of all forums, the newest first."""
    return list(db.session.scalars(select(EditionSnapshot).order_by(EditionSnapshot.year.desc())))


def find_edition(year: int) -> ForumEdition | None:
    """Return the last forum of a year."""
    wanted = select(ForumEdition).where(ForumEdition.year == year)
    return db.session.scalar(wanted.order_by(ForumEdition.number.desc()).limit(1))


def editions_to_fix(today: date) -> list[tuple[int, date]]:
    """Return the forums that are over and not fixed yet: the year and the last day, where the day is known."""
    fixed = set(db.session.scalars(select(EditionSnapshot.year)))
    ended: dict[int, date] = {}
    for edition in db.session.scalars(select(ForumEdition).order_by(ForumEdition.number)):
        last = edition.end_on or edition.start_on
        if last is not None and last < today and edition.year not in fixed:
            ended[edition.year] = max(last, ended.get(edition.year, last))
    return sorted(ended.items())


def held_on(day: date, known: datetime) -> list[Held]:
    """Return every status in force on a day, as the hub knew it at a moment; by number, as names of cities change."""
    columns = (StatusSpan.city_id, StatusSpan.item_code, StatusSpan.status)
    wanted = (
        select(*columns, StatusRecord.effective_text, StatusSpan.record_id)
        .join(StatusRecord, StatusRecord.id == StatusSpan.record_id)
        .where(
            StatusSpan.valid_from <= day,
            StatusSpan.valid_to > day,
            StatusSpan.known_from <= known,
            StatusSpan.known_to > known,
        )
    )
    return [Held(*row) for row in db.session.execute(wanted)]


def count_cities() -> int:
    """Return how many cities are on record."""
    return db.session.scalar(select(func.count()).select_from(City)) or 0


def in_utc(moment: datetime) -> datetime:
    """Return a moment as the digest spells it."""
    return moment.astimezone(UTC)
