"""Which entries of the log a reader asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select, true

from hub.cases.models import DRAFT, CaseStudy
from hub.cities.models import City, CityApplication
from hub.core.log import CHANGES, VALUES, LogEntry, LogPersonal
from hub.feeds.models import FeedSource
from hub.people.models import User
from hub.site.trail.owning import about_city, holds, own_of
from hub.site.trail.subjects import ORGANIZERS, View

SEARCHED = 20_000  # of what else fits, the newest entries that a text is looked for in
DRAFT_KINDS = (
    "CaseStarted", "CaseDraftSaved", "CaseDraftDeleted", "CaseSubmitted", "CaseReturned", "CaseProposed",
    "CaseProposalClosed",
)  # fmt: skip


@dataclass(frozen=True)
class TrailFilter:
    """What narrows the log; an empty field narrows nothing. `view` says whose eyes read it."""

    entry: int | None = None
    kind: str = ""
    without: frozenset[str] = frozenset()  # kinds that are left out
    person_id: int | None = None
    city_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    door: str = ""  # web, cli, worker
    text: str = ""
    kinds: frozenset[str] = frozenset()  # whose words hold the text
    view: View = ORGANIZERS


def matching(narrowed: TrailFilter) -> Select[LogEntry]:
    """Return the query for the entries asked for, newest first."""
    conditions = list(_conditions(narrowed))
    newest_first = LogEntry.position.desc()
    if narrowed.text:
        newest = select(LogEntry.position).where(*conditions).order_by(newest_first).limit(SEARCHED)
        conditions = [LogEntry.position.in_(newest), _says(narrowed)]
    return select(LogEntry).where(*conditions).order_by(newest_first)


def _conditions(narrowed: TrailFilter) -> Iterable[ColumnElement[bool]]:
    if narrowed.view.city_id is not None:
        yield own_of(narrowed.view.city_id)
    if narrowed.entry is not None:
        yield LogEntry.position == narrowed.entry
    if narrowed.kind:
        yield LogEntry.kind == narrowed.kind
    if narrowed.without:
        yield LogEntry.kind.not_in(narrowed.without)
    if narrowed.person_id is not None:
        yield _of_person(narrowed.person_id)
    if narrowed.city_id is not None:
        yield about_city(narrowed.city_id)
    if narrowed.since is not None:
        yield LogEntry.recorded_at >= narrowed.since
    if narrowed.until is not None:
        yield LogEntry.recorded_at < narrowed.until
    if narrowed.door:
        yield LogEntry.door.startswith(f"{narrowed.door} ", autoescape=True)


def _of_person(number: int) -> ColumnElement[bool]:
    """Match what someone did, what names her, and what was sealed as being about her."""
    about = select(LogPersonal.position).where(LogPersonal.about_id == number)
    return or_(LogEntry.actor_id == number, holds("user_id") == number, LogEntry.position.in_(about))


def is_open_case() -> ColumnElement[bool]:
    """Match what organizers may read the content of: nothing that says what stands in a draft."""
    readable = select(CaseStudy.id).where(CaseStudy.state != DRAFT)
    is_readable = and_(LogEntry.kind.not_in(DRAFT_KINDS), holds("case_id").in_(readable))
    return or_(holds("case_id").is_(None), is_readable)


def _says(narrowed: TrailFilter) -> ColumnElement[bool]:
    """Match what holds a text: in its words, its values, or the names of the things and people it is about."""
    said, is_own = narrowed.text, narrowed.view.city_id is not None
    parts = (CHANGES,) if is_own else (CHANGES, VALUES)
    sealed = select(LogPersonal.position).where(
        LogPersonal.position == LogEntry.position, LogPersonal.part.in_(parts), _in_json(LogPersonal.content, said)
    )
    is_readable = true() if is_own else is_open_case()
    people = select(User.id).where(_in_text(said, User.name) if is_own else _in_text(said, User.name, User.email))
    cases = select(CaseStudy.id).where(_in_text(said, CaseStudy.title))
    is_seen = CaseStudy.state != DRAFT
    cases = cases.where(or_(is_seen, CaseStudy.city_id == narrowed.view.city_id) if is_own else is_seen)
    named: dict[str, Select[int]] = {
        "user_id": people,
        "case_id": cases,
        "city_id": select(City.id).where(_in_text(said, City.name, City.name_native)),
    }
    if not is_own:
        named["application_id"] = select(CityApplication.id).where(_in_text(said, CityApplication.city_name))
        named["source_id"] = select(FeedSource.id).where(_in_text(said, FeedSource.title))
    return or_(
        LogEntry.kind.in_(narrowed.kinds),
        _in_json(LogEntry.payload, said),
        and_(sealed.exists(), is_readable),
        LogEntry.actor_id.in_(people),
        *(holds(field).in_(numbers) for field, numbers in named.items()),
    )


def _in_text(said: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.ilike(f"%{each}%", escape="|") for column in columns for each in _spellings(said)))


def _in_json(column: Any, said: str) -> ColumnElement[bool]:
    """Match JSON that holds a text; letters beyond ASCII stand there as their numbers."""
    text = cast(column, Text)
    return or_(*(text.ilike(f"%{each}%", escape="|") for each in _spellings(said, in_json=True)))


def _spellings(said: str, *, in_json: bool = False) -> list[str]:
    """Return a text with what LIKE takes for a sign marked, in small and capital letters where LIKE cannot tell."""
    cases = [said] if said.isascii() else [said, said.lower(), said.upper(), said.title()]
    written = [json.dumps(each)[1:-1] if in_json else each for each in dict.fromkeys(cases)]
    return [each.replace("|", "||").replace("%", "|%").replace("_", "|_") for each in written]
