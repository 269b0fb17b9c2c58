"""The event log as people read it: narrowed, newest first, with the things that its entries are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from hub.cases.models import DRAFT, CaseStudy
from hub.cities.models import City, CityApplication, Organisation
from hub.commitments.models import Evidence, StatusRecord
from hub.core.db import db
from hub.core.log import LogEntry, LogPersonal
from hub.feeds.models import FeedEntry, FeedSource, ForumEdition
from hub.people.models import Invitation, User

Key = tuple[str, int]  # the name of a payload field, and the id it holds


@dataclass(frozen=True)
class TrailFilter:
    """What narrows the log; an empty field narrows nothing."""

    kind: str = ""
    person_id: int | None = None
    city_id: int | None = None
    first: date | None = None
    last: date | None = None


class Subject(NamedTuple):
    """What an entry is about: its name as it is today, and the page where it stands."""

    label: str
    url: str = ""
    language: str = ""


class Step(NamedTuple):
    """One entry with who did it, what it is about, and its personal values."""

    entry: LogEntry
    actor: User | None
    subjects: list[Subject]
    rest: list[tuple[str, Any]]  # of the payload: what is no id of a known thing
    personal: dict[str, Any] | None  # None: there were none, or they were erased
    is_erased: bool


def list_steps(narrowed: TrailFilter, page: int, per_page: int) -> tuple[list[Step], int]:
    """Return one page of the log, newest first, and how many entries match."""
    query = _matching(narrowed)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    found = db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    return _steps(found), total


def each_step(narrowed: TrailFilter) -> Iterator[Step]:
    """Yield every entry that matches, newest first, a few hundred in memory at a time."""
    positions = db.session.scalars(_matching(narrowed).with_only_columns(LogEntry.position)).all()
    for begin in range(0, len(positions), 200):
        some = LogEntry.position.in_(positions[begin : begin + 200])
        entries = db.session.scalars(select(LogEntry).where(some).order_by(LogEntry.position.desc())).all()
        yield from _steps(entries)
        for entry in entries:
            db.session.expunge(entry)


def known_kinds() -> list[str]:
    """Return every kind of entry that the log holds."""
    return list(db.session.scalars(select(LogEntry.kind).distinct().order_by(LogEntry.kind)))


def step_at(position: int) -> Step | None:
    """Return one entry by its number."""
    entry = db.session.get(LogEntry, position)
    return _steps([entry])[0] if entry is not None else None


def _matching(narrowed: TrailFilter) -> Select[LogEntry]:
    query = select(LogEntry).order_by(LogEntry.position.desc())
    if narrowed.kind:
        query = query.where(LogEntry.kind == narrowed.kind)
    if narrowed.person_id is not None:
        query = query.where(or_(LogEntry.actor_id == narrowed.person_id, _holds("user_id") == narrowed.person_id))
    if narrowed.city_id is not None:
        query = query.where(_of_city(narrowed.city_id))
    if narrowed.first:
        query = query.where(LogEntry.recorded_at >= _midnight(narrowed.first))
    if narrowed.last and narrowed.last < date.max:
        query = query.where(LogEntry.recorded_at < _midnight(narrowed.last + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _holds(field: str) -> ColumnElement[int]:
    number: ColumnElement[int] = LogEntry.payload[field].as_integer()
    return number


def _of_city(city_id: int) -> ColumnElement[bool]:
    """Match what names the city itself or one of its things."""
    things: dict[str, Any] = {
        "case_id": CaseStudy, "record_id": StatusRecord, "evidence_id": Evidence, "invitation_id": Invitation,
        "application_id": CityApplication,
    }  # fmt: skip
    owned = [_holds(field).in_(select(model.id).where(model.city_id == city_id)) for field, model in things.items()]
    return or_(_holds("city_id") == city_id, *owned)


def _steps(entries: Sequence[LogEntry]) -> list[Step]:
    wanted = {key for entry in entries for key in _keys(entry)}
    subjects = subjects_of(wanted)
    actors = _by_id(User, {entry.actor_id for entry in entries if entry.actor_id is not None})
    positions = [entry.position for entry in entries if entry.personal_hash]
    kept = select(LogPersonal.position, LogPersonal.content).where(LogPersonal.position.in_(positions))
    personal = {row.position: row.content for row in db.session.execute(kept)}
    return [
        Step(
            entry=entry,
            actor=actors.get(entry.actor_id or 0),
            subjects=[subjects[key] for key in _keys(entry) if key in subjects and not _is_said(key, entry)],
            rest=[(name, value) for name, value in entry.payload.items() if (name, value) not in subjects],
            personal=personal.get(entry.position),
            is_erased=bool(entry.personal_hash) and entry.position not in personal,
        )
        for entry in entries
    ]


def _keys(entry: LogEntry) -> list[Key]:
    return [(name, value) for name, value in entry.payload.items() if name in _FINDERS and isinstance(value, int)]


def _is_said(key: Key, entry: LogEntry) -> bool:
    """Tell whether another thing says it too: a status record names its city."""
    return key[0] == "city_id" and "record_id" in entry.payload


def subjects_of(wanted: Iterable[Key]) -> dict[Key, Subject]:
    """Return what these fields name, as far as it still exists."""
    by_field: dict[str, set[int]] = {}
    for field, number in wanted:
        by_field.setdefault(field, set()).add(number)
    found: dict[Key, Subject] = {}
    for field, numbers in by_field.items():
        model, make = _FINDERS[field]
        found |= {(field, number): make(row) for number, row in _by_id(model, numbers).items()}
    return found


def _by_id(model: Any, numbers: Iterable[int]) -> dict[int, Any]:
    wanted = set(numbers)
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _case(row: CaseStudy) -> Subject:
    """Return a case; of a draft only whose it is, for it is nobody else's to read."""
    if row.state == DRAFT:
        return _city(row.city) if row.city else Subject(str(row.id))
    return Subject(row.title, f"/cases/{row.slug}", row.language)


def _city(row: City) -> Subject:
    return Subject(row.name, f"/cities/{row.slug}", "en")


def _record(row: StatusRecord) -> Subject:
    return Subject(f"{row.item_code}, {row.city.name}", f"/cities/{row.city.slug}/commitments#{row.item_code}")


def _evidence(row: Evidence) -> Subject:
    label = row.title or row.name or row.url
    return Subject(label if row.is_public else str(row.id), f"/evidence/{row.id}")


def _person(row: User) -> Subject:
    return Subject(row.name, f"/organizers/audit?person={row.id}")


def _application(row: CityApplication) -> Subject:
    return Subject(row.city_name, f"/organizers/applications/{row.id}")


_FINDERS: dict[str, tuple[Any, Callable[[Any], Subject]]] = {
    "case_id": (CaseStudy, _case),
    "city_id": (City, _city),
    "record_id": (StatusRecord, _record),
    "evidence_id": (Evidence, _evidence),
    "user_id": (User, _person),
    "application_id": (CityApplication, _application),
    "source_id": (FeedSource, lambda row: Subject(row.title, f"/organizers/sources/{row.slug}")),
    "entry_id": (FeedEntry, lambda row: Subject(row.title, "/news/", row.language or "")),
    "edition_id": (ForumEdition, lambda row: Subject(f"{row.number} · {row.year}", "/events/")),
    "organisation_id": (Organisation, lambda row: Subject(row.name, "/cities/")),
}
