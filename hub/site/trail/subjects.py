"""What the entries of the log are about: things by the ids that stand in their payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import select

from hub.cases.models import DRAFT, CaseProposal, CaseSource, CaseStudy, CaseTranslation
from hub.cities.models import City, CityApplication, Organisation
from hub.commitments.models import (
    CheckRequest,
    CityPlan,
    CommitmentReminder,
    Evidence,
    PlanAction,
    RegisterList,
    StatusRecord,
    Verification,
)
from hub.core.db import db
from hub.core.log import LogEntry
from hub.exchange.models import Adaptation, AdaptationComment, Answer, Question, Reply
from hub.feeds.models import CalendarEvent, FeedEntry, FeedSource, ForumEdition
from hub.people.models import User

Key = tuple[str, int]  # the name of a payload field, and the id it holds


class Subject(NamedTuple):
    """What an entry is about: its name as it is today, and the page where it stands."""

    label: str
    url: str = ""
    language: str = ""
    person: User | None = None


class View(NamedTuple):
    """Whose eyes read the log: organizers, or the coordinators of one city, and where the log stands for them."""

    page: str = "/organizers/audit"
    city_id: int | None = None


ORGANIZERS = View()


def subjects_of(entries: Iterable[LogEntry], view: View) -> dict[Key, Subject]:
    """Return what these entries name, as far as it still exists and as far as the reader may know it."""
    by_field: dict[str, set[int]] = {}
    for field, number in {key for entry in entries for key in keys_of(entry)}:
        by_field.setdefault(field, set()).add(number)
    found: dict[Key, Subject] = {}
    for field, numbers in by_field.items():
        model, make = _FINDERS[field]
        found |= {(field, number): make(row, view) for number, row in rows_by_id(model, numbers).items()}
    return found


def keys_of(entry: LogEntry) -> list[Key]:
    """Return the fields of an entry that name a thing."""
    return [(name, value) for name, value in entry.payload.items() if name in _FINDERS and isinstance(value, int)]


def rows_by_id(model: Any, numbers: Iterable[int]) -> dict[int, Any]:
    """Return the rows of a table with these ids, by id."""
    wanted = set(numbers)
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}


def _case(row: CaseStudy, view: View) -> Subject:
    """Return a case; of a draft that is not the reader's city's only whose it is, for it is nobody else's to read."""
    if row.state == DRAFT and (view.city_id is None or row.city_id != view.city_id):
        return _city(row.city, view) if row.city else Subject(str(row.id))
    return Subject(row.title or str(row.id), f"/cases/{row.slug}", row.language)


def _city(row: City, _view: View) -> Subject:
    return Subject(row.name, f"/cities/{row.slug}", "en")


def _record(row: StatusRecord, _view: View) -> Subject:
    return Subject(f"{row.item_code}, {row.city.name}", f"/cities/{row.city.slug}/commitments#{row.item_code}")


def _evidence(row: Evidence, _view: View) -> Subject:
    """Return a piece of evidence where its city lists it; of one that is not public, or was taken out, its number."""
    label = row.title or row.name or row.url
    city = db.session.get_one(City, row.city_id)
    shown = label if row.is_public and label else str(row.id)
    return Subject(shown, f"/cities/{city.slug}/evidence#evidence-{row.id}")


def _request(row: CheckRequest, view: View) -> Subject:
    return Subject(f"{row.item_code} · {row.id}", f"/checks/{row.id}" if view.city_id in (None, row.city_id) else "")


def _check(row: Verification, _view: View) -> Subject:
    return Subject(f"{row.item_code} · {row.id}", f"/checks/{row.request_id}" if row.request_id else "")


def _reminder(row: CommitmentReminder, _view: View) -> Subject:
    return Subject(f"{row.due_on.isoformat()} ({row.stage:+d})")


def _register(row: RegisterList, view: View) -> Subject:
    return Subject(row.title, f"/organizers/registers/{row.id}" if view.city_id is None else "")


def _person(row: User, view: View) -> Subject:
    return Subject(row.name, f"{view.page}?person={row.id}", person=row)


def _application(row: CityApplication, view: View) -> Subject:
    return Subject(row.city_name, f"/organizers/applications/{row.id}" if view.city_id is None else "")


def _story(row: FeedEntry) -> Subject:
    if row.removed_at is not None:
        return Subject(str(row.id))
    return Subject(row.title or str(row.id), f"/news/{row.id}", row.language or "")


def _event(row: CalendarEvent) -> Subject:
    return Subject(row.title, "" if row.removed_at else f"/events/{quote(row.slug)}", row.language)


def _question(number: int) -> Subject:
    return Subject(str(number), f"/exchange/questions/{number}")


def _reply(row: Reply, view: View) -> Subject:
    return Subject(row.organisation_name, "/organizers/replies" if view.city_id is None else "")


_FINDERS: dict[str, tuple[Any, Callable[[Any, View], Subject]]] = {
    "case_id": (CaseStudy, _case),
    "proposal_id": (CaseProposal, lambda row, _view: Subject(str(row.id))),
    "translation_id": (CaseTranslation, lambda row, _view: Subject(row.language)),
    "case_source_id": (CaseSource, lambda row, _view: Subject(row.title or row.url)),
    "city_id": (City, _city),
    "adaptation_id": (Adaptation, lambda row, _view: Subject(str(row.id), f"/exchange/adaptations/{row.id}")),
    "comment_id": (AdaptationComment, lambda row, _view: Subject(str(row.id))),
    "question_id": (Question, lambda row, _view: _question(row.id)),
    "answer_id": (Answer, lambda row, _view: Subject(str(row.id), f"/exchange/questions/{row.question_id}")),
    "reply_id": (Reply, _reply),
    "from_city_id": (City, _city),
    "to_city_id": (City, _city),
    "record_id": (StatusRecord, _record),
    "evidence_id": (Evidence, _evidence),
    "request_id": (CheckRequest, _request),
    "verification_id": (Verification, _check),
    "reminder_id": (CommitmentReminder, _reminder),
    "plan_id": (CityPlan, lambda row, view: Subject(row.title)),
    "action_id": (PlanAction, lambda row, view: Subject(row.text)),
    "list_id": (RegisterList, _register),
    "user_id": (User, _person),
    "application_id": (CityApplication, _application),
    "source_id": (FeedSource, lambda row, view: Subject(row.title, f"/organizers/sources/{row.slug}")),
    "entry_id": (FeedEntry, lambda row, view: _story(row)),
    "edition_id": (ForumEdition, lambda row, view: Subject(f"{row.number} · {row.year}", "/events/")),
    "event_id": (CalendarEvent, lambda row, view: _event(row)),
    "organisation_id": (Organisation, lambda row, view: Subject(row.name, "/cities/")),
}
