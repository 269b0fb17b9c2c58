"""Saying how far a city is with a practice of another; what was said before stays as steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from hub.cases.models import DRAFT, PUBLISHED, CaseStudy
from hub.cities.models import City
from hub.core.db import db
from hub.core.errors import Conflict, Forbidden, Invalid, NotFound
from hub.core.log import differing, record, state_of
from hub.core.text import folded, safe_url
from hub.exchange.events import AdaptationRecorded, AdaptationRemoved
from hub.exchange.models import STATES, STOPPED, Adaptation, AdaptationStep
from hub.exchange.policy import can_be_taken_up, can_record_adaptation, can_remove_adaptation
from hub.exchange.queries import find_adaptation, steps_of
from hub.exchange.since import read_since, span_of
from hub.people.models import User

LONGEST = 2000  # characters of each text
SAID = ("state", "since", "changed", "reason", "own_case_id", "language", "source_title")
_OUTSIDE = ("origin_city_id", "origin_title", "origin_place", "origin_url")


@dataclass(frozen=True)
class Said:
    """How far a city is, since when (a year, month or day, or empty), what it does otherwise, why, what came of it."""

    state: str
    since: str
    changed: str
    reason: str
    language: str
    own_case_id: int | None = None


@dataclass(frozen=True)
class Outside:
    """A practice that the hub does not hold: what it is called, whose it is (a city on record, or a place), where."""

    title: str
    city_id: int | None
    place: str
    url: str


def refusal(case: CaseStudy, city_id: int, *, is_begun: bool) -> Invalid | None:
    """Return why a city cannot say that it takes a case up; None where it can."""
    if is_begun and case.state != DRAFT:
        return None
    if case.city_id == city_id:
        return Invalid(
            "city", "This is a practice of your own city. Others take it up; what you change stands in its history."
        )
    if case.state == DRAFT:
        return Invalid("city", "This is a draft. It can be taken up once it is published.")
    if not can_be_taken_up(case, is_begun=is_begun):
        return Invalid("city", "This case study was archived, so nobody can begin with it. Ask the city itself.")
    return None


def record_adaptation(
    *, by: User, city_id: int, case_id: int, said: Said, seen: int, now: datetime
) -> tuple[Adaptation, AdaptationStep]:
    """Put on record how far a city is with a case, for the first time or anew, inside `transaction()`.

    `seen` is the version that was shown, 0 where nothing was on record. Raises NotFound, Forbidden, Invalid naming the
    field, and Conflict where it was said otherwise meanwhile.
    """
    _lock(by, city_id)
    case = db.session.get(CaseStudy, case_id)
    if case is None:
        raise NotFound(f"no case {case_id}")
    adaptation = find_adaptation(city_id, case_id)
    refused = refusal(case, city_id, is_begun=adaptation is not None)
    if refused is not None:
        raise refused
    if adaptation is None:
        if seen:
            raise Conflict("it was taken away meanwhile")
        adaptation = _new(city_id, by, now, origin_id=case_id)
    return adaptation, _say(adaptation, said, seen, by, now)


def record_outside_practice(
    *, by: User, city_id: int, practice: Outside, said: Said, now: datetime
) -> tuple[Adaptation, AdaptationStep]:
    """Put on record that a city takes up a practice that the hub does not hold, inside `transaction()`.

    Raises NotFound, Forbidden and Invalid naming the field.
    """
    _lock(by, city_id)
    _check_outside(practice, city_id)
    adaptation = _new(
        city_id, by, now, origin_city_id=practice.city_id, origin_title=practice.title, origin_place=practice.place,
        origin_url=practice.url,
    )  # fmt: skip
    return adaptation, _say(adaptation, said, 0, by, now)


def record_next_step(
    *, by: User, adaptation_id: int, said: Said, seen: int, now: datetime
) -> tuple[Adaptation, AdaptationStep]:
    """Put on record how far a city has come with what it took up, inside `transaction()`.

    Raises NotFound, Forbidden, Invalid naming the field, and Conflict where it was said otherwise meanwhile.
    """
    city_id = db.session.scalar(select(Adaptation.city_id).where(Adaptation.id == adaptation_id))
    if city_id is None:
        raise NotFound(f"no adaptation {adaptation_id}")
    _lock(by, city_id)
    adaptation = _get(adaptation_id)
    return adaptation, _say(adaptation, said, seen, by, now)


def remove_adaptation(*, by: User, adaptation_id: int, seen: int, now: datetime) -> None:
    """Take away an adaptation that was entered by mistake, inside `transaction()`; it is on no page any more.

    Raises NotFound, Forbidden, and Conflict where something was said of it meanwhile.
    """
    adaptation = _get(adaptation_id)
    if not can_remove_adaptation(by, adaptation):
        raise Forbidden("its city and organizers take an adaptation away")
    if adaptation.version != seen:
        raise Conflict("something was said of it meanwhile")
    before = state_of(adaptation, SAID)
    adaptation.removed_at = adaptation.updated_at = now
    event = AdaptationRemoved(adaptation.id, adaptation.city_id, adaptation.origin_id)
    record(event, by=by.id, now=now, changes=differing(before, {}))


def _lock(by: User, city_id: int) -> None:
    """Let one speak for a city at a time; raises Forbidden for who does not coordinate it."""
    locked = db.session.scalar(select(City.id).where(City.id == city_id).with_for_update())
    if locked is None:
        raise NotFound(f"no city {city_id}")
    if not can_record_adaptation(by, city_id):
        raise Forbidden("coordinators say what their city takes up")


def _get(adaptation_id: int) -> Adaptation:
    adaptation = db.session.get(Adaptation, adaptation_id)
    if adaptation is None or adaptation.removed_at is not None:
        raise NotFound(f"no adaptation {adaptation_id}")
    return adaptation


def _new(city_id: int, by: User, now: datetime, **origin: Any) -> Adaptation:
    return Adaptation(
        city_id=city_id, created_by=by.id, created_at=now, state="", since="", changed="", reason="", language="",
        source_title="", is_demo=by.is_demo, **origin,
    )  # fmt: skip


def _say(adaptation: Adaptation, said: Said, seen: int, by: User, now: datetime) -> AdaptationStep:
    is_new = adaptation.id is None
    if not is_new and adaptation.version != seen:
        raise Conflict("it was said otherwise meanwhile")
    said = _checked(adaptation, said, now, is_new=is_new)
    before = {} if is_new else state_of(adaptation, SAID)
    after = {
        "state": said.state, "since": said.since, "changed": said.changed, "reason": said.reason,
        "own_case_id": said.own_case_id, "language": said.language, "source_title": "",
    }  # fmt: skip
    if not is_new and before == after:
        raise Invalid("state", "This is on record already. Say what is new, or leave it as it is.")
    for name, value in after.items():
        setattr(adaptation, name, value)
    adaptation.updated_at = now
    adaptation.is_demo = adaptation.is_demo or by.is_demo
    db.session.add(adaptation)
    db.session.flush()  # the step and the log entry name its id
    step = AdaptationStep(
        adaptation_id=adaptation.id, state=said.state, since=said.since, changed=said.changed, reason=said.reason,
        own_case_id=said.own_case_id, recorded_by=by.id, recorded_at=now,
    )  # fmt: skip
    db.session.add(step)
    db.session.flush()
    if is_new:
        after |= {name: getattr(adaptation, name) for name in _OUTSIDE if getattr(adaptation, name)}
    changes = differing(before, {name: value for name, value in after.items() if value not in ("", None) or before})
    event = AdaptationRecorded(adaptation.id, step.id, adaptation.city_id, adaptation.origin_id)
    record(event, by=by.id, now=now, changes=changes)
    return step


def _checked(adaptation: Adaptation, said: Said, now: datetime, *, is_new: bool) -> Said:
    """Return what was said with a date as it is stored; what is left empty of an unchanged state stays as it was."""
    if said.state not in STATES:
        raise Invalid("state", "Choose one of the list.")
    since, reason = read_since(said.since, now.date()), said.reason.strip()
    if not is_new and said.state == adaptation.state:
        since, reason = since or adaptation.since, reason or adaptation.reason
    if said.state == STOPPED and not reason:
        raise Invalid("reason", "Say why it was stopped: it helps the next city.")
    for name, text in (("changed", said.changed), ("reason", reason)):
        if len(text) > LONGEST:
            raise Invalid(name, "Write at most %(limit)d characters; it has %(found)d.", limit=LONGEST, found=len(text))
    if said.state == STOPPED and since and not is_new:
        _check_end(since, adaptation.id)
    _check_own_case(adaptation, said.own_case_id)
    return Said(said.state, since, said.changed.strip(), reason, said.language, said.own_case_id)


def _check_end(since: str, adaptation_id: int) -> None:
    """Refuse an end before the beginning, as far as one is on record."""
    begun = [span_of(step.since)[0] for step in steps_of(adaptation_id) if step.state != STOPPED and step.since]
    if begun and span_of(since)[1] < min(begun):
        raise Invalid("since", "It cannot have stopped before it began: %(day)s is on record.", day=min(begun))


def _check_own_case(adaptation: Adaptation, case_id: int | None) -> None:
    """Refuse a case that is not a published one of the city; the one that is named already may stay."""
    if case_id is None or (adaptation.id is not None and case_id == adaptation.own_case_id):
        return
    case = db.session.get(CaseStudy, case_id)
    if case is None or case.state != PUBLISHED or case.city_id != adaptation.city_id or case.id == adaptation.origin_id:
        raise Invalid("own_case", "Choose a published case study of your own city.")


def _check_outside(practice: Outside, city_id: int) -> None:
    if not practice.title:
        raise Invalid("title", "This is needed.")
    if practice.city_id is None and not practice.place:
        raise Invalid("place", "Say whose practice it is: choose a city, or write its place.")
    if practice.city_id is not None and practice.place:
        raise Invalid("place", "Choose a city or write a place, not both.")
    if practice.city_id == city_id:
        raise Invalid("from_city", "This is your own city. Tell its practice as a case study instead.")
    if practice.city_id is not None and db.session.get(City, practice.city_id) is None:
        raise Invalid("from_city", "Choose one of the list.")
    if practice.url and not safe_url(practice.url):
        raise Invalid("url", "Give an address that begins with https:// or http://.")
    held = select(Adaptation.origin_title).where(
        Adaptation.city_id == city_id, Adaptation.origin_id.is_(None), Adaptation.removed_at.is_(None)
    )
    if folded(practice.title) in {folded(title) for title in db.session.scalars(held)}:
        raise Invalid("title", "Your city has this on record already. Say there how far it has come.")
